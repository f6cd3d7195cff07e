"""What the supervisors' wall shows: figures of the day, who waits, who talks, who works."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ekyc.domain import promise
from ekyc.domain.access import Role
from ekyc.domain.alert import Alert
from ekyc.domain.call import Party
from ekyc.domain.decision import MOVEMENTS
from ekyc.domain.desk import DeskState
from ekyc.domain.guest import Guest
from ekyc.domain.queue import TicketState
from ekyc.domain.room import Quality
from ekyc.settings import Settings
from ekyc.storage import alerts, guests, queue, staff, wall
from ekyc.storage.store import Row, Store, Tx
from ekyc.storage.waits import kept, told
from ekyc.web import desk_view

_SHOWN = 100
"""Places in line shown at most, and as many that are kept for who is away."""
_OFF = {DeskState.OFFLINE.value}


async def view(
    store: Store,
    settings: Settings,
    staff_id: str,
    lines: Mapping[str, Quality],
    *,
    now: datetime,
) -> dict[str, Any]:
    """Everything, read in one transaction; `lines`: how customers' media arrive, by call."""
    midnight = now.astimezone(ZoneInfo(settings.bank.zone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    rules = settings.queue
    async with store.read() as tx:
        called = await desk_view.called(tx, settings, staff_id, role=Role.SUPERVISOR, now=now)
        line = await queue.line(tx, limit=_SHOWN)
        standing = await _standing(tx, now=now, late_s=rules.late_s)
        talking = await _all_talking(tx, lines)
        desks = await wall.desks(tx)
        waits = await wall.waits(tx, since=midnight)
        expected = promise.band(await told(tx, since=midnight), since=midnight)
        came = await kept(tx, since=midnight)
        mine = await guests.of_staff(tx, staff_id)
        raised, names = await alerts.open_ones(tx), await staff.names(tx)
    seconds = [waited for _, waited in waits.seconds]
    return {
        "now": now.isoformat(),
        "sla_s": rules.late_s,
        "sla_share": rules.sla_share,
        "longest_call_s": settings.call.max_minutes * 60,
        "within": promise.share_within(seconds, rules.late_s),
        "served": len(seconds),
        "left": waits.left,
        "waits": [
            {"at": at.isoformat(), "p90_s": round(p90), "customers": n}
            for at, p90, n in promise.curve(waits.seconds, since=midnight)
        ],
        "expected": [
            {"at": at.isoformat(), "low_s": round(low), "high_s": round(high)}
            for at, low, high in expected
        ],
        "in_range": {"n": came.within, "of": came.within + came.shorter + came.longer},
        "summons": called,
        "alerts": [_alert(one, names) for one in raised],
        **standing,
        "queue": [desk_view.waiting(row, now) for row in line],
        "calls": talking,
        "desks": [_desk(row) for row in desks],
        "watching": _watching(mine),
    }


async def _standing(tx: Tx, *, now: datetime, late_s: float) -> dict[str, Any]:
    """Of everybody, not only of whom the list shows."""
    standing, since = await queue.standing(tx), await queue.waits_since(tx)
    return {
        "waiting": standing[TicketState.WAITING.value] + standing[TicketState.MATCHED.value],
        "parked": standing[TicketState.PARKED.value],
        "waits_since": since and since.isoformat(),
        "late": await queue.late(tx, before=now - timedelta(seconds=late_s)),
    }


async def _all_talking(tx: Tx, lines: Mapping[str, Quality]) -> list[dict[str, Any]]:
    moved, beside = await wall.moved(tx), await guests.open_now(tx)
    return [
        {
            **_talking(row, lines.get(row["id"])),
            "moved": moved.get(row["id"], 0),
            "guests": _beside(beside.get(row["id"], ())),
        }
        for row in await wall.talking(tx)
    ]


def _talking(row: Row, quality: Quality | None) -> dict[str, Any]:
    return {
        "id": row["id"],
        "application": row["application_id"],
        "reference": row["reference"],
        "name": row["name"],
        "agent": row["agent"],
        "agent_id": row["agent_id"],
        "state": row["state"],
        "since": row["accepted_at"].isoformat(),
        "movements": len(MOVEMENTS),
        "line": quality and _line(quality),
    }


def _alert(alert: Alert, names: Mapping[str, str]) -> dict[str, Any]:
    by = alert.acknowledged_by
    return {
        "id": alert.id,
        "why": alert.why.value,
        "count": alert.count,
        "since": alert.raised_at.isoformat(),
        "acknowledged_by": None if by is None else names.get(by, ""),
    }


def _line(quality: Quality) -> dict[str, Any]:
    return {
        "loss": quality.loss,
        "rtt_ms": quality.rtt_ms,
        "fps": quality.fps,
        "height": quality.height,
    }


def _beside(here: Sequence[Guest]) -> list[dict[str, str]]:
    return [{"kind": one.kind.value, "mode": one.mode.value} for one in here]


def _desk(row: Row) -> dict[str, Any]:
    state = row["state"] or DeskState.OFFLINE.value
    since = None if state in _OFF else row["since"].isoformat()
    return {"id": row["id"], "name": row["name"], "state": state, "since": since}


def _watching(mine: Guest | None) -> dict[str, Any] | None:
    if mine is None or mine.kind is not Party.SUPERVISOR:
        return None
    return {"id": mine.id, "call": mine.call_id, "mode": mine.mode.value}
