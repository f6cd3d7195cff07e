"""What happened long ago: a clock that stands where it was set, a message and readings of then."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ekyc.domain.document import SideResult
from ekyc.domain.message import Channel, MessageState, Receipt


class Then:
    """A clock that stands where it was set."""

    def __init__(self, began: datetime) -> None:
        self._began = self._at = began

    def now(self) -> datetime:
        """The instant of the step."""
        return self._at

    def set(self, seconds: float) -> None:
        """So long after the beginning."""
        self._at = self._began + timedelta(seconds=seconds)

    def wait(self, seconds: float) -> None:
        """So long after the last step."""
        self._at += timedelta(seconds=seconds)


class Phone:
    """Gets the customer's code; it was read long ago."""

    code = ""

    def reaches(self, channel: Channel) -> bool:
        """By SMS alone."""
        return channel is Channel.SMS

    async def send(self, *, to: str, text: str, **more: Any) -> Receipt:
        """Keep the digits."""
        self.code = text
        return Receipt(provider="inbox", state=MessageState.DELIVERED)


class Read:
    """Gives what the reader said of these photographs, in their order."""

    def __init__(self, results: Sequence[SideResult]) -> None:
        self._results = iter(results)

    async def read(self, photograph: bytes) -> SideResult:
        """The next."""
        return next(self._results)
