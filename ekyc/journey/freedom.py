"""The customer's silent sign "I am not free": a fact for the agent and for supervisors alone."""

from datetime import datetime, timedelta

from ekyc.domain import call as rules
from ekyc.domain.call import Call
from ekyc.domain.events import CUSTOMER, Event
from ekyc.domain.summons import Why
from ekyc.journey.ending import fact
from ekyc.journey.ports import Clock
from ekyc.journey.summons import call_supervisors
from ekyc.storage import applications, calls
from ekyc.storage.store import Store, Tx


async def give_sign(store: Store, clock: Clock, *, call_id: str) -> None:
    """The customer gave the sign; once a call is enough, and nothing is answered whatever happens.

    Only staff are woken: a page that stirred would tell whoever looks over a shoulder.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await calls.find(tx, call_id)
        if call is None or not rules.is_answered(call) or await was_given(tx, call):
            return
        await tx.tell(_sign(call, now), silently=True)
        await call_supervisors(tx, call, Why.SIGN, now=now)
        tx.wake(f"desk:{call.agent_id}")


async def was_given(tx: Tx, call: Call) -> bool:
    """Whether the customer gave the sign in this call."""
    before = call.rang_at - timedelta(microseconds=1)
    return await applications.was_told(tx, _sign(call, before), since=before)


def _sign(call: Call, at: datetime) -> Event:
    return fact("sign.given", call, at, CUSTOMER)
