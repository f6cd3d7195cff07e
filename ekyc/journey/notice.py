"""The notice that a call is recorded: the customer's page shows and says it as the call begins."""

from datetime import timedelta

from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.events import CUSTOMER
from ekyc.journey.ending import fact
from ekyc.journey.ports import Clock
from ekyc.storage import applications, calls
from ekyc.storage.store import Store


async def give(store: Store, clock: Clock, *, application_id: str, spoken: bool) -> None:
    """The page showed the notice, and said it to its end where `spoken`; each is told once a call.

    Raises `NotAllowedNow` where no call is recorded.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await calls.of_customer(tx, application_id)
        if call is None or call.live_at is None:
            raise NotAllowedNow
        given = fact("notice.given", call, now, CUSTOMER, spoken=spoken)
        before = call.rang_at - timedelta(microseconds=1)
        if not await applications.was_told(tx, given, since=before):
            await tx.tell(given)
            tx.wake(f"desk:{call.agent_id}")
