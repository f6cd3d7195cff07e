"""Calls for as long as somebody likes: whether the server grows, in memory, open files and tasks.

What is kept for ever shows here, and where it is let go only when a call ends, `renew` shows it.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from statistics import median
from typing import Any

from ekyc.bench.partner import Partner
from ekyc.bench.process import open_files, resident_bytes
from ekyc.bench.subjects import Ekyc, Subject

_SETTLES_S = 300.0
"""Of a run: histories fill, the allocator finds its size. A short run has a third of itself."""

_SAMPLES = 360
"""In a run; more often than every second is not looked."""

_WINDOW = 0.1
"""Share of the rest at its beginning and at its end whose medians are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A server at one moment."""

    at_s: float
    resident_mb: float
    handles: int
    tasks: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """From the moment it had settled to the end."""

    settled_s: float
    resident_growth: float
    """Share by which memory grew: 0.01 is 1 %."""
    handles: tuple[float, float, float]
    """First, last and most: medians of a window, then the highest single one."""
    tasks: tuple[float, float, float] | None
    resident_mb: tuple[float, float, float]
    samples: Sequence[Sample]

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


async def watch(subject: Subject, begins: float, ends: float) -> Grown:
    """Look at a server from one instant of the steady clock to another."""
    every_s = max(1.0, (ends - begins) / _SAMPLES)
    samples = []
    await asyncio.sleep(begins - time.monotonic())
    while (now := time.monotonic()) < ends:
        samples.append(
            Sample(
                at_s=round(now - begins, 1),
                resident_mb=round(resident_bytes(subject.pid) / 1e6, 3),
                handles=open_files(subject.pid),
                tasks=subject.tasks,
            )
        )
        await asyncio.sleep(min(every_s, max(0.0, ends - now)))
    return grown(samples, settled_s=min(_SETTLES_S, (ends - begins) / 3))


def grown(samples: Sequence[Sample], *, settled_s: float) -> Grown:
    """What the samples say after so many seconds."""
    rest = [sample for sample in samples if sample.at_s >= settled_s]
    resident = _course(rest, lambda sample: sample.resident_mb)
    tasks = None if any(s.tasks is None for s in rest) else _course(rest, lambda s: s.tasks or 0)
    return Grown(
        settled_s=round(settled_s, 1),
        resident_growth=round(resident[1] / resident[0] - 1, 5),
        handles=_course(rest, lambda sample: sample.handles),
        tasks=tasks,
        resident_mb=resident,
        samples=samples,
    )


def _course(
    samples: Sequence[Sample], value: Callable[[Sample], float]
) -> tuple[float, float, float]:
    values = [value(sample) for sample in samples]
    window = max(1, round(len(values) * _WINDOW))
    return median(values[:window]), median(values[-window:]), max(values)


async def renew(subject: Ekyc, load: Partner, *, calls: int, every_s: float, ends: float) -> int:
    """Each call ends about every so many seconds and another begins; how many did."""
    draw, renewed = random.Random(1), 0
    for call in cycle(range(calls)):
        await asyncio.sleep(every_s / calls * draw.uniform(0.5, 1.5))
        if time.monotonic() > ends - _LAST_S:
            break
        await subject.renew(load, call)
        renewed += 1
    return renewed


_LAST_S = 2.0
"""Before the end nobody hangs up any more."""


def lines(of: dict[str, dict[str, Any]]) -> list[str]:
    """For people: each server's growth."""
    told = []
    for name, each in of.items():
        told.append(f"{name}, after {each['settled_s']:g} s: first → last (most)")
        told.append(f"  memory MB {_said(each['resident_mb'])}, {each['resident_growth']:+.2%}")
        told.append(f"  open files {_said(each['handles'])}")
        if each["tasks"]:
            told.append(f"  tasks {_said(each['tasks'])}")
    return told


def _said(course: Sequence[float]) -> str:
    return f"{course[0]:g} → {course[1]:g} ({course[2]:g})"
