"""A random sequence in the call, from its commitment to its seed; and the equivalent set."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ekyc.domain import call as rules
from ekyc.domain import sequence as drawing
from ekyc.domain.call import Call, Movement, MovementState, Party
from ekyc.domain.errors import NotAllowedNow, NotFound
from ekyc.domain.events import SYSTEM, Actor
from ekyc.domain.movement import MEASURED, Direction, Reason
from ekyc.domain.room import MovementEnded
from ekyc.domain.sequence import Drawing, SequenceState, Want
from ekyc.journey.ending import end_sequence, fact, fail_movements
from ekyc.journey.ports import Clock, MediaPlane
from ekyc.storage import calls, sequences
from ekyc.storage.store import Store, Tx, new_id

SEED_BYTES = 32


async def begin(
    store: Store,
    clock: Clock,
    media: MediaPlane,
    *,
    staff_id: str,
    application_id: str,
    standard: Sequence[Direction],
    steps: int,
) -> Drawing:
    """Draw a sequence, publish its commitment, and ask for the first step.

    Drawn from `standard`, or from what is measured of the call's equivalent set. Whatever still
    runs gives way to it. Raises `NotFound`, and `NotAllowedNow` before both are connected, while
    somebody is gone, or when the set has too few measured movements to draw from.
    """
    now, actor = clock.now(), Actor(kind="staff", id=staff_id)
    async with store.begin() as tx:
        call = await _own(tx, staff_id, application_id)
        pool = _pool(call, standard)
        if len(pool) < drawing.LEAST_POOL:
            raise NotAllowedNow
        await fail_movements(tx, call, "replaced", now=now)
        made = _drawn(call, pool, steps, now)
        await sequences.add(tx, made)
        data = {"sequence": made.id, "commitment": made.commitment, "steps": steps}
        await tx.tell(fact("sequence.committed", call, now, actor, **data))
        asked = await _ask(tx, call, made, drawing.following(made, (), ()), actor, now)
    await _watch(media, asked)
    return made


def _pool(call: Call, standard: Sequence[Direction]) -> tuple[Direction, ...]:
    if call.equivalent is None:
        return tuple(standard)
    return tuple(one for one in drawing.needed(call.equivalent) if one in MEASURED)


def _drawn(call: Call, pool: Sequence[Direction], steps: int, now: datetime) -> Drawing:
    id, seed = new_id(), secrets.token_hex(SEED_BYTES)
    told = drawing.commitment(seed, application_id=call.application_id, sequence_id=id)
    return Drawing(
        id=id,
        call_id=call.id,
        state=SequenceState.RUNNING,
        seed=seed,
        commitment=told,
        pool=tuple(one.value for one in pool),
        steps=steps,
        equivalent=call.equivalent,
        asked_at=now,
    )


async def go_on(
    store: Store, clock: Clock, media: MediaPlane, event: MovementEnded
) -> Drawing | None:
    """After the verdict on a step: the next step, another in its place, or the end.

    Gives the sequence as it is now; None when the movement belonged to none that runs.
    """
    now = clock.now()
    async with store.begin() as tx:
        call, made = await calls.find(tx, event.room), await sequences.running(tx, event.room)
        if call is None or made is None:
            return None
        steps = [m for m in await calls.movements(tx, call.id) if m.sequence_id == made.id]
        if not steps or steps[-1].id != event.movement:
            return None
        following = _following(made, steps)
        if following is None or not rules.is_complete(call):
            return await end_sequence(tx, call, made, passed=_is_whole(made, steps), now=now)
        asked = await _ask(tx, call, made, following, SYSTEM, now)
    await _watch(media, asked)
    return made


def _passed(steps: Sequence[Movement]) -> list[Direction]:
    return [Direction(m.direction) for m in steps if m.state is MovementState.PASSED]


def _is_whole(made: Drawing, steps: Sequence[Movement]) -> bool:
    return len(_passed(steps)) == made.steps


def _following(made: Drawing, steps: Sequence[Movement]) -> Direction | None:
    """What to ask after these; a failed step ends it, unless the face could not be measured so."""
    last = steps[-1]
    if last.state is MovementState.FAILED and last.reason != Reason.UNSUITABLE:
        return None
    if _is_whole(made, steps):
        return None
    unsuitable = {Direction(m.direction) for m in steps if m.reason == Reason.UNSUITABLE}
    return drawing.following(made, _passed(steps), unsuitable)


async def _ask(
    tx: Tx, call: Call, made: Drawing, direction: Direction | None, actor: Actor, now: datetime
) -> Movement:
    assert direction is not None  # the pool has another one, or nobody asks
    movement = Movement(
        id=new_id(),
        call_id=call.id,
        direction=direction.value,
        state=MovementState.ASKED,
        asked_at=now,
        sequence_id=made.id,
    )
    await calls.add_movement(tx, movement)
    data = {"movement": movement.id, "direction": movement.direction, "sequence": made.id}
    await tx.tell(fact("movement.asked", call, now, actor, **data))
    tx.wake(f"desk:{call.agent_id}")
    return movement


async def _watch(media: MediaPlane, asked: Movement) -> None:
    await media.ask_movement(
        asked.call_id,
        party=Party.CUSTOMER.value,
        movement=asked.id,
        direction=asked.direction,
    )


async def last(store: Store, call_id: str) -> tuple[Drawing, int] | None:
    """The newest sequence of a call as it stands, and how many of its steps are passed."""
    async with store.read() as tx:
        every = await sequences.of_call(tx, call_id)
        asked = await calls.movements(tx, call_id)
    if not every:
        return None
    return every[-1], len(_passed([m for m in asked if m.sequence_id == every[-1].id]))


async def choose_equivalent(
    store: Store, clock: Clock, *, staff_id: str, application_id: str, want: Want | None
) -> str:
    """Ask other movements in this call, as this customer cannot make the usual ones.

    None goes back to those. Gives the call's id. Raises `NotFound`, `NotAllowedNow`.
    """
    now, actor = clock.now(), Actor(kind="staff", id=staff_id)
    async with store.begin() as tx:
        call = await _own(tx, staff_id, application_id)
        if call.equivalent == want:
            return call.id
        await fail_movements(tx, call, "replaced", now=now)
        await calls.save(tx, replace(call, equivalent=want, version=call.version + 1))
        data = {"want": "none" if want is None else want.value}
        await tx.tell(fact("equivalent.chosen", call, now, actor, **data))
    return call.id


async def _own(tx: Tx, staff_id: str, application_id: str) -> Call:
    call = await calls.of_agent(tx, staff_id)
    if call is None or call.application_id != application_id:
        raise NotFound
    if not rules.is_complete(call):
        raise NotAllowedNow
    return call
