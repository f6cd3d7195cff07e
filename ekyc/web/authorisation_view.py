"""What the customer's own page is told of a change it is asked to authorise."""

from datetime import datetime
from typing import Any

from ekyc.domain import authorisation as rules
from ekyc.storage import authorisations, tokens
from ekyc.storage.store import Tx


async def customer(
    tx: Tx, call_id: str, session: str, secret: bytes, *, now: datetime
) -> dict[str, Any] | None:
    """The last change asked for in the call; the digits to the one session that asked for them."""
    asked = await authorisations.of_call(tx, call_id)
    if not asked:
        return None
    last = asked[-1]
    waits = rules.is_open(last, now=now)
    is_own = waits and last.session == tokens.digest(session)
    return {
        "id": last.id,
        "change": last.change,
        "state": last.state.value if waits or last.state not in rules.OPEN else "lapsed",
        "digits": rules.digits(secret, last.id) if is_own else None,
        "expires_at": last.expires_at.isoformat(),
    }
