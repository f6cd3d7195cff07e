"""A message on its way to a person: by which channel, how far it has come, what it costs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """How a message reaches a person; a voice call reads it aloud."""

    SMS = "sms"
    VOICE = "voice"
    MAIL = "mail"
    PAGE = "page"  # the customer's own page shows it: nothing is sent


class MessageState(StrEnum):
    """How far a message has come. Handed: a provider took it; what became of it is not known."""

    SENDING = "sending"
    HANDED = "handed"
    DELIVERED = "delivered"
    FAILED = "failed"


TRANSITIONS: dict[MessageState, frozenset[MessageState]] = {
    MessageState.SENDING: frozenset(
        {MessageState.HANDED, MessageState.DELIVERED, MessageState.FAILED}
    ),
    MessageState.HANDED: frozenset({MessageState.DELIVERED, MessageState.FAILED}),
    MessageState.DELIVERED: frozenset(),
    # A report that overtook another, or one about a try in whose place another provider came.
    MessageState.FAILED: frozenset({MessageState.DELIVERED, MessageState.HANDED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the provider that took a message says; `reference` is its own name for it."""

    provider: str
    reference: str = ""
    state: MessageState = MessageState.HANDED
    is_asked: bool = False
    """Whether the provider has to be asked what became of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; of number and address only marks are kept, of what it said nothing."""

    id: str
    application_id: str
    purpose: str
    channel: Channel
    number: str
    """Mark of the number or the mailbox it goes to."""
    block: str
    """Mark of the block of numbers it belongs to; empty for mail."""
    address: str
    """Mark of the network it was asked for from; empty when nobody outside asked."""
    state: MessageState
    at: datetime
    state_at: datetime
    cost_vnd: int
    """Of every try that may have been charged for."""
    provider: str = ""
    reference: str = ""


def is_news(message: Message, receipt: Receipt) -> bool:
    """Whether a report changes anything: not when it is told twice or too late, nor when a
    provider failed in whose place another one took the message, nor when it took what it has
    reported as failed already."""
    if receipt.state is MessageState.FAILED and message.provider not in {"", receipt.provider}:
        return False
    if receipt.state is MessageState.HANDED and message.provider == receipt.provider:
        return False
    return receipt.state in TRANSITIONS[message.state]
