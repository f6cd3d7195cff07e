"""Asks providers what became of messages they do not report on, ever later, then no more."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from ekyc.domain.message import Message, MessageState, Receipt
from ekyc.journey import messages as journey
from ekyc.journey.ports import Clock
from ekyc.notify.gateway import Gateway
from ekyc.settings import Gateways
from ekyc.storage import jobs, messages
from ekyc.storage.store import Store


def asker(
    store: Store, clock: Clock, gateway: Gateway, rules: Gateways
) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """The handler of `message.ask`; harmless when it runs twice."""

    async def ask(payload: dict[str, Any]) -> None:
        async with store.read() as tx:
            message = await messages.find(tx, payload["message"])
        if message is None or message.state is not MessageState.HANDED:
            return
        state = await gateway.ask(message.provider, message.reference, message.channel)
        if state is not None:
            receipt = Receipt(provider=message.provider, state=state)
            await journey.report(store, clock, message_id=message.id, receipt=receipt)
            return
        await _later(message, payload["nth"] + 1)

    async def _later(message: Message, nth: int) -> None:
        wait_s = rules.ask_s * 2**nth
        at = clock.now() + timedelta(seconds=wait_s)
        if at <= message.at + timedelta(seconds=rules.ask_until_s):
            job = journey.asking(message.id, at, nth=nth)
            async with store.begin() as tx:
                # A process may die after this and before its own job is marked done.
                if not await jobs.is_known(tx, job.key):
                    await tx.later(job)

    return ask
