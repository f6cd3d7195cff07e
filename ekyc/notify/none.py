"""No provider: nobody can be reached, and that is said instead of losing messages silently."""

from typing import Never

from ekyc.domain.errors import SenderMissing


class NoSender:
    """Refuses every message: the operator has not named a provider yet."""

    async def send(self, *, to: str, text: str) -> Never:
        """Always `SenderMissing`."""
        raise SenderMissing
