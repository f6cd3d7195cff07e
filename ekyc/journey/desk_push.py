"""Telling whoever sits at a desk while its page is not looked at: opt-in, browser by browser.

What is told names nobody; the page that opens has the rest. It ends with the session.
"""

from collections.abc import Collection
from datetime import datetime

from ekyc.domain import push as rules
from ekyc.domain.errors import PushRefused
from ekyc.domain.events import Actor, Event
from ekyc.domain.push import Limits, Subscription
from ekyc.journey.ports import Clock
from ekyc.journey.subscription import sealed
from ekyc.storage import desk_push, tokens
from ekyc.storage.store import Job, Store, Tx

TELL = "desk.push"
"""The kind of the job that has each browser of somebody at a desk told one thing."""


async def subscribe(
    store: Store,
    clock: Clock,
    *,
    staff_id: str,
    session: str,
    secret: bytes,
    subscription: Subscription,
    limits: Limits,
) -> None:
    """Tell this browser from now on; `PushRefused` for an address we do not post to.

    `session` is the token of the session in which it was turned on.
    """
    known = rules.may_reach(subscription.endpoint, limits.services)
    if not known or not rules.is_whole(subscription):
        raise PushRefused
    now = clock.now()
    async with store.begin() as tx:
        await desk_push.keep(
            tx,
            staff_id,
            session=tokens.digest(session),
            digest=tokens.digest(subscription.endpoint),
            sealed=sealed(secret, subscription),
            most=limits.devices,
            now=now,
        )
        await tx.tell(_fact("push.subscribed", staff_id, now))


async def unsubscribe(store: Store, clock: Clock, *, staff_id: str, endpoint: str) -> None:
    """Tell this browser no more; nothing happens to one nobody knows."""
    async with store.begin() as tx:
        if await desk_push.drop(tx, staff_id, digest=tokens.digest(endpoint)):
            await tx.tell(_fact("push.ended", staff_id, clock.now(), reason="unsubscribed"))


async def sign_out(store: Store, clock: Clock, *, staff_id: str, session: str) -> None:
    """Whoever signs out is told no more in that browser."""
    async with store.begin() as tx:
        if await desk_push.end_session(tx, tokens.digest(session)):
            await tx.tell(_fact("push.ended", staff_id, clock.now(), reason="signed-out"))


def _fact(name: str, staff_id: str, at: datetime, **data: object) -> Event:
    actor = Actor(kind="staff", id=staff_id)
    return Event(name=name, application_id="", at=at, actor=actor, data=data)


async def tell(tx: Tx, staff_ids: Collection[str], word: str, *, about: str, now: datetime) -> None:
    """Write down that these are to be told now, where they wish it; `word` names its sentence."""
    for staff_id in await desk_push.having(tx, staff_ids, now=now) if staff_ids else ():
        await tell_later(tx, staff_id, word, about=about, nth=0, since=now, due_at=now)


async def tell_later(
    tx: Tx, staff_id: str, word: str, *, about: str, nth: int, since: datetime, due_at: datetime
) -> None:
    """Write down that somebody is to be told then, in whichever browsers they wish it by then."""
    payload = {"staff": staff_id, "word": word, "about": about, "since": since.isoformat()}
    key = f"{TELL}:{word}:{about}:{nth}:{staff_id}"
    await tx.later(Job(kind=TELL, key=key, payload=payload, due_at=due_at))
