"""The customer's place in a call: with the consent alone, rounded, and the fact without figures."""

from ekyc.domain import call as rules
from ekyc.domain.consent import Consent
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.events import CUSTOMER
from ekyc.domain.place import Place, is_news, rounded
from ekyc.journey.ending import fact
from ekyc.journey.ports import Clock
from ekyc.settings import Call as Settings
from ekyc.storage import applications, calls, places
from ekyc.storage.store import Store, Tx


async def may_ask(tx: Tx, application_id: str) -> bool:
    """Whether this customer agreed that the place is recorded."""
    given = await applications.consents(tx, application_id)
    return Consent.PLACE.value in {row["kind"] for row in given}


async def tell(
    store: Store, clock: Clock, settings: Settings, *, call_id: str, place: Place
) -> Place:
    """Keep what the browser says, where it is news; what is kept and shown comes back.

    Raises `NotAllowedNow` without the consent, and when the call is over.
    """
    told, now = rounded(place, settings.place_decimals), clock.now()
    async with store.begin() as tx:
        call = await calls.find(tx, call_id)
        if call is None or not rules.is_answered(call):
            raise NotAllowedNow
        if not await may_ask(tx, call.application_id):
            raise NotAllowedNow
        before = await places.of_call(tx, call_id)
        if len(before) < settings.places_max and is_news(told, before[-1][1] if before else None):
            await places.add(tx, call_id, told, at=now)
            await tx.tell(fact("place.told", call, now, CUSTOMER, state=told.state.value))
            tx.wake(f"desk:{call.agent_id}")
    return told
