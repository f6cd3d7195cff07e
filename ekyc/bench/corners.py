"""How well the four corners of a card are found, and what is taken for one that is none."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ekyc.bench import hard
from ekyc.demo import cards
from ekyc.demo.photographs import Level, photograph
from ekyc.demo.specimen import Design, a_specimen
from ekyc.vision import card

Pixels = NDArray[Any]
GOOD: Final = 0.01
GROSS: Final = 0.03
LEVELS: Final = (Level.L1, Level.L2, Level.L3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`number` photographs of each kind; `photographs`: real ones without cards, to lie on."""

    number: int
    seed: int
    photographs: Path | None = None


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of the photographs of one kind; errors of the worst corner, of the diagonal."""

    kind: str
    shown: int = 0
    missed: int = 0
    errors: list[float] = field(default_factory=list)
    sure: int = 0
    sure_and_good: int = 0
    sure_and_gross: int = 0
    wrong_way: int = 0
    false: int = 0
    """Accepted although no card, or not all of one, is in the picture."""
    cpu_ms: list[float] = field(default_factory=list)


def measure(options: Options) -> list[Tally]:
    """One tally for each kind of photograph."""
    cv2.setNumThreads(1)
    tallies: dict[str, Tally] = {}
    for shot in _shots(options):
        tally = tallies.setdefault(shot.place, Tally(kind=shot.place))
        begun = time.thread_time()
        found = card.find(shot.picture, code=None)
        tally.cpu_ms.append(1000 * (time.thread_time() - begun))
        _count(tally, shot, found)
    return list(tallies.values())


def _shots(options: Options) -> Iterator[hard.Shot]:
    """Vietnamese cards with more or less care, then what is hard, half of it other designs."""
    for level in LEVELS:
        for index in range(options.number):
            yield _careful(level, options.seed * 100_000 + index)
    scenes = hard.scenes(options.photographs) if options.photographs else []
    for number, place in enumerate(hard.PLACES):
        if place == "photograph" and not scenes:
            continue
        for index in range(options.number):
            chance = np.random.default_rng([options.seed, number, index])
            other = index % 2 == 1
            face = hard.design(chance) if other else _drawn(options.seed * 100_000 + index // 2)
            scene = scenes[index % len(scenes)] if place == "photograph" else None
            yield hard.shot(chance, face, place, scene)


def _drawn(seed: int) -> Pixels:
    """One side of a specimen, as wide as the hard photographs need."""
    face = np.asarray(_side(seed).image)[..., ::-1]
    size = hard.ID1 if face.shape[1] / face.shape[0] > 1.5 else hard.PASSPORT
    return np.asarray(cv2.resize(face, size, interpolation=cv2.INTER_AREA))


def _side(seed: int) -> cards.Card:
    """Some side of some kind of document, the chip card of 2021 every other time."""
    kinds = list(Design)
    kind = kinds[seed // 2 % len(kinds)] if seed % 2 else Design.CHIP_2021
    drawn = cards.sides(a_specimen(seed, kind=kind))
    return drawn[seed // 4 % len(drawn)]


def _careful(level: Level, seed: int) -> hard.Shot:
    taken = photograph(_side(seed), seed=seed, level=level)
    picture = cv2.imdecode(np.frombuffer(taken.jpeg, np.uint8), cv2.IMREAD_COLOR)
    return hard.Shot(picture=np.asarray(picture), corners=np.array(taken.corners), place=str(level))


def _count(tally: Tally, shot: hard.Shot, found: card.Found | None) -> None:
    tally.shown += 1
    sure = found is not None and found.confidence >= card.SURE and not found.cut
    tally.sure += sure
    if shot.corners is None or shot.cut:
        tally.false += sure
        return
    if found is None:
        tally.missed += 1
        tally.errors.append(1.0)
        return
    diagonal = float(np.linalg.norm(shot.corners[2] - shot.corners[0]))
    ways = [np.roll(found.quad, turn, axis=0) - shot.corners for turn in range(4)]
    errors = [float(np.linalg.norm(way, axis=1).max()) / diagonal for way in ways]
    error = min(errors)
    tally.errors.append(error)
    tally.sure_and_good += sure and error < GOOD
    tally.sure_and_gross += sure and error > GROSS
    tally.wrong_way += error < GROSS and errors[0] > GROSS


def to_json(tallies: list[Tally]) -> list[dict[str, Any]]:
    """Everything, as plain values."""
    return [asdict(tally) for tally in tallies]


def table(tallies: list[Tally]) -> list[str]:
    """A row for each kind, and one for all that is hard."""
    lines = [
        "| photographs | n | within 1 % | sure | of these within 1 % | sure, > 3 % off |"
        " accepted without a whole card | median error | CPU ms p50 / p95 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    hard_ones = [tally for tally in tallies if tally.kind not in LEVELS]
    return (
        [*lines, *map(_row, tallies), _row(_together(hard_ones))]
        if hard_ones
        else [
            *lines,
            *map(_row, tallies),
        ]
    )


def _together(tallies: list[Tally]) -> Tally:
    whole = Tally(kind="all that is hard")
    for tally in tallies:
        for key, value in asdict(tally).items():
            if key != "kind":
                setattr(whole, key, getattr(whole, key) + value)
    return whole


def _row(tally: Tally) -> str:
    good = sum(error < GOOD for error in tally.errors)
    number = len(tally.errors)
    right = tally.sure_and_good / (tally.sure - tally.false) if tally.sure > tally.false else 0.0
    cells = [
        tally.kind,
        str(tally.shown),
        f"{good / number:.3f}" if number else "–",
        f"{tally.sure / tally.shown:.3f}",
        f"{right:.3f}" if number else "–",
        str(tally.sure_and_gross) if number else "–",
        str(tally.false),
        f"{median(tally.errors):.4f}" if number else "–",
        f"{median(tally.cpu_ms):.0f} / {np.percentile(tally.cpu_ms, 95):.0f}",
    ]
    return f"| {' | '.join(cells)} |"
