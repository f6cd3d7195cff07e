"""The agent's acts between and before calls: state, device test, answer, decline, wrap-up."""

from datetime import datetime, timedelta

from ekyc.domain import application as stages
from ekyc.domain import call as talk
from ekyc.domain import desk as rules
from ekyc.domain import queue as line
from ekyc.domain.application import SETTLED, Application, Stage
from ekyc.domain.call import Call, CallState, EndReason
from ekyc.domain.desk import CHOICES, Desk, DeskState
from ekyc.domain.errors import NotAllowedNow, NotFound
from ekyc.domain.events import SYSTEM, Actor
from ekyc.domain.guest import GuestState
from ekyc.domain.queue import TicketState
from ekyc.journey import appointed
from ekyc.journey.ending import end_call, end_guest, fact
from ekyc.journey.ports import Clock
from ekyc.journey.stage import follow
from ekyc.journey.waiting import hold_against
from ekyc.settings import Queue
from ekyc.storage import applications, calls, contacts, decisions, guests, queue
from ekyc.storage.store import Store, Tx


async def choose(
    store: Store, clock: Clock, settings: Queue, *, staff_id: str, state: DeskState
) -> None:
    """Work or rest, as the agent says.

    Raises `NotAllowedNow`, `DevicesNotReady`, `DecisionMissing`, `ContactMissing`, `WrapUpShort`.
    """
    now = clock.now()
    async with store.begin() as tx:
        desk = await queue.desk(tx, staff_id, now=now)
        moved = rules.choose(
            desk,
            state,
            undecided=await _is_undecided(tx, desk),
            owes=await contacts.owed(tx, staff_id) is not None,
            wrap_up_s=settings.wrap_up_s,
            now=now,
        )
        await queue.save_desk(tx, moved)


async def finish_wrap_up(store: Store, clock: Clock, settings: Queue, *, staff_id: str) -> None:
    """Ready for the next customer; refused like `choose`, and outside a wrap-up."""
    async with store.read() as tx:
        desk = await queue.desk(tx, staff_id, now=clock.now())
    if desk.state is not DeskState.WRAP_UP:
        raise NotAllowedNow
    await choose(store, clock, settings, staff_id=staff_id, state=DeskState.AVAILABLE)


async def _is_undecided(tx: Tx, desk: Desk) -> bool:
    """Whether the call this desk wraps up still waits for its verdict."""
    return desk.state is DeskState.WRAP_UP and await _undecided(tx, desk) is not None


async def wrapped_up(tx: Tx, desk: Desk) -> Call | None:
    """The call a desk wraps up; None when another desk took it over and it goes on there."""
    call = await calls.last_ended(tx, desk.staff_id)
    is_this = call is not None and call.ended_at is not None and call.ended_at >= desk.since
    return call if is_this else None


async def _undecided(tx: Tx, desk: Desk) -> tuple[Call, Application] | None:
    """The call a desk wraps up, and its application, while that waits for the verdict."""
    call = await wrapped_up(tx, desk)
    if call is None:
        return None
    latest = (await calls.of_application(tx, call.application_id))[-1]
    application = await applications.load(tx, call.application_id)
    if latest.id != call.id or application.stage is not Stage.IN_CALL:
        return None
    return call, application


async def end_forgotten(store: Store, clock: Clock, settings: Queue) -> int:
    """Whoever wraps up for too long is away; how many.

    A customer still without a verdict may call again, and any agent may send the form back. An
    entry that is owed stays owed.
    """
    now = clock.now()
    before = now - timedelta(minutes=settings.verdict_min)
    async with store.begin() as tx:
        forgotten = await queue.wrapping_up(tx, before=before, limit=settings.batch)
        for desk in forgotten:
            undecided = await _undecided(tx, desk)
            if undecided is not None:
                await _give_back(tx, *undecided, now=now)
            await _miss_entry(tx, desk, now=now)
            await queue.save_desk(tx, rules.move(desk, DeskState.AWAY, now=now))
    return len(forgotten)


async def _give_back(tx: Tx, call: Call, application: Application, *, now: datetime) -> None:
    moved = stages.move(application, Stage.CONFIRMED, now=now)
    await applications.save(tx, moved, actor=SYSTEM)
    await tx.tell(fact("decision.missed", call, now, SYSTEM, agent=call.agent_id))


async def _miss_entry(tx: Tx, desk: Desk, *, now: datetime) -> None:
    call = await wrapped_up(tx, desk)
    due = None if call is None else await contacts.of_call(tx, call.id)
    if call is not None and due is not None and due.entered_at is None:
        await tx.tell(fact("contact.missed", call, now, SYSTEM, agent=desk.staff_id))


async def note_devices(
    store: Store, clock: Clock, *, staff_id: str, camera: bool, microphone: bool
) -> None:
    """Keep what the agent's device test showed."""
    now = clock.now()
    async with store.begin() as tx:
        desk = await queue.desk(tx, staff_id, now=now)
        tested = rules.note_devices(desk, camera=camera, microphone=microphone, now=now)
        await queue.save_desk(tx, tested)


async def see(store: Store, clock: Clock, *, staff_id: str) -> None:
    """The agent's page is open; writes only what is new."""
    async with store.read() as tx:
        desk = await queue.desk(tx, staff_id, now=clock.now())
    if desk.gone_at is None:
        return
    async with store.begin() as tx:
        desk = await queue.desk(tx, staff_id, now=clock.now())
        if (seen := rules.see(desk)) is not desk:
            await queue.save_desk(tx, seen)


async def miss(store: Store, clock: Clock, *, staff_id: str) -> None:
    """The agent's last page was closed: nobody is rung here until one is open again."""
    now = clock.now()
    async with store.begin() as tx:
        desk = await queue.desk(tx, staff_id, now=now)
        if desk.version and (missed := rules.miss(desk, now=now)) is not desk:
            await queue.save_desk(tx, missed)


async def miss_all(store: Store, clock: Clock) -> None:
    """At the start: no page is open yet; whoever is still there comes back by itself."""
    now = clock.now()
    async with store.begin() as tx:
        for desk in await queue.available_desks(tx):
            if (missed := rules.miss(desk, now=now)) is not desk:
                await queue.save_desk(tx, missed)


async def leave_deserted(store: Store, clock: Clock, settings: Queue) -> int:
    """Agents who are available, but whose page is gone for too long, are away; how many."""
    now = clock.now()
    before = now - timedelta(seconds=settings.desk_presence_s)
    async with store.begin() as tx:
        deserted = await queue.deserted_desks(tx, before=before, limit=settings.batch)
        for desk in deserted:
            await queue.save_desk(tx, rules.move(desk, DeskState.AWAY, now=now))
    return len(deserted)


async def go_home(store: Store, clock: Clock, *, staff_id: str) -> None:
    """Signed out: nobody's guest, and offline unless the desk rings, talks or wraps up."""
    now = clock.now()
    async with store.begin() as tx:
        await _leave_others(tx, staff_id, now=now)
        desk = await queue.desk(tx, staff_id, now=now)
        if desk.state in {*CHOICES, DeskState.AWAY} - {DeskState.OFFLINE}:
            await queue.save_desk(tx, rules.move(desk, DeskState.OFFLINE, now=now))


async def _leave_others(tx: Tx, staff_id: str, *, now: datetime) -> None:
    """Whoever is a guest, or asked, is so no more."""
    guest = await guests.of_staff(tx, staff_id)
    if guest is None:
        return
    call = await calls.find(tx, guest.call_id)
    assert call is not None  # its row names it
    to = GuestState.LEFT if guest.state is GuestState.IN else GuestState.DECLINED
    actor = Actor(kind="staff", id=staff_id)
    await end_guest(tx, call, guest, to, actor=actor, now=now)


async def accept(store: Store, clock: Clock, *, staff_id: str, call_id: str) -> Call:
    """Answer the ring; `NotFound` for somebody else's, `NotAllowedNow` when it is over."""
    now = clock.now()
    async with store.begin() as tx:
        call = await _ringing(tx, call_id, staff_id)
        await _leave_others(tx, staff_id, now=now)  # the customer would hear the other call
        answered = talk.accept(call, now=now)
        await calls.save(tx, answered)
        ticket = await queue.ticket(tx, call.ticket_id)
        if ticket.attempt != call.attempt:
            raise NotAllowedNow
        await queue.save_ticket(tx, ticket, line.move(ticket, TicketState.SERVED))
        await hold_against(tx, ticket, now=now)
        desk = await queue.desk(tx, staff_id, now=now)
        await queue.save_desk(tx, rules.move(desk, DeskState.IN_CALL, now=now))
        await _start(tx, answered, now=now)
        await appointed.meet(tx, answered.application_id, now=now)
    return answered


async def _ringing(tx: Tx, call_id: str, staff_id: str) -> Call:
    call = await calls.find(tx, call_id)
    if call is None or call.agent_id != staff_id:
        raise NotFound
    if call.state is not CallState.RINGING:
        raise NotAllowedNow
    return call


async def _start(tx: Tx, call: Call, *, now: datetime) -> None:
    actor = Actor(kind="staff", id=call.agent_id)
    application = await applications.load(tx, call.application_id)
    await follow(tx, application, Stage.IN_CALL, actor=actor, now=now)
    if application.stage not in SETTLED:  # what the verdict stood on stays ticked
        await decisions.untick_all(tx, application.id)
    await tx.tell(fact("call.started", call, now, actor, agent=call.agent_id))


async def decline(store: Store, clock: Clock, *, staff_id: str, call_id: str) -> None:
    """Not this one: the customer is first in line again, the desk is away until the agent says."""
    now = clock.now()
    async with store.begin() as tx:
        call = await _ringing(tx, call_id, staff_id)
        actor = Actor(kind="staff", id=staff_id)
        await end_call(tx, call, EndReason.DECLINED, actor=actor, now=now)
