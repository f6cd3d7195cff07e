"""What the media said of customers' device tests, kept until the result is asked for."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ekyc.domain.room import Quality
from ekyc.journey.ports import Clock

_LONGEST_S = 60
"""Of a page that tests on and on the newest seconds count."""


@dataclass(slots=True)
class _Test:
    heard_at: datetime
    seconds: deque[Quality] = field(default_factory=lambda: deque(maxlen=_LONGEST_S))


class Tested:
    """By room, on this node; what was measured longer than `fresh_s` ago is forgotten."""

    def __init__(self, clock: Clock, *, fresh_s: float) -> None:
        self._clock, self._fresh = clock, timedelta(seconds=fresh_s)
        self._tests: dict[str, _Test] = {}

    def begin(self, room: str) -> None:
        """A new test: what was measured before does not count for it."""
        now = self._clock.now()
        for old in [name for name, test in self._tests.items() if self._is_old(test, now)]:
            del self._tests[old]
        self._tests[room] = _Test(now)

    def hear(self, second: Quality) -> None:
        """What arrived in one second; of a room in which no test was begun, nothing."""
        if (test := self._tests.get(second.room)) is not None:
            test.heard_at = self._clock.now()
            test.seconds.append(second)

    def seconds(self, room: str) -> Sequence[Quality]:
        """Every second of the room's newest test."""
        test = self._tests.get(room)
        if test is None or self._is_old(test, self._clock.now()):
            return ()
        return tuple(test.seconds)

    def _is_old(self, test: _Test, now: datetime) -> bool:
        return now - test.heard_at > self._fresh
