"""Feels a worker's pulse: how late its loop is, what it holds, what went through it."""

import asyncio
import os
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from ekyc.domain.pulse import LAG_STEPS_S, Pulse
from ekyc.media.intake import Intake

_EVERY_S = 0.25
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Traffic:
    """Packets that went out."""

    passed_on: int = 0
    unsent: int = 0

    def add(self, other: "Traffic") -> None:
        """These too."""
        self.passed_on += other.passed_on
        self.unsent += other.unsent


class Watch:
    """Counts how late the loop is while `run` runs; `sent` gives the traffic of each open room."""

    def __init__(self, intake: Intake, sent: Callable[[], Iterable[Traffic]]) -> None:
        self._intake, self._sent = intake, sent
        self._before = Traffic()
        self._lags = [0] * (len(LAG_STEPS_S) + 1)
        self._lag_s = 0.0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            due = time.monotonic() + _EVERY_S
            await asyncio.sleep(_EVERY_S)
            late_s = max(0.0, time.monotonic() - due)
            self._lags[bisect_left(LAG_STEPS_S, late_s)] += 1
            self._lag_s += late_s

    def closed(self, sent: Traffic) -> None:
        """A room is over that sent so much."""
        self._before.add(sent)

    def pulse(self) -> Pulse:
        """As it is now."""
        total, rooms = Traffic(), 0
        total.add(self._before)
        for sent in self._sent():
            total.add(sent)
            rooms += 1
        return Pulse(
            rooms=rooms,
            tasks=len(asyncio.all_tasks()),
            handles=sum(1 for _ in Path("/proc/self/fd").iterdir()),
            resident_bytes=int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES,
            lags=tuple(self._lags),
            lag_s=round(self._lag_s, 6),
            datagrams=self._intake.datagrams,
            passed_on=total.passed_on,
            unsent=total.unsent,
            refused=asdict(self._intake.refused),
        )
