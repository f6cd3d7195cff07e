"""What the customer's pages are told of a hand-over: the computer more than the telephone."""

from datetime import datetime
from typing import Any

from ekyc.domain.handover import Handover, HandoverState
from ekyc.storage import handovers, tokens
from ekyc.storage.store import Tx


async def customer(
    tx: Tx, application_id: str, session: str, *, now: datetime
) -> dict[str, Any] | None:
    """Seen from the session with this token; None when nothing is handed over."""
    own = await handovers.of_telephone(tx, tokens.digest(session))
    if own is not None:
        return _told(own, "over" if own.state is HandoverState.ENDED else "here")
    found = await handovers.open_one(tx, application_id)
    if found is None:
        return None
    is_late = found.state is HandoverState.OFFERED and now >= found.expires_at
    return _told(found, "expired" if is_late else found.state.value)


def _told(handover: Handover, state: str) -> dict[str, Any]:
    taken = handover.taken_at
    return {
        "state": state,
        "purpose": handover.purpose.value,
        "expires_at": handover.expires_at.isoformat(),
        "taken_at": taken and taken.isoformat(),
        "device": handover.device and handover.device.value,
    }
