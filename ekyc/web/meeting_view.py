"""What the customer's pages are told about the wait and the call."""

from datetime import UTC, datetime
from typing import Any

from ekyc.domain.application import Application, Stage
from ekyc.domain.call import seconds_left
from ekyc.domain.queue import Ticket, TicketState
from ekyc.domain.still import Still
from ekyc.domain.wait import Span
from ekyc.journey import call as calling
from ekyc.journey import recall
from ekyc.journey.waiting import Prospect, prospect, stand
from ekyc.settings import Settings
from ekyc.storage import calls, push, questions, queue, stills
from ekyc.storage.store import Tx
from ekyc.web import code_view


async def customer(
    tx: Tx,
    application: Application,
    settings: Settings,
    *,
    by_message: bool,
    now: datetime,
) -> dict[str, Any]:
    """`device_test`, `ticket`, `prospect` and `call` of the customer's view; None where there is
    none."""
    application_id, rules, zone = application.id, settings.queue, settings.bank.zone
    limits = calling.limits(rules, settings.call)
    ticket = await queue.open_ticket(tx, application_id)
    call = await calls.of_customer(tx, application_id)
    still = await stills.open_one(tx, call.id) if call else None
    question = await questions.open_one(tx, call.id) if call else None
    test = await queue.device_test(tx, application_id)
    place = await stand(tx, rules, ticket, now=now) if ticket else None
    may_wait = application.stage in {Stage.CONFIRMED, Stage.BOOKED}
    may_be_told = bool(ticket or may_wait) and await recall.may_be_told(
        tx, rules, application_id, by_message=by_message
    )
    ahead = await prospect(tx, rules, application_id, zone=zone, now=now) if may_wait else None
    return {
        "device_test": test
        and {
            "camera": test.camera,
            "microphone": test.microphone,
            "network": test.network.value,
            "kbps": test.kbps,
            "loss": test.loss,
            "rtt_ms": test.rtt_ms,
            "down_kbps": test.down_kbps,
            "down_loss": test.down_loss,
        },
        "ticket": ticket
        and place
        and {
            "state": ticket.state.value,
            "position": place.ahead + 1,
            "ahead": place.ahead,
            "waited_s": int((now - await queue.since(tx, ticket)).total_seconds()),
            "wait": _range(place.span),
            "recall": await _recall(tx, ticket),
            "may_be_told": may_be_told,
        },
        "prospect": ahead and {**_prospect(ahead), "may_be_told": may_be_told},
        "call": call
        and {
            "id": call.id,
            "state": call.state.value,
            "seconds_left": seconds_left(call, limits, now=now),
            "still": still and _still(still),
            "question": question and {"id": question.id, "topic": question.topic.value},
            "code": await code_view.in_call(tx, call.id),
            "callback": await code_view.is_called_back(tx, call.id, now=now),
        },
    }


def _still(still: Still) -> dict[str, Any]:
    return {
        "id": still.id,
        "of": still.of.value,
        "view": still.view and still.view.value,
        "left": len(still.following),
    }


def _range(span: Span | None) -> dict[str, int] | None:
    return None if span is None else {"low_s": span.low_s, "high_s": span.high_s}


async def _recall(tx: Tx, ticket: Ticket) -> dict[str, Any] | None:
    if ticket.state is not TicketState.PARKED:
        return None
    until = ticket.recall_until
    return {
        "asked": ticket.asked,
        "nth": ticket.recalls,
        "until": until and until.isoformat(),
        "devices": await push.digests(tx, ticket.application_id),
    }


def _prospect(ahead: Prospect) -> dict[str, Any]:
    return {
        "open": ahead.is_open,
        "opens_at": ahead.opens_at and ahead.opens_at.astimezone(UTC).isoformat(),
        "full": ahead.is_full,
        "wait": _range(ahead.span),
    }
