"""Who is at which moment just now; whoever kills waits here for the moment that is wanted."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from ekyc.bench.plan import Moment


class Board:
    """The moments people are at."""

    def __init__(self) -> None:
        self._now: Counter[Moment] = Counter()
        self._entered: asyncio.Queue[Moment] = asyncio.Queue()

    @contextmanager
    def at(self, moment: Moment) -> Iterator[None]:
        """Somebody is at this moment until the block ends."""
        self._now[moment] += 1
        self._entered.put_nowait(moment)
        try:
            yield
        finally:
            self._now[moment] -= 1

    @property
    def now(self) -> frozenset[Moment]:
        """The moments somebody is at."""
        return frozenset(moment for moment, count in self._now.items() if count > 0)

    async def reached(self, wanted: Collection[Moment]) -> Moment:
        """The next of these moments that somebody comes to."""
        while not self._entered.empty():
            self._entered.get_nowait()
        while (moment := await self._entered.get()) not in wanted:
            pass
        return moment
