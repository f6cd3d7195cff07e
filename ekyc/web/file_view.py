"""The customer's file as JSON for the staff's pages."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ekyc.domain import decision as rules
from ekyc.domain import sequence as drawing
from ekyc.domain.application import Stage, mask_phone
from ekyc.domain.call import Movement, Recording
from ekyc.domain.decision import Rules, Verdict
from ekyc.domain.document import form_of
from ekyc.domain.export import ExportState
from ekyc.domain.movement import AXES, Direction, Limits
from ekyc.domain.phone import is_verified
from ekyc.domain.sequence import Drawing, SequenceState
from ekyc.domain.still import Still
from ekyc.journey import decision as journey
from ekyc.journey.customer_file import CallStory, CustomerFile, load, seconds_into, signs
from ekyc.journey.flags import Look
from ekyc.journey.phones import OPEN
from ekyc.notify.texts import Texts
from ekyc.storage.store import Store
from ekyc.web import (
    authorisations,
    callback,
    code_view,
    evidence_view,
    flag_view,
    mailboxes,
    phones,
    presence_view,
    questions,
    talk_view,
)

_LIMITS = Limits()


async def view(
    store: Store,
    texts: Texts,
    application_id: str,
    *,
    staff_id: str,
    language: str,
    look: Look,
    asks: Rules,
    secret: bytes,
) -> dict[str, Any]:
    """Everything the file page and the console show."""
    async with store.read() as tx:
        file = await load(tx, application_id)
        missing = await journey.approve_missing(tx, file.application, asks, staff_id=staff_id)
        in_hands = await journey.is_in_hands(tx, file.application, staff_id=staff_id)
        raised = await flag_view.of(tx, file, look)
    application = file.application
    return _about(file) | {
        "stages": _stages(file),
        "timeline": _timeline(file),
        "consents": [
            {key: row[key] for key in ("kind", "version", "language")}
            | {"given_at": row["given_at"].isoformat()}
            for row in file.consents
        ],
        "phones": phones.seen(file),
        "mailboxes": mailboxes.seen(file, secret),
        "photographs": _photographs(file, texts, language),
        "portraits": evidence_view.portraits(file, min_px=look.portrait_min_px),
        "chip": evidence_view.chip(file),
        **presence_view.seen(file, asks.supervised),
        "signs": _signs(file),
        "fields": _fields(file),
        "conflicts": _conflicts(file),
        "flags": [flag_view.staff(flag, texts, language) for flag in raised],
        "calls": [
            _call(story, file)
            | {"export": _export(story, file, texts, language)}
            | {"tilt": [view.value for view in asks.tilt]}
            | {"rounds": questions.rounds(story, file, texts, language)}
            | {"callback": callback.staff(story.callback, story.call, look.now)}
            | authorisations.of_call(story, file)
            for story in file.calls
        ],
        "checklist": _checks(file, rules.CHECKLIST),
        "features": _checks(file, rules.FEATURES),
        "features_needed": asks.features,
        "note": application.note,
        "decision": _decision(file, texts, language),
        "may": _may(file, missing, texts, language, in_hands=in_hands)
        | {"clear": presence_view.may_clear(file, staff_id)}
        | {"register": application.stage in OPEN}
        | {"mail": any(is_verified(one.source) for one in file.mailboxes)},
        "reasons": {
            verdict.value: _reasons(rules.REASONS[verdict], texts, language)
            for verdict in (Verdict.REJECT, Verdict.INCOMPLETE)
        },
    }


def _about(file: CustomerFile) -> dict[str, Any]:
    application = file.application
    return {
        "vulnerable": file.wants.vulnerable,
        "service": file.wants.product,
        "id": application.id,
        "reference": application.reference,
        "stage": application.stage.value,
        "language": application.language,
        "slow_speech": application.slow_speech,
        "name": application.shown_name,
        "phone_masked": mask_phone(application.phone),
        "phone_source": application.phone_source,
        "document": application.document_kind,
        "opened_at": application.opened_at.isoformat(),
        **talk_view.seen(file),
    }


def _conflicts(file: CustomerFile) -> list[dict[str, Any]]:
    return [
        {
            "field": c.field,
            "sources": {source.value: said for source, said in c.sources.items()},
            "signal": c.signal,
        }
        for c in file.form.conflicts
    ]


def _signs(file: CustomerFile) -> list[dict[str, Any]]:
    return [
        {"call": call.id, "at": at.isoformat(), "call_s": seconds_into(call, at)}
        for call, at in signs(file)
    ]


def _reasons(codes: Sequence[str], texts: Texts, language: str) -> list[dict[str, str]]:
    return [{"code": code, "message": texts.error(f"reason.{code}", language)} for code in codes]


def _stages(file: CustomerFile) -> list[dict[str, Any]]:
    """The stages walked through, each with its instant."""
    told = ("application.opened", "application.moved")
    return [
        {"stage": row["data"]["stage"], "at": row["at"].isoformat()}
        for row in file.events
        if row["name"] in told
    ]


def _timeline(file: CustomerFile) -> list[dict[str, Any]]:
    return [
        {
            "sequence": row["sequence"],
            "name": row["name"],
            "at": row["at"].isoformat(),
            "actor": _actor(row["actor"], file.names),
            "data": row["data"],
            "call_s": _call_s(file, row),
        }
        for row in file.events
    ]


def _actor(actor: str, names: Mapping[str, str]) -> dict[str, str]:
    kind, _, id = actor.partition(":")
    return {"kind": kind, "name": names.get(id, "")}


def _call_s(file: CustomerFile, row: Mapping[str, Any]) -> float | None:
    for story in file.calls:
        seconds = seconds_into(story.call, row["at"])
        if seconds is not None:
            return seconds
    return None


def _photographs(file: CustomerFile, texts: Texts, language: str) -> list[dict[str, Any]]:
    return [
        {
            "id": taken.id,
            "side": taken.side,
            "state": taken.state,
            "origin": taken.origin,
            "current": taken.current,
            "taken_at": taken.taken_at.isoformat(),
            "faults": [
                {"code": code, "message": texts.say("documents", f"fault.{code}", language)}
                for code in taken.faults
            ],
            "url": f"/api/files/{file.application.id}/photographs/{taken.id}",
        }
        for taken in file.photographs
    ]


def _fields(file: CustomerFile) -> list[dict[str, Any]]:
    rows = []
    for name in form_of(file.application.document_kind).fields:
        field = file.form.fields.get(name)
        rows.append(
            {
                "name": name,
                "value": field.value if field else "",
                "confidence": field.confidence if field else None,
                "doubtful": field.doubtful if field else False,
                "sources": {s.value: said for s, said in field.sources.items()} if field else {},
                "typed": file.typed.get(name),
                "edits": [
                    {
                        "before": edit["before"],
                        "after": edit["after"],
                        "source": edit["source"],
                        "actor": _actor(edit["actor"], file.names),
                        "at": edit["at"].isoformat(),
                    }
                    for edit in file.edits
                    if edit["name"] == name
                ],
            }
        )
    return rows


def _call(story: CallStory, file: CustomerFile) -> dict[str, Any]:
    call = story.call
    return {
        "id": call.id,
        "state": call.state.value,
        "agent": {"id": call.agent_id, "name": file.names.get(call.agent_id, "")},
        "rang_at": call.rang_at.isoformat(),
        "live_at": call.live_at and call.live_at.isoformat(),
        "ended_at": call.ended_at and call.ended_at.isoformat(),
        "end_reason": call.end_reason and call.end_reason.value,
        "recordings": [_recording(file.application.id, story, row) for row in story.recordings],
        "movements": [_movement(file.application.id, story, row) for row in story.movements],
        "equivalent": call.equivalent,
        "needed": list(drawing.needed(call.equivalent)),
        "sequences": [_sequence(story, row) for row in story.sequences],
        "places": [
            asdict(place) | {"at": at.isoformat(), "call_s": seconds_into(call, at)}
            for at, place in story.places
        ],
        "code": code_view.staff(story.code),
        "stills": [_still(file.application.id, story, row) for row in story.stills],
    }


def _recording(application_id: str, story: CallStory, row: Recording) -> dict[str, Any]:
    start = story.call.live_at or row.started_at
    return {
        "id": row.id,
        "party": row.party.value,
        "segment": row.segment,
        "state": row.state.value,
        "offset_ms": max(0, round((row.started_at - start).total_seconds() * 1000)),
        "duration_ms": row.duration_ms,
        "size_bytes": row.size_bytes,
        "sha256": row.sha256,
        "is_whole": row.is_whole,
        "url": f"/api/files/{application_id}/recordings/{row.id}",
    }


def _export(
    story: CallStory, file: CustomerFile, texts: Texts, language: str
) -> dict[str, Any] | None:
    export = story.export
    if export is None or export.state is ExportState.REMOVED:
        return None
    code = export.problem and export.problem.value
    return {
        "id": export.id,
        "state": export.state.value,
        "percent": export.percent,
        "problem": code and {"code": code, "message": texts.error(f"export.{code}", language)},
        "by": file.names.get(export.asked_by, ""),
        "asked_at": export.asked_at.isoformat(),
        "expires_at": export.expires_at and export.expires_at.isoformat(),
        "size_bytes": export.size_bytes,
        "url": f"/api/files/{file.application.id}/exports/{export.id}",
    }


def _sequence(story: CallStory, row: Drawing) -> dict[str, Any]:
    """The seed is told once nothing can be learnt from it any more."""
    is_over = row.state is not SequenceState.RUNNING
    return {
        "id": row.id,
        "state": row.state.value,
        "commitment": row.commitment,
        "seed": row.seed if is_over else None,
        "pool": list(row.pool),
        "steps": row.steps,
        "orders": drawing.orders(len(row.pool), row.steps),
        "equivalent": row.equivalent,
        "asked_at": row.asked_at.isoformat(),
        "ended_at": row.ended_at and row.ended_at.isoformat(),
        "call_s": seconds_into(story.call, row.asked_at),
    }


def _threshold(row: Movement) -> float | None:
    """What was needed then, or is needed now; a number is judged by the agent."""
    if row.threshold is not None:
        return row.threshold
    return None if row.number is not None else _LIMITS.needed(Direction(row.direction))


def _movement(application_id: str, story: CallStory, row: Movement) -> dict[str, Any]:
    is_turn = row.direction in {*AXES, Direction.FRONT}
    return {
        "id": row.id,
        "direction": row.direction,
        "asked_at": row.asked_at.isoformat(),
        "state": row.state.value,
        "reason": row.reason,
        "peak_deg": row.peak_deg,
        "peak": row.peak if row.peak is not None else row.peak_deg,
        "threshold": _threshold(row),
        "number": row.number,
        "sequence": row.sequence_id,
        "planarity": row.planarity,
        "seconds": row.seconds,
        "threshold_deg": _threshold(row) if is_turn else None,
        "limits_version": row.limits_version,
        "series": [list(point) for point in row.series],
        "picture_url": f"/api/files/{application_id}/movements/{row.id}" if row.picture else None,
        "call_s": seconds_into(story.call, row.asked_at),
    }


def _still(application_id: str, story: CallStory, row: Still) -> dict[str, Any]:
    return {
        "id": row.id,
        "of": row.of.value,
        "view": row.view and row.view.value,
        "passed": row.passed,
        "state": row.state.value,
        "asked_at": row.asked_at.isoformat(),
        "taken_at": row.ended_at.isoformat() if row.original and row.ended_at else None,
        "url": f"/api/files/{application_id}/stills/{row.id}" if row.original else None,
        "call_s": seconds_into(story.call, row.ended_at or row.asked_at),
    }


def _checks(file: CustomerFile, items: Sequence[str]) -> list[dict[str, Any]]:
    touched = {row["item"]: row for row in file.checks}
    return [
        {
            "item": item,
            "done": bool(touched[item]["done"]) if item in touched else False,
            "by": file.names.get(touched[item]["by"], "") if item in touched else None,
            "at": touched[item]["at"].isoformat() if item in touched else None,
        }
        for item in items
    ]


def _decision(file: CustomerFile, texts: Texts, language: str) -> dict[str, Any] | None:
    decision = file.decision
    if decision is None:
        return None
    return {
        "verdict": decision.verdict.value,
        "reasons": _reasons(decision.reasons, texts, language),
        "note": decision.note,
        "by": file.names.get(decision.by, ""),
        "at": decision.at.isoformat(),
    }


def _may(
    file: CustomerFile, missing: Sequence[str], texts: Texts, language: str, *, in_hands: bool
) -> dict[str, Any]:
    decide = file.application.stage in {Stage.CONFIRMED, Stage.IN_CALL} and in_hands
    return {
        "decide": decide,
        "approve": decide and not missing,
        "approve_missing": [
            {"code": code, "message": texts.error(f"missing.{code}", language)} for code in missing
        ],
        "reject": decide,
        "incomplete": decide,
        "arrange": talk_view.may_arrange(file),
    }
