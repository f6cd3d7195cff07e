"""A supervisor in another's call: listens, whispers, joins, takes over; each change is a fact."""

from dataclasses import replace

from ekyc.domain import call as talk
from ekyc.domain import guest as rules
from ekyc.domain.call import Call, Party
from ekyc.domain.desk import CHOICES, DeskState
from ekyc.domain.errors import NotAllowed, NotAllowedNow, NotFound
from ekyc.domain.guest import Guest, GuestState, Mode
from ekyc.journey.ending import end_guest
from ekyc.journey.guests import asked_in, call_of, come_in, oneself, switch, took
from ekyc.journey.ports import Clock
from ekyc.storage import calls, guests, queue
from ekyc.storage.store import Store


async def look_in(store: Store, clock: Clock, *, staff_id: str, call_id: str, mode: Mode) -> Guest:
    """A supervisor listens, whispers or joins, or changes between them.

    Raises `NotFound`, `NotAllowed` for the call's own agent, `NotAllowedNow` outside a call and for
    whoever has a customer of their own, who would hear it too; `SeatTaken` while another supervisor
    is there.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await calls.find(tx, call_id)
        if call is None:
            raise NotFound
        if not talk.is_answered(call):
            raise NotAllowedNow
        if call.agent_id == staff_id:
            raise NotAllowed
        mine = await guests.of_staff(tx, staff_id)
        if mine is not None and mine.call_id == call.id and mine.kind is Party.SUPERVISOR:
            return await switch(tx, call, mine, mode, by=staff_id, now=now)
        if mine is not None and mine.kind is Party.SUPERVISOR:
            was = await call_of(tx, mine)  # one call at a time
            await end_guest(tx, was, mine, GuestState.LEFT, actor=oneself(mine), now=now)
        elif mine is not None:
            raise NotAllowedNow
        desk = await queue.desk(tx, staff_id, now=now)
        if desk.state is DeskState.IN_CALL:
            raise NotAllowedNow
        rules.check(Party.SUPERVISOR, mode, open=await guests.open_in(tx, call.id))
        asked = asked_in(call, Party.SUPERVISOR, mode, by=staff_id, note="", now=now)
        guest = replace(asked, staff_id=staff_id)
        await guests.add(tx, guest)
        return await come_in(tx, call, guest, actor=oneself(guest), now=now)


async def take_over(store: Store, clock: Clock, *, staff_id: str, call_id: str) -> Call:
    """The supervisor who looks in becomes the call's agent.

    Raises `NotFound` for who is not in, `NotAllowedNow` with a call of one's own.
    """
    now = clock.now()
    async with store.begin() as tx:
        guest = await guests.of_staff(tx, staff_id)
        if guest is None or guest.call_id != call_id or guest.kind is not Party.SUPERVISOR:
            raise NotFound
        desk = await queue.desk(tx, staff_id, now=now)
        if desk.state not in CHOICES | {DeskState.AWAY}:
            raise NotAllowedNow
        return await took(tx, await call_of(tx, guest), guest, actor=oneself(guest), now=now)
