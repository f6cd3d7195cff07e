"""Being rung while no page is open: the customer's browsers, and the agent who rings again."""

from ekyc.domain import push as rules
from ekyc.domain.errors import PushRefused
from ekyc.domain.events import CUSTOMER, Event
from ekyc.domain.push import Limits, Subscription
from ekyc.journey.ports import Clock
from ekyc.journey.subscription import sealed
from ekyc.storage import push, tokens
from ekyc.storage.store import Store


async def subscribe(
    store: Store,
    clock: Clock,
    *,
    application_id: str,
    secret: bytes,
    subscription: Subscription,
    limits: Limits,
) -> None:
    """Ring this browser too from now on; `PushRefused` for an address we do not post to."""
    known = rules.may_reach(subscription.endpoint, limits.services)
    if not known or not rules.is_whole(subscription):
        raise PushRefused
    now = clock.now()
    async with store.begin() as tx:
        await push.keep(
            tx,
            application_id,
            digest=tokens.digest(subscription.endpoint),
            sealed=sealed(secret, subscription),
            most=limits.devices,
            now=now,
        )
        devices = len(await push.of_application(tx, application_id))
        data = {"devices": devices}
        await tx.tell(
            Event(
                name="push.subscribed",
                application_id=application_id,
                at=now,
                actor=CUSTOMER,
                data=data,
            )
        )


async def unsubscribe(store: Store, clock: Clock, *, application_id: str, endpoint: str) -> None:
    """Ring this browser no more; nothing happens to one nobody knows."""
    async with store.begin() as tx:
        if not await push.drop(tx, application_id, digest=tokens.digest(endpoint)):
            return
        await tx.tell(
            Event(
                name="push.ended",
                application_id=application_id,
                at=clock.now(),
                actor=CUSTOMER,
                data={"reason": "unsubscribed"},
            )
        )
