"""The call-back that keeps the place: who is away is told when the turn is near, and then expected.

What is told, and whether a provider took it, is the work of `ekyc.jobs.recall`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ekyc.domain import application as stages
from ekyc.domain import recall as rules
from ekyc.domain.application import Stage
from ekyc.domain.errors import CannotBeTold, NotAllowedNow, QueueFull
from ekyc.domain.events import CUSTOMER, SYSTEM
from ekyc.domain.phone import is_verified
from ekyc.domain.queue import Ticket, TicketState, place
from ekyc.domain.recall import Limits
from ekyc.journey.ending import ticket_fact
from ekyc.journey.ports import ALWAYS, Clock
from ekyc.journey.queue import take_again, take_place
from ekyc.journey.waiting import stand
from ekyc.settings import Queue
from ekyc.storage import applications, appointments, push, queue, recalls, waits
from ekyc.storage.store import Job, Store, Tx

MESSAGE = "recall.message"
PUSH = "recall.push"
NEAR, LAPSED = "near", "lapsed"
"""What is told: the turn is near; the place was given up."""


def limits(settings: Queue) -> Limits:
    """The settings in force."""
    return Limits(
        lead_s=settings.recall_lead_s,
        wait_s=settings.recall_wait_s,
        most=settings.recalls_max,
    )


async def may_be_told(tx: Tx, settings: Queue, application_id: str, *, by_message: bool) -> bool:
    """Whether this customer can be reached with no page open; `by_message`: whether anybody can by
    SMS. At a booked time the appointment rings by itself."""
    if not settings.recalls_max or await appointments.active(tx, application_id) is not None:
        return False
    application = await applications.load(tx, application_id)
    if by_message and is_verified(application.phone_source):
        return True
    return bool(await push.of_application(tx, application_id))


async def ask(
    store: Store, clock: Clock, settings: Queue, *, application_id: str, by_message: bool
) -> None:
    """Tell me when it is my turn: the page may be closed, the number is kept.

    Whoever has no place yet takes one, also where nobody else may wait any more. Raises
    `CannotBeTold`, `QueueFull` where too many have asked, `DevicesNotReady`, `NotAllowedNow` while
    it rings.
    """
    now = clock.now()
    async with store.begin() as tx:
        if not await may_be_told(tx, settings, application_id, by_message=by_message):
            raise CannotBeTold
        if await recalls.asked(tx, most=settings.recalls_max) >= settings.asked_max:
            raise QueueFull
        ticket = await queue.open_ticket(tx, application_id)
        if ticket is None:
            ticket = await take_place(tx, settings, application_id, now=now)
        away = rules.ask(ticket)
        await queue.save_ticket(tx, ticket, away)
        await tx.tell(ticket_fact("recall.asked", away, now, CUSTOMER))
        if ticket.state is not TicketState.PARKED:
            await tx.tell(ticket_fact("ticket.parked", away, now, CUSTOMER))
            await waits.was_absent(tx, ticket.id)
        tx.wake("queue")


async def come(store: Store, clock: Clock, *, application_id: str) -> None:
    """The customer is back and takes the place again; `NotAllowedNow` when it is given up."""
    now = clock.now()
    async with store.begin() as tx:
        ticket = await queue.open_ticket(tx, application_id)
        if ticket is None:
            raise NotAllowedNow
        if ticket.state is TicketState.PARKED:
            await take_again(tx, ticket, now=now)


async def recall(store: Store, clock: Clock, settings: Queue, *, by_message: bool) -> int:
    """Tell those who are away and whose turn is near, the first in line first; how many.

    Whoever was told counts as somebody before the next, so that no more are told than can be
    served. In a line of one group and language nobody is told before who comes first.
    """
    now, bounds = clock.now(), limits(settings)
    if not bounds.most:
        return 0

    async def ready(tx: Tx) -> Sequence[Ticket]:
        limit = settings.batch
        return await recalls.ready(tx, bounds, limit=limit, by_message=by_message, now=now)

    async with store.read() as tx:
        if not await ready(tx):
            return 0
    made, far = 0, set[tuple[str, str]]()
    async with store.begin() as tx:
        for ticket in sorted(await ready(tx), key=place):
            line = (ticket.group, ticket.language)
            if made == settings.batch or line in far:
                continue
            standing = await stand(tx, settings, ticket, now=now)
            if not rules.is_near(standing.span, bounds):
                far.add(line)
                continue
            await _recall(tx, ticket, bounds, by_message=by_message, now=now)
            made += 1
    return made


async def _recall(
    tx: Tx, ticket: Ticket, bounds: Limits, *, by_message: bool, now: datetime
) -> None:
    told = rules.recall(ticket, bounds, now=now)
    assert told.recall_until is not None  # `recall` has set it
    await queue.save_ticket(tx, ticket, told)
    passed = await recalls.unreached(tx, ticket, by_message=by_message)
    data = {"nth": told.recalls, "until": told.recall_until.isoformat(), "passed": passed}
    await tx.tell(ticket_fact("recall.made", told, now, SYSTEM, **data))
    await _tell(tx, told, NEAR, now=now)


async def lapse(store: Store, clock: Clock, settings: Queue, *, since: datetime = ALWAYS) -> int:
    """Give up the places nobody came back to, and offer a booking instead; how many.

    `since`: since when the server is there. Nobody could come before, so whoever was told before
    has as long again.
    """
    now, bounds = clock.now(), limits(settings)
    if now < since + timedelta(seconds=bounds.wait_s):
        return 0
    ask = {"most": bounds.most, "limit": settings.batch}
    async with store.read() as tx:
        if not await recalls.overdue(tx, **ask, now=now):
            return 0
    async with store.begin() as tx:
        late = await recalls.overdue(tx, **ask, now=now)
        for ticket in late:
            await _lapse(tx, ticket, bounds, now=now)
    return len(late)


async def _lapse(tx: Tx, ticket: Ticket, bounds: Limits, *, now: datetime) -> None:
    await queue.save_ticket(tx, ticket, rules.lapse(ticket, bounds, now=now))
    application = await applications.load(tx, ticket.application_id)
    moved = stages.move(application, Stage.CONFIRMED, now=now)
    await applications.save(tx, moved, actor=SYSTEM)
    await tx.tell(ticket_fact("recall.lapsed", ticket, now, SYSTEM, recalls=ticket.recalls))
    await tx.tell(ticket_fact("ticket.left", ticket, now, SYSTEM))
    await _tell(tx, ticket, LAPSED, now=now)


async def _tell(tx: Tx, ticket: Ticket, word: str, *, now: datetime) -> None:
    """Write down the message and the push; the work looks again whether it is still true."""
    told = {"ticket": ticket.id, "word": word, "nth": ticket.recalls}
    told["since"] = now.isoformat()  # who came back and went again is another absence
    for kind in (MESSAGE, PUSH):
        key = f"{kind}:{ticket.id}:{word}:{ticket.recalls}:{told['since']}"
        await tx.later(Job(kind=kind, key=key, payload=told, due_at=now))
