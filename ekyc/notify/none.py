"""No provider: nobody can be reached, and that is said instead of losing messages silently."""

from typing import Any, Never

from ekyc.domain.errors import SenderMissing
from ekyc.domain.message import Channel


class NoSender:
    """Refuses every message: the operator has not named a provider yet."""

    def reaches(self, channel: Channel) -> bool:
        """Nobody, by none."""
        return False

    async def send(self, *, to: str, text: str, **more: Any) -> Never:
        """Always `SenderMissing`."""
        raise SenderMissing
