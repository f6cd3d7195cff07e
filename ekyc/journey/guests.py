"""Guests of a call: colleagues and interpreters who are rung or sent a link, supervisors.

Whoever has a room follows the store: each change of a guest rings `call:<id>`, and the room seats
people as `domain.guest.seating` says.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ekyc.domain import call as talk
from ekyc.domain import desk as desks
from ekyc.domain import guest as rules
from ekyc.domain.call import Call, Party
from ekyc.domain.desk import DeskState
from ekyc.domain.errors import NotAllowedNow, NotFound
from ekyc.domain.events import SYSTEM, Actor
from ekyc.domain.guest import DeskBusy, Guest, GuestState, Mode
from ekyc.journey.desk_push import tell
from ekyc.journey.ending import at_desk, end_guest, fact, fail_movements, tell_guest
from ekyc.journey.ports import Clock
from ekyc.journey.segments import opened
from ekyc.storage import calls, guests, queue, staff, tokens
from ekyc.storage.store import Store, Tx, new_id

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long an invitation stands, and a lost guest's seat is kept; seconds."""

    ring_s: float
    link_s: float
    rejoin_s: float


# The agent of the call


async def ring(
    store: Store,
    clock: Clock,
    *,
    staff_id: str,
    call_id: str,
    to: str,
    kind: Party,
    mode: Mode,
    note: str,
) -> Guest:
    """The agent has a colleague rung: to take the call over, to consult, to join or to interpret.

    Raises `NotFound`, `NotAllowedNow`, `SeatTaken`, and `DeskBusy` when nobody is free there.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await _own(tx, call_id, staff_id)
        if kind not in {Party.INTERPRETER, Party.COLLEAGUE}:
            raise NotAllowedNow
        rules.check(kind, mode, open=await guests.open_in(tx, call.id))
        desk = await queue.desk(tx, to, now=now)
        if desk.state is not DeskState.AVAILABLE or desk.gone_at is not None:
            raise DeskBusy
        if await guests.of_staff(tx, to) is not None:  # a supervisor who looks into a call
            raise DeskBusy
        await queue.save_desk(tx, desks.move(desk, DeskState.RINGING, now=now))
        guest = replace(asked_in(call, kind, mode, by=staff_id, note=note, now=now), staff_id=to)
        await _add(tx, call, guest)
        await tell(tx, [to], "asked", about=guest.id, now=now)
    return guest


async def ring_anybody(
    store: Store,
    clock: Clock,
    *,
    staff_id: str,
    call_id: str,
    kind: Party,
    mode: Mode,
    note: str,
    skill: str = "",
) -> Guest:
    """The same, of whoever has been idle longest; `DeskBusy` when nobody is free.

    `skill`: of those alone who have it; who speaks the customer's language goes before others.
    """
    free = await colleagues(store, staff_id=staff_id, skill=skill, call_id=call_id)
    about: dict[str, Any] = {"kind": kind, "mode": mode, "note": note}
    for to, _ in free:
        with suppress(DeskBusy):  # taken meanwhile: the next
            return await ring(store, clock, staff_id=staff_id, call_id=call_id, to=to, **about)
    raise DeskBusy


async def send_link(
    store: Store, clock: Clock, *, staff_id: str, call_id: str, kind: Party, mode: Mode, note: str
) -> tuple[Guest, str]:
    """A link for an interpreter from outside, and its token; refused as `ring`, as anybody else."""
    now, token = clock.now(), tokens.new()
    async with store.begin() as tx:
        call = await _own(tx, call_id, staff_id)
        if kind is not Party.INTERPRETER:
            raise NotAllowedNow
        rules.check(kind, mode, open=await guests.open_in(tx, call.id))
        asked = asked_in(call, kind, mode, by=staff_id, note=note, now=now)
        guest = replace(asked, token=tokens.digest(token))
        await _add(tx, call, guest)
    return guest, token


def asked_in(call: Call, kind: Party, mode: Mode, *, by: str, note: str, now: datetime) -> Guest:
    """An invitation, to be added."""
    return Guest(
        id=new_id(),
        call_id=call.id,
        application_id=call.application_id,
        kind=kind,
        mode=mode,
        state=GuestState.ASKED,
        version=1,
        staff_id=None,
        token=None,
        asked_by=by,
        note=note.strip()[:LONGEST_NOTE],
        asked_at=now,
    )


async def _add(tx: Tx, call: Call, guest: Guest) -> None:
    await guests.add(tx, guest)
    actor = Actor(kind="staff", id=guest.asked_by)
    await tell_guest(tx, "guest.asked", call, guest, actor, guest.asked_at)


async def send_out(
    store: Store, clock: Clock, *, staff_id: str, call_id: str, guest_id: str
) -> None:
    """The agent takes an invitation back, or asks the guest out; `NotFound`, `NotAllowedNow`.

    A supervisor goes on their own.
    """
    async with store.begin() as tx:
        call = await _own(tx, call_id, staff_id)
        guest = await _of(tx, call, guest_id)
        if guest.kind is Party.SUPERVISOR:
            raise NotFound
        asked = guest.state is GuestState.ASKED
        to = GuestState.CANCELLED if asked else GuestState.LEFT
        actor = Actor(kind="staff", id=staff_id)
        await end_guest(tx, call, guest, to, actor=actor, now=clock.now())


async def let_in(store: Store, clock: Clock, *, staff_id: str, call_id: str, guest_id: str) -> None:
    """The consultation is over, and the colleague stays; `NotFound`, `NotAllowedNow`."""
    async with store.begin() as tx:
        call = await _own(tx, call_id, staff_id)
        guest = await _of(tx, call, guest_id)
        if guest.kind is not Party.COLLEAGUE:
            raise NotFound
        await switch(tx, call, guest, Mode.JOIN, by=staff_id, now=clock.now())


async def give_away(
    store: Store, clock: Clock, *, staff_id: str, call_id: str, guest_id: str
) -> Call:
    """The colleague who is in becomes the call's agent; `NotFound`, `NotAllowedNow`."""
    async with store.begin() as tx:
        call = await _own(tx, call_id, staff_id)
        guest = await _of(tx, call, guest_id)
        if guest.kind is not Party.COLLEAGUE or guest.state is not GuestState.IN:
            raise NotAllowedNow
        actor = Actor(kind="staff", id=staff_id)
        return await took(tx, call, guest, actor=actor, now=clock.now())


# The colleague who is rung


async def accept(store: Store, clock: Clock, *, staff_id: str, guest_id: str) -> Guest:
    """Answer; whoever was asked to take the call over is its agent now.

    Raises `NotFound` for somebody else's, `NotAllowedNow` when it is over.
    """
    now = clock.now()
    async with store.begin() as tx:
        guest, call = await _mine(tx, guest_id, staff_id)
        if guest.state is not GuestState.ASKED or not talk.is_answered(call):
            raise NotAllowedNow
        actor = Actor(kind="staff", id=staff_id)
        if guest.mode is Mode.TRANSFER:
            await took(tx, call, guest, actor=actor, now=now)
            return guest
        return await come_in(tx, call, guest, actor=actor, now=now)


async def come_in(tx: Tx, call: Call, guest: Guest, *, actor: Actor, now: datetime) -> Guest:
    """Who was asked is in: recorded, if the customer hears them."""
    here = rules.move(guest, GuestState.IN, now=now)
    await guests.save(tx, here)
    if at_desk(guest):
        desk = await queue.desk(tx, guest.staff_id or "", now=now)
        await queue.save_desk(tx, desks.move(desk, DeskState.IN_CALL, now=now))
    await _record(tx, call, here, now)
    await tell_guest(tx, "guest.joined", call, here, actor, now)
    return here


async def _record(tx: Tx, call: Call, guest: Guest, now: datetime) -> None:
    """Whoever the customer hears is recorded: one file more is being written."""
    if rules.is_heard(guest) and call.live_at is not None:
        known = await calls.recordings(tx, call.id)
        await calls.add_recording(tx, opened(call, guest.kind, known, now))


async def decline(store: Store, clock: Clock, *, staff_id: str, guest_id: str) -> None:
    """Not this one; `NotFound`, `NotAllowedNow`."""
    async with store.begin() as tx:
        guest, call = await _mine(tx, guest_id, staff_id)
        actor = Actor(kind="staff", id=staff_id)
        await end_guest(tx, call, guest, GuestState.DECLINED, actor=actor, now=clock.now())


async def leave(store: Store, clock: Clock, *, guest_id: str, staff_id: str | None) -> None:
    """The guest goes; twice is as good as once. `NotFound` for somebody else's seat."""
    async with store.begin() as tx:
        guest = await guests.find(tx, guest_id)
        if guest is None or guest.staff_id != staff_id:
            raise NotFound
        if guest.state is GuestState.IN:
            call = await call_of(tx, guest)
            now, actor = clock.now(), oneself(guest)
            await end_guest(tx, call, guest, GuestState.LEFT, actor=actor, now=now)


async def leave_by_line(store: Store, clock: Clock, *, guest_id: str) -> None:
    """The guest's page says so on its line, which a pass opened."""
    async with store.read() as tx:
        guest = await guests.find(tx, guest_id)
    assert guest is not None  # the pass named it
    await leave(store, clock, guest_id=guest_id, staff_id=guest.staff_id)


# By a link


async def by_link(store: Store, *, token: str) -> Guest:
    """The invitation a link leads to; `NotFound` for none, and once it is over."""
    async with store.read() as tx:
        guest = await guests.by_token(tx, tokens.digest(token))
    if guest is None or guest.state not in rules.OPEN:
        raise NotFound
    return guest


async def come_by_link(store: Store, clock: Clock, *, token: str) -> Guest:
    """Come in, or come back after a break; `NotFound`, `NotAllowedNow`."""
    now = clock.now()
    async with store.begin() as tx:
        guest = await guests.by_token(tx, tokens.digest(token))
        if guest is None or guest.state not in rules.OPEN:
            raise NotFound
        call = await call_of(tx, guest)
        if not talk.is_answered(call):
            raise NotAllowedNow
        if guest.state is GuestState.IN:
            return guest
        return await come_in(tx, call, guest, actor=oneself(guest), now=now)


# What happens to guests


async def connected(store: Store, *, call_id: str, kind: Party) -> None:
    """The guest's media flow."""
    async with store.begin() as tx:
        for guest in await guests.open_in(tx, call_id):
            if guest.kind is kind and (back := rules.connect(guest)) is not guest:
                await guests.save(tx, back)


async def dropped(store: Store, *, call_id: str, kind: Party, at: datetime) -> None:
    """The guest's line broke: the seat is kept for a while."""
    async with store.begin() as tx:
        for guest in await guests.open_in(tx, call_id):
            if guest.kind is kind and (lost := rules.drop(guest, now=at)) is not guest:
                await guests.save(tx, lost)


async def end_overdue(store: Store, clock: Clock, limits: Limits) -> int:
    """Rings nobody answered, links nobody used, guests who are gone or shut out; how many."""
    now = clock.now()
    async with store.begin() as tx:
        late = await guests.overdue(
            tx,
            rang=now - timedelta(seconds=limits.ring_s),
            linked=now - timedelta(seconds=limits.link_s),
            gone=now - timedelta(seconds=limits.rejoin_s),
        )
        for guest in late:
            asked = guest.state is GuestState.ASKED
            to = GuestState.MISSED if asked else GuestState.LEFT
            await end_guest(tx, await call_of(tx, guest), guest, to, actor=SYSTEM, now=now)
    return len(late)


async def took(tx: Tx, call: Call, guest: Guest, *, actor: Actor, now: datetime) -> Call:
    """The guest is the call's agent from now on; the one before writes nothing more."""
    to = guest.staff_id
    if to is None:
        raise NotAllowedNow
    if await calls.of_agent(tx, to) is not None:
        raise NotAllowedNow
    await fail_movements(tx, call, "interrupted", now=now)
    handed = talk.hand_over(call, to, now=now)
    before = await queue.desk(tx, call.agent_id, now=now)
    await queue.save_desk(tx, desks.move(before, DeskState.WRAP_UP, now=now))
    after = await queue.desk(tx, to, now=now)
    if after.state is not DeskState.IN_CALL:
        await queue.save_desk(tx, desks.move(after, DeskState.IN_CALL, now=now))
    await calls.save(tx, handed)
    await guests.save(tx, rules.move(guest, GuestState.TOOK, now=now))
    await _call_off(tx, handed, guest, actor=actor, now=now)
    data = {"from": call.agent_id, "to": to, "guest": guest.id}
    await tx.tell(fact("call.transferred", handed, now, actor, **data))
    return handed


async def _call_off(tx: Tx, handed: Call, taken: Guest, *, actor: Actor, now: datetime) -> None:
    """Whom the agent before had rung to take the call over is not to take it from the next one."""
    for other in await guests.open_in(tx, handed.id):
        if other.id != taken.id and other.mode is Mode.TRANSFER:
            await end_guest(tx, handed, other, GuestState.CANCELLED, actor=actor, now=now)


async def switch(tx: Tx, call: Call, guest: Guest, mode: Mode, *, by: str, now: datetime) -> Guest:
    """Another mode of a guest who is in; the same guest comes back when it is none."""
    if mode is guest.mode:
        return guest
    switched = rules.switch(guest, mode)
    await guests.save(tx, switched)
    await _record(tx, call, switched, now)
    await tell_guest(tx, "guest.switched", call, switched, Actor(kind="staff", id=by), now)
    return switched


def oneself(guest: Guest) -> Actor:
    """The guest as who does it."""
    return Actor(kind="staff", id=guest.staff_id) if guest.staff_id else Actor(kind="guest")


async def _own(tx: Tx, call_id: str, staff_id: str) -> Call:
    """This agent's call, while both are connected or one comes back."""
    call = await calls.find(tx, call_id)
    if call is None or call.agent_id != staff_id:
        raise NotFound
    if not talk.is_answered(call) or call.live_at is None:
        raise NotAllowedNow
    return call


async def _of(tx: Tx, call: Call, guest_id: str) -> Guest:
    guest = await guests.find(tx, guest_id)
    if guest is None or guest.call_id != call.id:
        raise NotFound
    return guest


async def _mine(tx: Tx, guest_id: str, staff_id: str) -> tuple[Guest, Call]:
    guest = await guests.find(tx, guest_id)
    if guest is None or guest.staff_id != staff_id:
        raise NotFound
    return guest, await call_of(tx, guest)


async def call_of(tx: Tx, guest: Guest) -> Call:
    """The call somebody is a guest of."""
    call = await calls.find(tx, guest.call_id)
    assert call is not None  # its row names it
    return call


async def colleagues(
    store: Store, *, staff_id: str, skill: str = "", call_id: str = ""
) -> Sequence[tuple[str, str]]:
    """Id and name of everybody who could be rung now, longest idle first; `skill`: who has it.

    Those who speak the language of a call's customer come first, if one is named.
    """
    async with store.read() as tx:
        call = await calls.find(tx, call_id)
        spoken = call and (await queue.wants(tx, call.application_id)).language
        idle = sorted(await queue.idle_desks(tx), key=lambda one: spoken not in one[1].speaks)
        able = [desk.staff_id for desk, can in idle if not skill or skill in can.skills]
        elsewhere = await guests.staff_in(tx) | {staff_id}
        names = await staff.names(tx)
    return [(one, names[one]) for one in able if one not in elsewhere]
