"""Photographs the agent asks for in the call: asked for, taken or declined, kept like any other."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ekyc.domain import call as rules
from ekyc.domain.call import Call
from ekyc.domain.errors import EkycError, NotAllowedNow, NotFound, TooManyStills
from ekyc.domain.events import CUSTOMER, SYSTEM, Actor
from ekyc.domain.still import JUDGED, Still, StillOf, StillState, View
from ekyc.journey import sealing
from ekyc.journey.documents import one_at_a_time
from ekyc.journey.ending import fact, lapse_stills, still_data
from ekyc.journey.ports import Clock, Copier
from ekyc.storage import calls, stills
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store, Tx, new_id


async def ask(
    store: Store,
    clock: Clock,
    *,
    staff_id: str,
    application_id: str,
    of: StillOf,
    most: int,
    views: Sequence[View] = (),
) -> Still:
    """Ask the customer for a photograph; one that was asked for and not taken gives way to it.

    Several views are asked for one after another, each once the one before was taken. Raises
    `NotFound` when this agent is not in a call with the customer, `NotAllowedNow` before both are
    connected and while somebody is gone, `TooManyStills` beyond `most` in one call.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await _own(tx, staff_id, application_id)
        if not rules.is_complete(call):
            raise NotAllowedNow
        if len(await stills.of_call(tx, call.id)) + max(1, len(views)) > most:
            raise TooManyStills
        await lapse_stills(tx, call, now=now)
        return await _ask(tx, call, of, views, Actor(kind="staff", id=staff_id), now)


async def _own(tx: Tx, staff_id: str, application_id: str) -> Call:
    call = await calls.of_agent(tx, staff_id)
    if call is None or call.application_id != application_id:
        raise NotFound
    return call


async def _ask(
    tx: Tx, call: Call, of: StillOf, views: Sequence[View], actor: Actor, now: datetime
) -> Still:
    """Ask for the first of these views, or for a photograph in none."""
    still = Still(
        id=new_id(),
        call_id=call.id,
        of=of,
        state=StillState.ASKED,
        asked_at=now,
        view=views[0] if views else None,
        following=tuple(views[1:]),
    )
    await stills.add(tx, still)
    await tx.tell(fact("still.asked", call, now, actor, **still_data(still)))
    _wake(tx, call)
    return still


async def take(
    store: Store,
    clock: Clock,
    objects: Objects,
    ring: Ring,
    copier: Copier,
    *,
    application_id: str,
    still_id: str,
    image: bytes,
) -> None:
    """Keep the photograph the customer took; sent twice, as an answer was lost, it is kept once.

    Raises `NotFound`, `NotAllowedNow` when it is no longer wanted, `ImageUnreadable`,
    `ImageTooLarge`, `Busy`, `TooManyRequests` while another photograph of this customer is opened.
    """
    async with store.read() as tx:
        still, _ = await _wanted(tx, application_id, still_id)
    if still.state is StillState.TAKEN:
        return
    with one_at_a_time(application_id):
        picture = await copier.copy(image)
        owner = await sealing.customer_key(store, ring, application_id)
        key, sha256 = await asyncio.to_thread(objects.put, picture, suffix="jpg", owner=owner)
    try:
        await _keep(store, clock, application_id, still_id, key, sha256)
    except EkycError:  # the call ended, or another was asked for, meanwhile
        await asyncio.to_thread(objects.discard, key)
        raise


async def _wanted(tx: Tx, application_id: str, still_id: str) -> tuple[Still, Call]:
    """This customer's still, asked for in a call that goes on, or taken before."""
    still = await stills.find(tx, still_id)
    call = None if still is None else await calls.find(tx, still.call_id)
    if still is None or call is None or call.application_id != application_id:
        raise NotFound
    if still.state is StillState.TAKEN:
        return still, call
    if still.state is not StillState.ASKED or not rules.is_answered(call):
        raise NotAllowedNow
    return still, call


async def _keep(
    store: Store, clock: Clock, application_id: str, still_id: str, key: str, sha256: str
) -> None:
    now = clock.now()
    async with store.begin() as tx:
        still, call = await _wanted(tx, application_id, still_id)
        taken = replace(
            still, state=StillState.TAKEN, ended_at=now, original=key, original_sha256=sha256
        )
        if not await stills.end(tx, taken):
            raise NotAllowedNow
        data = still_data(still) | {"sha256": sha256}
        await tx.tell(fact("still.taken", call, now, CUSTOMER, **data))
        if still.following:
            await _ask(tx, call, still.of, still.following, SYSTEM, now)
        _wake(tx, call)


async def decline(store: Store, clock: Clock, *, application_id: str, still_id: str) -> None:
    """The customer does not want to; `NotFound`, `NotAllowedNow` when it is settled already."""
    now = clock.now()
    async with store.begin() as tx:
        still, call = await _wanted(tx, application_id, still_id)
        declined = replace(still, state=StillState.DECLINED, ended_at=now)
        if not await stills.end(tx, declined):
            raise NotAllowedNow
        await tx.tell(fact("still.declined", call, now, CUSTOMER, **still_data(still)))
        _wake(tx, call)


async def judge(
    store: Store,
    clock: Clock,
    *,
    staff_id: str,
    application_id: str,
    still_id: str,
    passed: bool,
) -> Still:
    """What the agent made of a view on command; the last word counts.

    Raises `NotFound` for what is not of this agent's call, `NotAllowedNow` before it was taken and
    for views nobody judges.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await _own(tx, staff_id, application_id)
        still = await stills.find(tx, still_id)
        if still is None or still.call_id != call.id:
            raise NotFound
        if still.state is not StillState.TAKEN or still.view not in JUDGED:
            raise NotAllowedNow
        judged = replace(still, passed=passed)
        await stills.judge(tx, judged)
        name = "still.passed" if passed else "still.failed"
        actor = Actor(kind="staff", id=staff_id)
        await tx.tell(fact(name, call, now, actor, **still_data(judged)))
        tx.wake(f"desk:{call.agent_id}")
    return judged


def _wake(tx: Tx, call: Call) -> None:
    tx.wake(f"desk:{call.agent_id}")
    tx.wake(f"application:{call.application_id}")
