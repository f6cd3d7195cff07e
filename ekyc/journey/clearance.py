"""A supervisor clears grave signals of a call that goes on, so that its agent may approve."""

from collections.abc import Collection, Sequence

from ekyc.domain import clearance as rules
from ekyc.domain.application import Stage
from ekyc.domain.call import Call
from ekyc.domain.clearance import Clearance
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.events import Actor
from ekyc.domain.presence import Signal
from ekyc.journey.ending import fact
from ekyc.journey.ports import SUPERVISORS, Clock
from ekyc.storage import applications, calls, presence
from ekyc.storage.store import Store, Tx, new_id


async def clear(
    store: Store,
    clock: Clock,
    supervised: Collection[Signal],
    *,
    application_id: str,
    signals: Sequence[str],
    note: str,
    staff_id: str,
) -> None:
    """Write down that somebody else than the agent looked at these signals.

    Raises `NotFound`, `NotAllowedNow` outside a call, `NotAllowed` for the agent of the call,
    `NoteMissing`.
    """
    now = clock.now()
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        every = await calls.of_application(tx, application_id)
        if application.stage is not Stage.IN_CALL or not every:
            raise NotAllowedNow
        call = every[-1]
        raised = await _raised(tx, call)
        open = await uncleared(tx, call, supervised)
        said = rules.check(signals, note, open=open, by=staff_id, agent_id=call.agent_id)
        looked = tuple(id for id in open if id in signals)
        made = Clearance(
            id=new_id(),
            application_id=application_id,
            call_id=call.id,
            signals=looked,
            note=said,
            by=staff_id,
            at=now,
        )
        await presence.add_clearance(tx, made)
        data = {"clearance": made.id, "signals": [raised[id].value for id in looked]}
        actor = Actor(kind="staff", id=staff_id)
        await tx.tell(fact("signals.cleared", call, now, actor, **data))
        tx.wake(f"desk:{call.agent_id}")
        tx.wake(SUPERVISORS)


async def uncleared(tx: Tx, call: Call, supervised: Collection[Signal]) -> tuple[str, ...]:
    """Ids of the signals of this call that wait for a supervisor."""
    made = await presence.clearances(tx, call.application_id)
    return rules.uncleared(
        await _raised(tx, call), made, supervised=supervised, agent_id=call.agent_id
    )


async def _raised(tx: Tx, call: Call) -> dict[str, Signal]:
    kept = await presence.signals(tx, call.application_id)
    return {one.id: one.signal for one in kept if one.call_id == call.id}
