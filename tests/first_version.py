"""A bank's database as the first version left it: rows in every table of revision 0001."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ekyc.storage import migrate, tokens
from ekyc.storage.store import Store

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(days=2)
LINK = "the walker's link"

READING = {
    "kind": "cccd-2021",
    "side": "front",
    "rotation_deg": 0,
    "corners": [[0, 0], [856, 0], [856, 540], [0, 540]],
    "width_px": 1200,
    "height_px": 900,
    "faults": [],
    "qr_text": None,
    "mrz_lines": None,
    "mrz_valid": None,
    "candidates": {"full_name": {"ocr": {"value": "MẪU THỊ SEN", "confidence": 0.9}}},
}


def _application(id: str, stage: str, number: int) -> dict[str, Any]:
    return {
        "id": id,
        "reference": f"HS-2611-000{number}",
        "stage": stage,
        "version": 5,
        "external_id": f"crm-{id}",
        "product": "account",
        "language": "vi",
        "phone": "+84900000318",
        "phone_source": "crm",
        "phone_as_of": "2026-11-20",
        "name": "MẪU THỊ SEN",
        "document_kind": "cccd-2021",
        "note": "",
        "opened_at": AT,
        "updated_at": AT,
    }


def _event(sequence: int, name: str, application: str, **data: Any) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "id": f"event-{sequence}",
        "application_id": application,
        "name": name,
        "at": AT,
        "actor": "customer",
        "data": data,
    }


def _belongs(application: str) -> dict[str, list[dict[str, Any]]]:
    """What a customer leaves in every table on the way to a verdict."""
    own = {"application_id": application}
    call = {"call_id": f"call-{application}"}
    photograph = {
        "state": "accepted",
        "origin": "camera",
        "original": f"{'a' * 31}{len(application) % 10}.jpg",
        "original_sha256": "a" * 64,
        "straightened": f"{'b' * 31}{len(application) % 10}.jpg",
        "faults": [],
        "reading": READING,
        "taken_at": AT,
        "current": True,
    }
    return {
        "links": [{**own, "digest": tokens.digest(f"link {application}"), "expires_at": LATER}],
        "customer_sessions": [{**own, "digest": f"session-{application}", "expires_at": LATER}],
        "consents": [
            {**own, "kind": kind, "version": "2026-11", "language": "vi", "given_at": AT}
            for kind in ("document", "biometrics", "recording", "online")
        ],
        "codes": [
            {
                **own,
                "id": f"code-{application}",
                "purpose": "phone",
                "digest": "c" * 64,
                "sent_at": AT,
                "expires_at": AT + timedelta(minutes=10),
                "again_at": AT,
                "tries_left": 5,
                "used": True,
            }
        ],
        "photographs": [{**own, **photograph, "id": f"photo-{application}", "side": "front"}],
        "fields": [{**own, "name": "full_name", "value": "MẪU THỊ SEN", "at": AT}],
        "edits": [
            {
                **own,
                "id": f"edit-{application}",
                "name": "full_name",
                "before": "",
                "after": "MẪU THỊ SEN",
                "actor": "customer",
                "at": AT,
            }
        ],
        "prechecks": [
            {
                **own,
                "id": f"precheck-{application}",
                "result": {
                    "camera": True,
                    "microphone": True,
                    "network": "ok",
                    "kbps": 900.0,
                    "loss": 0.0,
                },
                "at": AT,
            }
        ],
        "tickets": [
            {
                **own,
                "id": f"ticket-{application}",
                "seq": 10 + len(application),
                "state": "served",
                "priority": 0,
                "queued_at": AT,
                "seen_at": AT,
                "gone_at": None,
                "attempt": 1,
            }
        ],
        "calls": [
            {
                **own,
                "id": f"call-{application}",
                "ticket_id": f"ticket-{application}",
                "agent_id": "lan",
                "attempt": 1,
                "state": "ended",
                "version": 4,
                "rang_at": AT,
                "accepted_at": AT,
                "live_at": AT,
                "customer_gone_at": None,
                "agent_gone_at": None,
                "ended_at": AT + timedelta(minutes=5),
                "end_reason": "agent-ended",
            }
        ],
        "recordings": [
            {
                **call,
                "id": f"recording-{application}",
                "party": "customer",
                "segment": 1,
                "state": "finished",
                "started_at": AT,
                "duration_ms": 300_000,
                "size_bytes": 9_000_000_000,
                "sha256": "d" * 64,
                "object_key": f"{'c' * 31}{len(application) % 10}.webm",
            }
        ],
        "movements": [
            {
                **call,
                "id": f"movement-{application}",
                "direction": "left",
                "state": "passed",
                "asked_at": AT,
                "ended_at": AT,
                "reason": None,
                "peak_deg": 27.1,
                "planarity": 0.14,
                "seconds": 2.1,
                "limits_version": "2026-11",
                "series": [[0.0, 1.5, 0.2, 0.1], [0.1, 20.5, 0.3, 0.2]],
            }
        ],
        "checks": [{**own, "item": "alone", "done": True, "by": "lan", "at": AT}],
    }


def rows() -> dict[str, list[dict[str, Any]]]:
    """Table → rows: somebody about to call, somebody decided, somebody who broke off."""
    kept: dict[str, list[dict[str, Any]]] = {
        "counters": [
            {"name": name, "value": value}
            for name, value in (("events", 3), ("jobs", 2), ("tickets", 40), ("reference-2611", 3))
        ],
        "applications": [
            _application("walker", "confirmed", 1),
            _application("decided", "decided", 2),
            _application("broke", "withdrawn", 3),
        ],
        "staff": [
            {
                "id": "lan",
                "login": "lan",
                "name": "Lan",
                "role": "agent",
                "language": "vi",
                "password": "no hash at all",
                "totp_secret": "JBSWY3DPEHPK3PXP",
                "totp_used": 59_000_000,
            }
        ],
        "sign_ins": [{"digest": "s" * 64, "staff_id": "lan", "expires_at": LATER}],
        "sign_in_failures": [{"id": "failure", "login": "lan", "at": AT}],
        "staff_sessions": [
            {"digest": "t" * 64, "staff_id": "lan", "seen_at": AT, "expires_at": LATER}
        ],
        "desks": [
            {
                "staff_id": "lan",
                "state": "available",
                "since": AT,
                "idle_since": AT,
                "version": 7,
                "devices_at": AT,
            }
        ],
        "decisions": [
            {
                "id": "decision",
                "application_id": "decided",
                "verdict": "approve",
                "reasons": [],
                "note": "",
                "by": "lan",
                "at": AT,
            }
        ],
        "passes": [
            {
                "digest": "p" * 64,
                "room": "call-decided",
                "party": "customer",
                "subject": "decided",
                "expires_at": LATER,
            }
        ],
        "events": [
            _event(1, "application.moved", "walker", stage="confirmed"),
            _event(2, "application.moved", "decided", stage="decided"),
            _event(3, "application.moved", "broke", stage="withdrawn"),
        ],
        "jobs": [
            {
                "id": f"job-{sequence}",
                "kind": "webhook.deliver",
                "key": f"webhook:{sequence}",
                "seq": sequence,
                "lane": application,
                "payload": {"sequence": sequence},
                "state": state,
                "due_at": AT,
                "attempts": attempts,
                "problem": problem,
            }
            for sequence, application, state, attempts, problem in (
                (1, "walker", "running", 1, None),
                (2, "decided", "dead", 21, "DeliveryRefused"),
            )
        ],
        "api_keys": [{"id": "key", "digest": "k" * 64, "name": "core banking", "made_at": AT}],
        "idempotency": [
            {
                "api_key_id": "key",
                "key": "once",
                "request_sha256": "e" * 64,
                "answer": "sealed",
                "at": AT,
            }
        ],
        "inbox": [
            {"id": "message", "channel": "sms", "to": "+84900000318", "text": "123456", "at": AT}
        ],
    }
    for application in ("walker", "decided", "broke"):
        for table, more in _belongs(application).items():
            kept.setdefault(table, []).extend(more)
    kept["links"].append(
        {"application_id": "walker", "digest": tokens.digest(LINK), "expires_at": LATER}
    )
    return kept


async def left_behind(store: Store) -> None:
    """The first version made its tables and worked for a while."""
    async with store.engine.begin() as connection:
        await connection.run_sync(_leave)


def _leave(connection: sa.Connection) -> None:
    migrate.upgrade(connection, "0001")
    found = sa.MetaData()
    found.reflect(connection)
    given = rows()
    ours = [table for table in found.sorted_tables if table.name != "alembic_version"]
    assert {table.name for table in ours} == set(given), "a table without a row proves nothing"
    naive = connection.dialect.name == "sqlite"
    for table in ours:
        for row in given[table.name]:
            assert row.keys() == set(table.c.keys()), table.name
            connection.execute(sa.insert(table).values(_stored(row, naive)))


def _stored(row: dict[str, Any], naive: bool) -> dict[str, Any]:
    return {
        name: value.replace(tzinfo=None) if naive and isinstance(value, datetime) else value
        for name, value in row.items()
    }
