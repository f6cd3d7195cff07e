"""What time does to an application nobody finishes: a reminder, its end, its deletion."""

from collections.abc import Callable
from datetime import datetime, timedelta

from ekyc.domain import queue as line
from ekyc.domain.application import Application, Stage, move
from ekyc.domain.events import SYSTEM, Event
from ekyc.domain.queue import TicketState
from ekyc.journey.discard import discard
from ekyc.journey.ports import Clock, Sender
from ekyc.storage import applications, lapsed, queue, tokens
from ekyc.storage.store import Store, Tx, new_id

Word = Callable[[Application, str, datetime], str]
"""Application, link token, end of the link → the reminder in the customer's language."""


async def remind(
    store: Store, clock: Clock, sender: Sender, *, after_hours: float, word: Word, limit: int
) -> int:
    """Tell who broke off how to come back, once; how many.

    It counts as sent before it is handed over: a provider that fails costs one reminder, a crash
    never sends a second one.
    """
    now = clock.now()
    before = now - timedelta(hours=after_hours)
    async with store.read() as tx:
        found = await lapsed.broken_off(tx, before=before, now=now, limit=limit)
    for id in found:
        token = tokens.new()
        async with store.begin() as tx:
            if not await lapsed.broken_off(tx, before=before, now=now, limit=1, id=id):
                continue  # came back meanwhile
            application = await applications.load(tx, id)
            until = await lapsed.link_expires_at(tx, id)
            await applications.add_link(tx, id, digest=tokens.digest(token), expires_at=until)
            await tx.tell(_fact("application.reminded", id, now, channel="sms"))
        await sender.send(
            to=application.phone,
            text=word(application, token, until),
            id=new_id(),
            language=application.language,
        )
    return len(found)


async def expire(store: Store, clock: Clock, *, limit: int) -> int:
    """End the applications nobody can come back to; how many."""
    now = clock.now()
    async with store.read() as tx:
        found = await lapsed.lapsing(tx, now=now, limit=limit)
    expired = 0
    for id in found:
        async with store.begin() as tx:
            if await lapsed.lapsing(tx, now=now, limit=1, id=id):  # nobody came back meanwhile
                await _expire(tx, id, now)
                expired += 1
    return expired


async def _expire(tx: Tx, id: str, now: datetime) -> None:
    ticket = await queue.open_ticket(tx, id)
    if ticket is not None:
        await queue.save_ticket(tx, ticket, line.move(ticket, TicketState.LEFT))
        data = {"ticket": ticket.id, "number": ticket.seq, "attempt": ticket.attempt}
        await tx.tell(_fact("ticket.left", id, now, **data))
    moved = move(await applications.load(tx, id), Stage.EXPIRED, now=now)
    await applications.save(tx, moved, actor=SYSTEM)


async def delete(store: Store, clock: Clock, *, after_days: int, limit: int) -> int:
    """Delete what was broken off long ago, files included; how many applications.

    A decided application is never touched. The facts stay: they name nobody.
    """
    now = clock.now()
    before = now - timedelta(days=after_days)
    async with store.read() as tx:
        found = await lapsed.deletable(tx, before=before, limit=limit)
    deleted = 0
    for id in found:
        async with store.begin() as tx:
            if await lapsed.deletable(tx, before=before, limit=1, id=id):
                await _delete(tx, id, now)
                deleted += 1
    return deleted


async def _delete(tx: Tx, id: str, now: datetime) -> None:
    left = await lapsed.empty(tx, id, now=now)
    await discard(tx, left.keys, of=id, now=now)
    counts = {"photographs": left.photographs, "recordings": left.recordings}
    await tx.tell(_fact("application.deleted", id, now, **counts))
    tx.wake("queue")


def _fact(name: str, application_id: str, at: datetime, **data: object) -> Event:
    return Event(name=name, application_id=application_id, at=at, actor=SYSTEM, data=data)
