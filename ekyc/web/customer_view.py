"""What the customer's pages are told: one view of the whole application, whatever the step."""

from datetime import datetime
from typing import Any

from ekyc.domain import consent
from ekyc.domain.application import SETTLED, Application, Stage, mask_phone
from ekyc.domain.comparison import Comparison
from ekyc.domain.decision import Decision, Verdict, told
from ekyc.domain.document import Side, form_of
from ekyc.domain.phone import is_verified
from ekyc.journey import help
from ekyc.notify.texts import Texts
from ekyc.settings import Call as CallSettings
from ekyc.settings import Settings
from ekyc.storage import applications, decisions, documents
from ekyc.storage.documents import Photograph
from ekyc.storage.store import Store, Tx
from ekyc.web import authorisation_view, booking_view, code_view, handover_view, meeting_view

_PAGES = {
    Stage.OPENED: "start",
    Stage.CONSENTED: "code",
    Stage.CONFIRMED: "booking",
    Stage.BOOKED: "booking",
    Stage.WAITING: "waiting",
}


async def view(
    store: Store,
    texts: Texts,
    settings: Settings,
    application_id: str,
    *,
    session: str,
    can_speak: bool,
    by_message: bool,
    secret: bytes,
    now: datetime,
) -> dict[str, Any]:
    """Everything the pages show, read in one transaction; `session` is the token of who asks,
    `can_speak` and `by_message` whether anybody is reached by voice call, by SMS;
    `secret` is the server's key."""
    calling = settings.call
    async with store.read() as tx:
        application = await applications.load(tx, application_id)
        code = await code_view.phone(tx, application_id, session, can_speak=can_speak, now=now)
        taken = await documents.current(tx, application_id)
        form = await documents.compare(tx, application_id)
        decision = await decisions.last(tx, application_id)
        helped = await _helped(tx, application_id)
        given = [row["kind"] for row in await applications.consents(tx, application_id)]
        meeting = await meeting_view.customer(
            tx, application, settings, by_message=by_message, now=now
        )
        if own := meeting["call"]:
            asks_place = calling.ask_place and consent.Consent.PLACE.value in given
            own["place_decimals"] = calling.place_decimals if asks_place else None
            own["authorisation"] = await authorisation_view.customer(
                tx, own["id"], session, secret, now=now
            )
        meeting |= await booking_view.customer(tx, application, settings.booking, now=now)
        meeting["handover"] = await handover_view.customer(tx, application_id, session, now=now)
    decided = decision if application.stage is Stage.DECIDED else None
    return {
        "id": application.id,
        "reference": application.reference,
        "stage": application.stage.value,
        "language": application.language,
        "slow_speech": application.slow_speech,
        "page": _page(application, taken, meeting),
        "consents": _consents(given, calling),
        "phone": _phone(application),
        "code": code if application.stage is Stage.CONSENTED else None,
        "document": _document(application),
        "photographs": {
            side.value: _photograph(taken.get(side), texts, application.language) for side in Side
        },
        "help": helped,
        "fields": _fields(application, form),
        "conflicts": _conflicts(form),
        **meeting,
        "decision": _decision(decided, texts, application.language),
        "now": now.isoformat(),
    }


async def _helped(tx: Tx, application_id: str) -> dict[str, Any]:
    return {
        "failed": await help.failures(tx, application_id),
        "asked": await help.asked(tx, application_id),
    }


def _phone(application: Application) -> dict[str, Any]:
    return {
        "masked": mask_phone(application.phone),
        "source": application.phone_source,
        "as_of": application.phone_as_of,
        "verified": is_verified(application.phone_source),
    }


def _consents(given: list[str], calling: CallSettings) -> dict[str, Any]:
    return {
        "version": consent.VERSION,
        "kinds": [kind.value for kind in consent.NEEDED],
        "optional": [kind.value for kind in consent.asked_besides(place=calling.ask_place)],
        "given": given,
    }


def _page(application: Application, taken: dict[Side, Photograph], meeting: dict[str, Any]) -> str:
    """The page the customer belongs to now; a computer waits while a telephone goes on."""
    page, handover = _step(application, taken, meeting), meeting["handover"]
    is_away = handover is not None and handover["state"] == "taken"
    return "handover" if is_away and page != "result" else page


def _step(application: Application, taken: dict[Side, Photograph], meeting: dict[str, Any]) -> str:
    """The page of the step that is open."""
    if meeting["appointment"] and meeting["appointment"]["rings"]:
        return "waiting"  # until the customer answers
    if meeting["call"] and meeting["call"]["state"] in {"live", "dropped"}:
        return "call"  # decided, but the agent is still saying goodbye
    if application.stage in SETTLED and meeting["ticket"]:
        return "waiting"  # for the call about the result
    if application.stage in _PAGES:
        return _PAGES[application.stage]
    if application.stage not in {Stage.PHONE_CONFIRMED, Stage.DOCUMENTED}:
        return "result"
    if not application.document_kind:
        return "document"
    accepted = {side for side, photograph in taken.items() if photograph.state == "accepted"}
    if not accepted >= set(form_of(application.document_kind).sides):
        return "capture"
    return "confirm"


def _document(application: Application) -> dict[str, Any] | None:
    kind = application.document_kind
    sides = [side.value for side in form_of(kind).sides]
    return {"kind": kind, "sides": sides} if kind else None


def _photograph(
    photograph: Photograph | None, texts: Texts, language: str
) -> dict[str, Any] | None:
    if photograph is None:
        return None
    return {
        "state": photograph.state,
        "at": photograph.taken_at.isoformat(),
        "faults": [
            {"code": code, "message": texts.say("documents", f"fault.{code}", language)}
            for code in photograph.faults
        ],
    }


def _fields(application: Application, form: Comparison) -> list[dict[str, Any]]:
    """Every field of the form, read or not; none before a document is chosen.

    What a photograph should have told and did not is doubtful: the customer looks at it first.
    """
    if not application.document_kind:
        return []
    own = form_of(application.document_kind)
    missed = own.required if own.sides else frozenset()
    rows = []
    for name in own.fields:
        field = form.fields.get(name)
        rows.append(
            {
                "name": name,
                "value": field.value if field else "",
                "confidence": field.confidence if field else None,
                "doubtful": field.doubtful if field else name in missed,
                "source": field.source.value if field else None,
                "sources": {k.value: v for k, v in field.sources.items()} if field else {},
            }
        )
    return rows


def _conflicts(form: Comparison) -> list[dict[str, Any]]:
    return [
        {
            "field": c.field,
            "sources": {source.value: v for source, v in c.sources.items()},
        }
        for c in form.conflicts
    ]


def _decision(decision: Decision | None, texts: Texts, language: str) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "verdict": decision.verdict.value,
        "reasons": [
            {"code": code, "message": texts.error(f"reason.{code}", language)}
            for code in told(decision.reasons)
        ],
        "at": decision.at.isoformat(),
        "may_resume": decision.verdict is Verdict.INCOMPLETE,
    }
