"""What the customer's pages are told about the wait and the call."""

from datetime import datetime
from typing import Any

from ekyc.domain.call import Limits, seconds_left
from ekyc.domain.still import Still
from ekyc.journey.waiting import stand
from ekyc.settings import Queue
from ekyc.storage import calls, questions, queue, stills
from ekyc.storage.store import Tx
from ekyc.web import code_view


async def customer(
    tx: Tx, application_id: str, limits: Limits, rules: Queue, *, now: datetime
) -> dict[str, Any]:
    """`device_test`, `ticket` and `call` of the customer's view; None where there is none."""
    ticket = await queue.open_ticket(tx, application_id)
    call = await calls.of_customer(tx, application_id)
    still = await stills.open_one(tx, call.id) if call else None
    question = await questions.open_one(tx, call.id) if call else None
    test = await queue.device_test(tx, application_id)
    place = await stand(tx, rules, ticket, now=now) if ticket else None
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
            "waited_s": int((now - ticket.queued_at).total_seconds()),
            "wait": place.span and {"low_s": place.span.low_s, "high_s": place.span.high_s},
        },
        "call": call
        and {
            "id": call.id,
            "state": call.state.value,
            "seconds_left": seconds_left(call, limits, now=now),
            "still": still and _still(still),
            "question": question and {"id": question.id, "topic": question.topic.value},
            "code": await code_view.in_call(tx, call.id),
            "place_decimals": None,
        },
    }


def _still(still: Still) -> dict[str, Any]:
    return {
        "id": still.id,
        "of": still.of.value,
        "view": still.view and still.view.value,
        "left": len(still.following),
    }
