"""Supervisors are called: no agent has to tell them of a silent sign or of signals that wait.

A sign calls until a supervisor looked into the file after it, signals until they are cleared or the
verdict is given. The agent's own look does not count. Only staff are woken and told.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from ekyc.domain.access import Role
from ekyc.domain.application import Stage
from ekyc.domain.call import Call
from ekyc.domain.events import SYSTEM
from ekyc.domain.presence import Raised, Signal
from ekyc.domain.summons import SIGN_STANDS, Summons, Why
from ekyc.journey import clearance
from ekyc.journey.desk_push import tell
from ekyc.journey.ending import fact
from ekyc.journey.ports import SUPERVISORS
from ekyc.storage import applications, calls, presence, staff
from ekyc.storage.store import Tx


async def call_supervisors(tx: Tx, call: Call, why: Why, *, now: datetime) -> None:
    """Wake their pages; the fact stirs no page of the customer's."""
    called = fact("supervisor.called", call, now, SYSTEM, why=why.value)
    await tx.tell(called, silently=True)
    tx.wake(SUPERVISORS)
    members = set(await staff.ids_of(tx, Role.SUPERVISOR)) - {call.agent_id}
    await tell(tx, members, "summons", about=f"{call.id}.{why.value}", now=now)


async def call_to_signals(
    tx: Tx,
    call: Call,
    raised: Sequence[Raised],
    supervised: Collection[Signal],
    *,
    now: datetime,
) -> None:
    """The same for signals that stand before an approval; others call nobody."""
    if any(one.signal in supervised for one in raised):
        await call_supervisors(tx, call, Why.SIGNALS, now=now)


async def waiting(
    tx: Tx, supervised: Collection[Signal], *, staff_id: str, now: datetime
) -> Sequence[Summons]:
    """What calls this supervisor now, oldest first; nobody is called to a call of their own."""
    found = [*await _signs(tx, now), *await _signals(tx, supervised)]
    others = [one for one in found if one.agent_id != staff_id]
    return sorted(others, key=lambda one: (one.at, one.call_id))


async def _signs(tx: Tx, now: datetime) -> Sequence[Summons]:
    members = await staff.ids_of(tx, Role.SUPERVISOR)
    given = await applications.signs(tx, since=now - SIGN_STANDS)
    found = []
    for row in given:
        call = await calls.find(tx, row["data"]["call"])
        assert call is not None  # calls are never deleted
        looked = [id for id in members if id != call.agent_id]
        application_id, at = row["application_id"], row["at"]
        if not await applications.was_viewed(tx, application_id, by=looked, since=at):
            found.append(_summons(call, Why.SIGN, at))
    return found


async def _signals(tx: Tx, supervised: Collection[Signal]) -> Sequence[Summons]:
    found = []
    for application_id in await presence.signalled(tx, Stage.IN_CALL, supervised):
        latest = (await calls.of_application(tx, application_id))[-1:]
        for call in latest:
            open = await clearance.uncleared(tx, call, supervised)
            raised = await presence.signals(tx, application_id) if open else ()
            since = [one.at for one in raised if one.id in open]
            found += [_summons(call, Why.SIGNALS, min(since))] if since else []
    return found


def _summons(call: Call, why: Why, at: datetime) -> Summons:
    return Summons(
        application_id=call.application_id,
        call_id=call.id,
        agent_id=call.agent_id,
        why=why,
        at=at,
    )
