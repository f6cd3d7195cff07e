"""The server's clock: right when it starts, and deaf to a machine's clock that is put wrong.

Rings, places in line and calls end by time. A clock that is put forward a day while customers talk
must not end their calls, one that is put back must not let a ring go on for ever. So after the
start time goes on by the machine's own ticks; small corrections, as time servers make them, are
followed.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

FOLLOWED_S = 2.0
"""A correction up to this is taken over; time servers step a clock only when it is further off."""


def _wall() -> datetime:
    return datetime.now(UTC)


def _ticks() -> float:
    """Seconds since the machine started, asleep or not; nobody can put them wrong."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class SteadyClock:
    """A `journey.ports.Clock`."""

    def __init__(
        self, wall: Callable[[], datetime] = _wall, ticks: Callable[[], float] = _ticks
    ) -> None:
        self._wall, self._ticks = wall, ticks
        self._began, self._since = wall(), ticks()

    def now(self) -> datetime:
        """This instant, UTC."""
        steady, wall = self._steady(), self._wall()
        if wall != steady and abs((wall - steady).total_seconds()) <= FOLLOWED_S:
            self._began, self._since = wall, self._ticks()
            return wall
        return steady

    def jump_s(self) -> float:
        """How far the machine's clock was put from ours, seconds; 0 while they agree."""
        ahead_s = (self._wall() - self._steady()).total_seconds()
        return ahead_s if abs(ahead_s) > FOLLOWED_S else 0.0

    @property
    def booted_at(self) -> datetime:
        """When the machine's ticks were 0, by this clock: what another process follows it by."""
        return self._began - timedelta(seconds=self._since)

    def follow(self, booted_at: datetime) -> None:
        """Tell another process's time from now on, whatever the machine's clock says."""
        self._since = self._ticks()
        self._began = booted_at + timedelta(seconds=self._since)

    def _steady(self) -> datetime:
        return self._began + timedelta(seconds=self._ticks() - self._since)
