"""What a provider of messages is, and how one is spoken to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp

from ekyc.domain.message import Channel, MessageState, Receipt
from ekyc.notify.outgoing import LARGEST_ANSWER


class Refused(Exception):
    """A provider did not take a message; `for_good`: it would not take it a second time either.

    `problem` is a word of ours or the provider's own number of the problem, never its text.
    """

    def __init__(self, problem: str, *, for_good: bool = False) -> None:
        super().__init__(problem)
        self.problem, self.for_good = problem, for_good


class NotSigned(Exception):
    """A report does not bear the provider's signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message as it is handed over; `to` is an E.164 number or a mailbox."""

    id: str
    to: str
    text: str
    channel: Channel
    language: str
    subject: str = ""
    """A mail's; empty: that of codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a provider reports of its own accord; `message` is our id."""

    message: str
    state: MessageState


class Provider(Protocol):
    """Carries messages: eSMS.vn, Stringee, Twilio, a signed webhook, SMTP."""

    name: str
    asked: frozenset[Channel]
    """Channels on which it has to be asked what became of a message."""

    async def hand(self, letter: Letter) -> Receipt:
        """Hand it over; raises `Refused`, or what a network raises."""
        ...

    async def ask(self, reference: str, channel: Channel) -> MessageState | None:
        """What became of a message; None while that is not known."""
        ...

    def heard(self, url: str, headers: Mapping[str, str], body: bytes) -> Reported | None:
        """What a report says, None when it says nothing new; raises `NotSigned`."""
        ...


class Silent:
    """Reports nothing, and need not be asked."""

    asked: frozenset[Channel] = frozenset()

    async def ask(self, reference: str, channel: Channel) -> MessageState | None:
        """Not known."""
        return None

    def heard(self, url: str, headers: Mapping[str, str], body: bytes) -> Reported | None:
        """Whatever comes is nobody's."""
        raise NotSigned


async def said(
    http: aiohttp.ClientSession, method: str, url: str, **request: Any
) -> dict[str, Any]:
    """The JSON object of a good answer.

    Raises `Refused`: for good where the status says that asking again is no use.
    """
    async with http.request(method, url, allow_redirects=False, **request) as answer:
        text = await answer.content.read(LARGEST_ANSWER)
        if not 200 <= answer.status < 300:
            passing = answer.status >= 500 or answer.status in {408, 429}
            raise Refused(f"http-{answer.status}", for_good=not passing)
    return parsed(text)


def parsed(text: bytes) -> dict[str, Any]:
    """An answer's JSON object; `Refused` for anything else."""
    try:
        body = json.loads(text or b"{}")
    except ValueError:
        raise Refused("not-json") from None
    if not isinstance(body, dict):
        raise Refused("not-json")
    return body
