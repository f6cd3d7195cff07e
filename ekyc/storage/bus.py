"""Wake-ups inside the process: topics only, never data. Who hears one reads the database again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Bell:
    """One listener: rung any number of times, it wakes once."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake the listener, now or at its next wait."""
        self._event.set()

    async def wait(self, at_most_s: float) -> bool:
        """Wait for a ring; False when none came. A lost ring costs `at_most_s`, no more."""
        try:
            async with asyncio.timeout(at_most_s):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True


class Bus:
    """Topics such as `application:<id>`, `desk:<staff id>`, `queue`, `jobs`."""

    def __init__(self) -> None:
        self._bells: dict[str, set[Bell]] = {}

    def publish(self, topic: str) -> None:
        """Wake everybody who listens to the topic."""
        for bell in self._bells.get(topic, ()):
            bell.ring()

    @asynccontextmanager
    async def listen(self, *topics: str) -> AsyncIterator[Bell]:
        """A bell rung by any of the topics, for as long as the block lasts."""
        bell = Bell()
        for topic in topics:
            self._bells.setdefault(topic, set()).add(bell)
        try:
            yield bell
        finally:
            for topic in topics:
                self._bells[topic].discard(bell)
                if not self._bells[topic]:
                    del self._bells[topic]
