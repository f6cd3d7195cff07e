"""Handing a code's message over, and what becomes of it: counted, charged, reported."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ekyc.domain import code as rules
from ekyc.domain import message as sending
from ekyc.domain.application import Application
from ekyc.domain.code import Limits
from ekyc.domain.errors import EkycError
from ekyc.domain.events import SYSTEM, Event
from ekyc.domain.message import Channel, Message, MessageState, Receipt
from ekyc.journey.ports import Clock, Sender
from ekyc.storage import codes, messages
from ekyc.storage.store import Job, Store, Tx

Word = Callable[[str, Application, Channel], str]
"""Digits, whose they are, channel → what the message says."""

ASK = "message.ask"
"""The work of asking a provider what became of a message."""

RECALL = "recall"
"""The purpose of what tells a customer who is away; all others are those of codes."""

_CODES = {MessageState.DELIVERED: "code.delivered", MessageState.FAILED: "code.failed"}
_RECALLS = {MessageState.DELIVERED: "recall.delivered", MessageState.FAILED: "recall.failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What codes are sent with."""

    sender: Sender
    secret: bytes
    limits: Limits
    block_digits: int
    """Numbers alike but for so many last digits are one block."""
    ask_after: timedelta = timedelta()
    """When a provider that does not report is first asked."""

    def mark(self, of: str, text: str) -> str:
        """By which equal ones are found and nothing is read; empty for nothing."""
        if not text:
            return ""
        key = hmac.digest(self.secret, f"message-{of}".encode(), "sha256")
        return hmac.digest(key, text.encode(), "sha256").hex()

    def block(self, phone: str) -> str:
        """The mark of a number's block."""
        return self.mark("block", phone[: -self.block_digits])


async def hand_over(
    store: Store,
    clock: Clock,
    post: Post,
    message: Message,
    *,
    to: str,
    text: str,
    language: str,
    subject: str = "",
) -> None:
    """To the first provider that takes it; each further try is charged for before it is made.

    Raises `SendFailed`, `SenderMissing`, and `CodesPaused` where another try costs too much.
    """
    tried: list[str] = []

    async def trying(provider: str) -> None:
        if tried:
            await _charge(store, clock, post, message)
        tried.append(provider)

    try:
        receipt = await post.sender.send(
            to=to,
            text=text,
            channel=message.channel,
            language=language,
            subject=subject,
            id=message.id,
            trying=trying,
        )
    except EkycError:
        failed = Receipt(provider=tried[-1] if tried else "", state=MessageState.FAILED)
        await report(store, clock, message_id=message.id, receipt=failed)
        raise
    wait = post.ask_after
    await report(store, clock, message_id=message.id, receipt=receipt, ask_after=wait)


async def _charge(store: Store, clock: Clock, post: Post, message: Message) -> None:
    async with store.begin() as tx:
        spent = await messages.spent(tx, now=clock.now())
        rules.afford(spent, message.channel, post.limits)
        await messages.charge(tx, message.id, post.limits.costs_vnd[message.channel])


async def report(
    store: Store,
    clock: Clock,
    *,
    message_id: str,
    receipt: Receipt,
    ask_after: timedelta = timedelta(),
) -> bool:
    """What a provider says became of a message; False for what is no news, which changes nothing.

    Where a message did not arrive though a provider took it, another may be asked for at once.
    """
    now = clock.now()
    async with store.begin() as tx:
        message = await messages.find(tx, message_id)
        if message is None or not sending.is_news(message, receipt):
            return False
        after = replace(
            message,
            state=receipt.state,
            state_at=now,
            provider=receipt.provider or message.provider,
            reference=receipt.reference or message.reference,
        )
        await messages.move(tx, message, after)
        if after.state is MessageState.FAILED and message.state is MessageState.HANDED:
            await codes.let_again(tx, message.id, now)
        if after.state is MessageState.HANDED and receipt.is_asked:
            await tx.later(asking(message.id, now + ask_after, nth=0))
        await _tell(tx, after)
    return True


def asking(message_id: str, at: datetime, *, nth: int) -> Job:
    """The work of asking a provider what became of a message."""
    payload = {"message": message_id, "nth": nth}
    return Job(kind=ASK, key=f"ask:{message_id}:{nth}", payload=payload, due_at=at)


async def _tell(tx: Tx, message: Message) -> None:
    """The customer's page looks again, whatever the news."""
    tx.wake(f"application:{message.application_id}")
    told = _RECALLS if message.purpose == RECALL else _CODES
    if message.state not in told:
        return
    data = {"purpose": message.purpose, "channel": message.channel.value}
    await tx.tell(
        Event(
            name=told[message.state],
            application_id=message.application_id,
            at=message.state_at,
            actor=SYSTEM,
            data=data | {"provider": message.provider},
        )
    )
