"""How machine-readable zones are read off drawn photographs the networks never learned from.

The documents and the camera are the demo's (`ekyc.demo`), not those of `ekyc.training`; pictures
are turned by quarters and 15 degrees more or less. For every third there is one with a doctored
zone, one checked digit changed; for every second the front of a card, which has no zone.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np

from ekyc.demo import cards
from ekyc.demo.designs.sheet import ID_1, ID_2, ID_3, LABEL, Card, Paper, Print, Sheet
from ekyc.demo.photographs import photograph
from ekyc.demo.specimen import Design, Specimen, a_specimen
from ekyc.domain import mrz as rules
from ekyc.domain.document import Side
from ekyc.vision import mrz
from ekyc.vision.image import Pixels

LEVELS: Final = ("L1", "L2", "L3")
QUARTERS: Final = (0, 90, 180, 270)
SLANTS: Final = (-15, 15)
PAPER: Final = Paper(outer=(226, 226, 214), inner=(242, 238, 222))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """Whose zone is printed, and where on which paper."""

    designs: tuple[Design, ...]
    size: tuple[int, int]
    top: float
    left: float
    step: float


_FORMS: Final = {
    "TD1": _Form(
        designs=(Design.CHIP_2021, Design.RESIDENCE), size=ID_1, top=790, left=80, step=84
    ),
    "TD2": _Form(designs=(Design.RESIDENCE_TD2,), size=ID_2, top=1110, left=136, step=127),
    "TD3": _Form(
        designs=(Design.PASSPORT, Design.PASSPORT_UTO), size=ID_3, top=1400, left=132, step=127
    ),
    "MRV-A": _Form(designs=(Design.PASSPORT_UTO,), size=ID_3, top=1400, left=132, step=127),
    "MRV-B": _Form(designs=(Design.PASSPORT_UTO,), size=ID_2, top=1110, left=136, step=127),
}
WITHOUT: Final = (Design.CHIP_2021, Design.IDENTITY_2024, Design.LICENCE, Design.CMND)
"""Their fronts have no zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    """One photograph: what stands in its zone, if it has one."""

    pixels: Pixels
    lines: tuple[str, ...] | None
    format: str
    level: str
    is_doctored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """What was read off it, and the processor time that took."""

    sample: _Sample
    zone: mrz.Zone | None
    cpu_ms: float

    @property
    def is_exact(self) -> bool:
        return self.zone is not None and self.zone.mrz.lines == self.sample.lines


def measure(
    *, seed: int, number: int, say: Callable[[str], None] = lambda text: None
) -> dict[str, Any]:
    """Figures of `number` photographs with a zone, a third doctored besides, half without one."""
    cv2.setNumThreads(1)
    mrz.find(np.full((480, 640, 3), 200, np.uint8))  # the networks are loaded
    results = []
    for sample in _samples(seed, number):
        begun = time.process_time()
        zone = mrz.find(sample.pixels)
        results.append(
            _Result(sample=sample, zone=zone, cpu_ms=1e3 * (time.process_time() - begun))
        )
        say(f"{len(results)} photographs")
    return _figures(results)


def _samples(seed: int, number: int) -> Iterator[_Sample]:
    for at in range(number):
        chance = random.Random(f"mrz {seed} {at}")
        yield _with_zone(chance, doctored=False)
        if at % 3 == 0:
            yield _with_zone(chance, doctored=True)
        if at % 2 == 0:
            yield _without_zone(chance)


def _with_zone(chance: random.Random, *, doctored: bool) -> _Sample:
    format_ = chance.choice(list(_FORMS))
    form = _FORMS[format_]
    person = a_specimen(chance.randrange(10**6), kind=chance.choice(form.designs))
    lines = _visa(person.mrz_lines, format_) if format_.startswith("MRV") else person.mrz_lines
    if doctored:
        lines = _doctored(chance, lines)
    level = chance.choice(LEVELS)
    return _Sample(
        pixels=_seen(chance, _printed(person, form, lines), level),
        lines=lines,
        format=format_,
        level=level,
        is_doctored=doctored,
    )


def _without_zone(chance: random.Random) -> _Sample:
    person = a_specimen(chance.randrange(10**6), kind=chance.choice(WITHOUT))
    level = chance.choice(LEVELS)
    pixels = _seen(chance, cards.front(person), level)
    return _Sample(pixels=pixels, lines=None, format="none", level=level, is_doctored=False)


def _seen(chance: random.Random, card: Card, level: str) -> Pixels:
    """By a quarter turn in the camera, then slanted as a whole so that nothing is cut off."""
    taken = photograph(
        card, seed=chance.randrange(10**6), level=level, turned_deg=chance.choice(QUARTERS)
    )
    pixels = np.asarray(cv2.imdecode(np.frombuffer(taken.jpeg, np.uint8), cv2.IMREAD_COLOR))
    high, wide = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), chance.choice(SLANTS), 1)
    cos, sin = np.abs(matrix[0, :2]).tolist()
    size = (round(wide * cos + high * sin), round(wide * sin + high * cos))
    matrix[0, 2] += (size[0] - wide) / 2
    matrix[1, 2] += (size[1] - high) / 2
    slanted = cv2.warpAffine(
        pixels, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(slanted)


def _printed(person: Specimen, form: _Form, lines: Sequence[str]) -> Card:
    sheet = Sheet(person, Side.BACK, replace(PAPER, size=form.size), Print())
    wide = form.size[0]
    sheet.titles(wide * 0.6, [(60, "REPUBLIC OF UTOPIA", 60, True, LABEL)])
    sheet.portrait((80, 180, 80 + wide // 4, 180 + wide // 3))
    said = [("Name", person.full_name), ("Birth", f"{person.birth:%d/%m/%Y}"), ("Sex", person.sex)]
    for row, (label, value) in enumerate(said):
        sheet.under((wide * 0.4, 200 + 110 * row), label, value, size=46, small=32)
    sheet.zone(lines, top=form.top, left=form.left, step=form.step)
    return sheet.card()


def _visa(passport: Sequence[str], format_: str) -> tuple[str, ...]:
    """The passport's holder on a visa: no last check digit, other optional data."""
    length = rules.LAYOUTS[rules.Format(format_)].length
    return f"V{passport[0][1:length]}", f"{passport[1][:28]}{'B2':<<16}"[:length]


def _doctored(chance: random.Random, lines: Sequence[str]) -> tuple[str, ...]:
    """One digit that some check digit is over is another one."""
    format_ = rules.format_of(lines)
    assert format_ is not None  # the demo's zones are of known formats
    checked = [place for sum_ in rules.sums_of(format_, lines) for place in sum_.over]
    row, column = chance.choice([(r, c) for r, c in checked if lines[r][c].isdigit()])
    other = chance.choice([digit for digit in rules.DIGITS if digit != lines[row][column]])
    changed = list(lines)
    changed[row] = lines[row][:column] + other + lines[row][column + 1 :]
    return tuple(changed)


def _figures(results: Sequence[_Result]) -> dict[str, Any]:
    genuine = [r for r in results if r.sample.lines and not r.sample.is_doctored]
    doctored = [r for r in results if r.sample.is_doctored]
    without = [r for r in results if r.sample.lines is None]
    sure = [r for r in results if r.zone and r.zone.sure]
    return {
        "photographs": len(genuine),
        "exact": _share(genuine),
        "exact_by_level": _by(genuine, LEVELS, lambda r: r.sample.level),
        "exact_by_format": _by(genuine, tuple(_FORMS), lambda r: r.sample.format),
        "levels": _counts(r.zone.level.value if r.zone else "none" for r in genuine),
        "sure": len(sure),
        "sure_but_wrong": sum(not r.is_exact for r in sure),
        "doctored": len(doctored),
        "doctored_valid": sum(bool(r.zone and r.zone.mrz.valid) for r in doctored),
        "without_zone": len(without),
        "zone_where_none_is": sum(r.zone is not None for r in without),
        "cpu_ms": _times([*genuine, *doctored]),
        "cpu_ms_without_zone": _times(without),
    }


def _share(results: Sequence[_Result]) -> float | None:
    return round(sum(r.is_exact for r in results) / len(results), 4) if results else None


def _by(
    results: Sequence[_Result], names: Sequence[str], name_of: Callable[[_Result], str]
) -> dict[str, Any]:
    groups = {name: [r for r in results if name_of(r) == name] for name in names}
    return {name: {"n": len(group), "exact": _share(group)} for name, group in groups.items()}


def _counts(names: Iterator[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def _times(results: Sequence[_Result]) -> dict[str, float] | None:
    if not results:
        return None
    times = [result.cpu_ms for result in results]
    p50, p95 = np.percentile(times, (50, 95)).tolist()
    return {"p50": round(p50, 1), "p95": round(p95, 1)}


def table(figures: dict[str, Any]) -> list[str]:
    """For a person."""
    return [f"{name}: {value}" for name, value in figures.items()]
