"""The conversation: who may enter its room, what the agent asks for, and how it ends."""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from ekyc.domain import call as rules
from ekyc.domain.application import Stage
from ekyc.domain.call import Call, CallState, EndReason, Limits, Movement, MovementState, Party
from ekyc.domain.errors import NotAllowedNow, NotFound, PassInvalid
from ekyc.domain.events import CUSTOMER, SYSTEM, Actor
from ekyc.domain.guest import GuestState
from ekyc.domain.movement import Direction, Reason
from ekyc.journey.ending import end_call, fact, fail_movements
from ekyc.journey.ports import Clock, MediaPlane
from ekyc.settings import Call as Settings
from ekyc.settings import Queue
from ekyc.storage import applications, calls, guests, staff, tokens
from ekyc.storage.calls import Pass
from ekyc.storage.store import Store, Tx, new_id

PRECHECK = "precheck-"
"""Begins the names of rooms in which one customer tests the devices; other rooms are calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The right to enter a room once, as this party, by a token."""

    token: str
    room: str
    party: Party


def limits(queue: Queue, call: Settings) -> Limits:
    """The rules in force."""
    return Limits(ring_s=queue.ring_s, rejoin_s=call.rejoin_s, longest_s=call.max_minutes * 60)


async def give_customer_pass(
    store: Store, clock: Clock, settings: Settings, *, application_id: str
) -> Entry:
    """The right to enter the customer's own call; `NotAllowedNow` without a call."""
    async with store.begin() as tx:
        call = await calls.of_customer(tx, application_id)
        if call is None or not rules.is_answered(call):
            raise NotAllowedNow
        room, party = call.id, Party.CUSTOMER
        return await _give(tx, clock, settings, room=room, party=party, subject=application_id)


async def give_agent_pass(
    store: Store, clock: Clock, settings: Settings, *, staff_id: str, call_id: str
) -> Entry:
    """The right to enter the agent's own call; `NotFound`, `NotAllowedNow`."""
    async with store.begin() as tx:
        call = await _own(tx, call_id, staff_id)
        room, party = call.id, Party.AGENT
        return await _give(tx, clock, settings, room=room, party=party, subject=staff_id)


async def give_precheck_pass(
    store: Store, clock: Clock, settings: Settings, *, application_id: str
) -> Entry:
    """The right to enter the customer's own test room; `NotAllowedNow`."""
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        if application.stage not in {Stage.CONFIRMED, Stage.WAITING, Stage.BOOKED}:
            raise NotAllowedNow
        room, party = PRECHECK + application_id, Party.CUSTOMER
        return await _give(tx, clock, settings, room=room, party=party, subject=application_id)


async def _give(
    tx: Tx, clock: Clock, settings: Settings, *, room: str, party: Party, subject: str
) -> Entry:
    token, now = tokens.new(), clock.now()
    expires_at = now + timedelta(seconds=settings.pass_s)
    given = Pass(room=room, party=party, subject=subject, expires_at=expires_at)
    await calls.add_pass(tx, given, digest=tokens.digest(token), now=now)
    return Entry(token=token, room=room, party=party)


async def redeem_pass(store: Store, clock: Clock, *, token: str) -> Pass:
    """Take the pass away and say whom it lets in where; `PassInvalid` when it is used or late."""
    async with store.begin() as tx:
        given = await calls.use_pass(tx, tokens.digest(token))
        call = None if given is None else await calls.find(tx, given.room)
        admitted = given is not None and await _is_admitted(tx, given, call)
    if given is None or clock.now() >= given.expires_at:
        raise PassInvalid
    if not given.room.startswith(PRECHECK) and (call is None or not rules.is_answered(call)):
        raise PassInvalid
    if not admitted:
        raise PassInvalid
    return given


async def _is_admitted(tx: Tx, given: Pass, call: Call | None) -> bool:
    """Whether the seat is still theirs: a call may have another agent since, a guest may be out."""
    if given.party is Party.AGENT:
        return call is not None and call.agent_id == given.subject
    if given.party is Party.CUSTOMER:
        return True
    guest = await guests.find(tx, given.subject)
    return guest is not None and guest.state is GuestState.IN


async def give_guest_pass(
    store: Store, clock: Clock, settings: Settings, *, guest_id: str, staff_id: str | None
) -> Entry:
    """The right of a guest who is in to enter the call's room; `NotFound`, `NotAllowedNow`."""
    async with store.begin() as tx:
        guest = await guests.find(tx, guest_id)
        if guest is None or guest.staff_id != staff_id:
            raise NotFound
        if guest.state is not GuestState.IN:
            raise NotAllowedNow
        room, party = guest.call_id, guest.kind
        return await _give(tx, clock, settings, room=room, party=party, subject=guest.id)


async def ask_movement(
    store: Store,
    clock: Clock,
    media: MediaPlane,
    *,
    staff_id: str,
    application_id: str,
    direction: str,
) -> Movement:
    """Ask the customer for one movement; one still running gives way to it.

    A number to be said is measured by nobody: the agent judges it. Raises what `begin_movement`
    does.
    """
    movement = await begin_movement(
        store, clock, staff_id=staff_id, application_id=application_id, direction=direction
    )
    if movement.number is not None:
        await media.cancel_movement(movement.call_id)
        return movement
    await media.ask_movement(
        movement.call_id, party=Party.CUSTOMER.value, movement=movement.id, direction=direction
    )
    return movement


async def judge_number(
    store: Store,
    clock: Clock,
    *,
    staff_id: str,
    application_id: str,
    movement_id: str,
    passed: bool,
) -> Movement:
    """The agent heard the number, or did not.

    Raises `NotFound` for what is not asked for in this agent's call, `NotAllowedNow` once it is
    settled.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await calls.of_agent(tx, staff_id)
        if call is None or call.application_id != application_id:
            raise NotFound
        asked = [m for m in await calls.movements(tx, call.id) if m.id == movement_id]
        if not asked or asked[0].number is None:
            raise NotFound
        judged = replace(
            asked[0],
            state=MovementState.PASSED if passed else MovementState.FAILED,
            ended_at=now,
            reason=None if passed else Reason.NOT_HEARD.value,
            seconds=(now - asked[0].asked_at).total_seconds(),
        )
        if not await calls.end_movement(tx, judged):
            raise NotAllowedNow
        data = {"movement": judged.id, "direction": judged.direction}
        if judged.reason is not None:
            data["reason"] = judged.reason
        name = "movement.passed" if passed else "movement.failed"
        await tx.tell(fact(name, call, now, Actor(kind="staff", id=staff_id), **data))
    return judged


async def begin_movement(
    store: Store, clock: Clock, *, staff_id: str, application_id: str, direction: str
) -> Movement:
    """Write down that a movement is asked for.

    Raises `NotFound` when this agent is not in a call with the customer, `NotAllowedNow` before
    both are connected and while somebody is gone.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await calls.of_agent(tx, staff_id)
        if call is None or call.application_id != application_id:
            raise NotFound
        if not rules.is_complete(call):
            raise NotAllowedNow
        await fail_movements(tx, call, "replaced", now=now)
        movement = Movement(
            id=new_id(),
            call_id=call.id,
            direction=direction,
            state=MovementState.ASKED,
            asked_at=now,
            number=_a_number() if direction == Direction.NUMBER else None,
        )
        await calls.add_movement(tx, movement)
        data = {"movement": movement.id, "direction": direction}
        actor = Actor(kind="staff", id=staff_id)
        await tx.tell(fact("movement.asked", call, now, actor, **data))
    return movement


def _a_number() -> str:
    """Four digits nobody knows before; the first is no zero, so that people read it as one number
    or digit by digit alike."""
    return str(1000 + secrets.randbelow(9000))


async def switch(
    store: Store, clock: Clock, *, call_id: str, party: Party, what: str, off: bool
) -> None:
    """Sound or picture went off or on: reviewers of the recording learn that it is no fault."""
    async with store.begin() as tx:
        call = await calls.find(tx, call_id)
        if call is None or call.live_at is None or not rules.is_answered(call):
            return
        data = {"party": party.value, "switch": f"{what}-{'off' if off else 'on'}"}
        await tx.tell(fact("call.switched", call, clock.now(), SYSTEM, **data))


async def ask_camera(store: Store, clock: Clock, *, staff_id: str, call_id: str) -> None:
    """The agent wishes for the customer's other camera; `NotFound`, `NotAllowedNow`."""
    async with store.begin() as tx:
        call = await _own(tx, call_id, staff_id)
        if not rules.is_complete(call):
            raise NotAllowedNow
        actor = Actor(kind="staff", id=staff_id)
        await tx.tell(fact("camera.asked", call, clock.now(), actor))


async def hang_up(store: Store, clock: Clock, *, staff_id: str, call_id: str) -> None:
    """The agent ends the call and wraps up; `NotFound`, `NotAllowedNow`."""
    async with store.begin() as tx:
        call = await _own(tx, call_id, staff_id)
        actor = Actor(kind="staff", id=staff_id)
        await end_call(tx, call, EndReason.AGENT_ENDED, actor=actor, now=clock.now())


async def leave(store: Store, clock: Clock, *, application_id: str) -> None:
    """The customer hangs up; `NotAllowedNow` without a call."""
    async with store.begin() as tx:
        call = await calls.of_customer(tx, application_id)
        if call is None or not rules.is_answered(call):
            raise NotAllowedNow
        await end_call(tx, call, EndReason.CUSTOMER_ENDED, actor=CUSTOMER, now=clock.now())


async def _own(tx: Tx, call_id: str, staff_id: str) -> Call:
    """This agent's answered call."""
    call = await calls.find(tx, call_id)
    if call is None or call.agent_id != staff_id:
        raise NotFound
    if not rules.is_answered(call):
        raise NotAllowedNow
    return call


async def end_overdue(store: Store, clock: Clock, limits: Limits, *, batch: int) -> int:
    """End rings, rejoins and calls whose time is over, each by itself; how many.

    Over at once are those of agents whose account was disabled.
    """
    now = clock.now()
    async with store.read() as tx:
        late = await calls.late(
            tx,
            rang=now - timedelta(seconds=limits.ring_s),
            gone=now - timedelta(seconds=limits.rejoin_s),
            accepted=now - timedelta(seconds=limits.longest_s),
            limit=batch,
        )
    ended = 0
    for call in late:
        ended += await _end_if_overdue(store, clock, limits, call.id)
    return ended


async def _end_if_overdue(store: Store, clock: Clock, limits: Limits, call_id: str) -> bool:
    """Look again inside the transaction: the agent may have answered, the customer come back."""
    now = clock.now()
    async with store.begin() as tx:
        call = await calls.find(tx, call_id)
        if call is None or call.state is CallState.ENDED:
            return False
        agent = await staff.by_id(tx, call.agent_id)
        is_shut_out = agent is not None and agent.disabled_at is not None
        reason = rules.overdue(call, limits, now=now)
        if is_shut_out:
            reason = rules.shut_out(call)
        if reason is None:
            return False
        await end_call(tx, call, reason, actor=SYSTEM, now=now)
    return True


async def end_all(store: Store, clock: Clock) -> None:
    """The server stops: every conversation ends, its customer first in line at the next start."""
    async with store.begin() as tx:
        for call in await calls.unfinished(tx):
            if rules.is_answered(call):
                reason = EndReason.SERVER_STOPPED
                await end_call(tx, call, reason, actor=SYSTEM, now=clock.now())
