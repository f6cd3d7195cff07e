"""The gateway: a message goes to the first provider that takes it, in the operator's order."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import aiohttp
import structlog

from ekyc.domain.errors import SenderMissing, SendFailed
from ekyc.domain.message import Channel, MessageState, Receipt
from ekyc.notify.provider import Letter, Provider, Refused
from ekyc.settings import Gateways

log = structlog.get_logger(__name__)

_TROUBLE = (Refused, aiohttp.ClientError, OSError, ValueError)
"""What goes wrong between us and a provider; a time-out is an OSError too."""

Count = Callable[[str, str, str], None]
"""Provider, channel, outcome of one try."""


class Trying(Protocol):
    """Told before each try; what it raises ends them."""

    async def __call__(self, provider: str) -> None:
        """`provider` is tried now."""
        ...


def _nobody_counts(provider: str, channel: str, outcome: str) -> None:
    """A test has no figures to keep."""


class Gateway:
    """Providers by channel, in the order they are tried; a `journey.ports.Sender`."""

    def __init__(
        self,
        rules: Gateways,
        providers: Mapping[Channel, Sequence[Provider]],
        counted: Count = _nobody_counts,
    ) -> None:
        self._rules, self._providers, self._counted = rules, providers, counted
        self._rests_until: dict[str, float] = {}

    def reaches(self, channel: Channel) -> bool:
        """Whether a provider carries this channel."""
        return bool(self._providers.get(channel))

    def provider(self, name: str) -> Provider | None:
        """The provider with this name, if the settings name it at all."""
        every = (one for providers in self._providers.values() for one in providers)
        return next((one for one in every if one.name == name), None)

    async def send(
        self,
        *,
        to: str,
        text: str,
        id: str,
        channel: Channel = Channel.SMS,
        language: str = "vi",
        subject: str = "",
        trying: Trying | None = None,
    ) -> Receipt:
        """To the first that takes it; who failed in passing is tried again in the next round.

        Raises `SendFailed` when nobody takes it, `SenderMissing` when there is nobody.
        """
        left = sorted(self._providers.get(channel, ()), key=self._rests)
        if not left:
            raise SenderMissing
        letter = Letter(
            id=id, to=to, text=text, channel=channel, language=language, subject=subject
        )
        for round_ in range(self._rules.rounds):
            if round_ and left:
                await asyncio.sleep(self._rules.pause_s)
            for provider in list(left):
                if trying is not None:
                    await trying(provider.name)
                receipt = await self._hand(provider, letter, left)
                if receipt is not None:
                    return receipt
        raise SendFailed

    def _rests(self, provider: Provider) -> bool:
        """Whoever was slow a moment ago comes last: a ring does not wait for it again."""
        return time.monotonic() < self._rests_until.get(provider.name, 0.0)

    async def _hand(
        self, provider: Provider, letter: Letter, left: list[Provider]
    ) -> Receipt | None:
        """One try; whoever refused for good is not among those `left` any more."""
        channel = letter.channel.value
        try:
            async with asyncio.timeout(self._rules.timeout_s):
                receipt = await provider.hand(letter)
        except _TROUBLE as error:
            if isinstance(error, Refused) and error.for_good:
                left.remove(provider)
            if isinstance(error, TimeoutError):
                self._rests_until[provider.name] = time.monotonic() + self._rules.rest_s
            self._counted(provider.name, channel, "refused")
            problem = _problem(error)
            log.warning("message.refused", provider=provider.name, channel=channel, problem=problem)
            return None
        self._counted(provider.name, channel, "taken")
        is_asked = letter.channel in provider.asked and bool(receipt.reference)
        return replace(receipt, is_asked=is_asked)

    async def ask(self, provider: str, reference: str, channel: Channel) -> MessageState | None:
        """What became of a message; None while nobody knows."""
        found = self.provider(provider)
        if found is None:
            return None
        try:
            async with asyncio.timeout(self._rules.timeout_s):
                return await found.ask(reference, channel)
        except _TROUBLE as error:
            log.info("message.unknown", provider=provider, problem=_problem(error))
            return None


def _problem(error: Exception) -> str:
    """A word without anything of the message, its address or its receiver in it."""
    if isinstance(error, Refused):
        return error.problem
    return "slow" if isinstance(error, TimeoutError) else type(error).__name__
