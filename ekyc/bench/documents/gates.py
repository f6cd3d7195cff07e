"""How well each fault of a photograph is told: false accepts and false rejects, gate by gate.

Photographs are those of `ekyc.demo.photographs`, in which each fault can be asked for. Thresholds
were chosen on seeds below HELD_OUT. Documents are straightened by their true corners, so that each
gate is measured by itself; the gates about corners use the finder.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Final

import cv2
import numpy as np

from ekyc.bench.documents import fingers
from ekyc.bench.say import Say
from ekyc.demo import cards
from ekyc.demo.photographs import FAULTS, Finger, Level, Photograph, photograph
from ekyc.demo.specimen import Design, a_specimen
from ekyc.domain.document import FaultCode, Kind, Side
from ekyc.settings import Documents
from ekyc.vision import card, qr, quality
from ekyc.vision.image import Pixels, opened
from ekyc.vision.inked import INKED, ZONE_TD1, tiles
from ekyc.vision.layouts.row import CARD, PAGE

HELD_OUT: Final = 5000
FINDER: Final = {FaultCode.CORNER_MISSING, FaultCode.TOO_SMALL}
SIDES: Final = (
    (Design.CHIP_2021, Side.FRONT),
    (Design.CHIP_2021, Side.BACK),
    (Design.IDENTITY_2024, Side.FRONT),
    (Design.IDENTITY_2024, Side.BACK),
    (Design.BARCODE_2016, Side.FRONT),
    (Design.LICENCE, Side.FRONT),
    (Design.PASSPORT, Side.FRONT),
    (Design.RESIDENCE, Side.BACK),
)
LEVELS: Final = (Level.L1, Level.L2, Level.L3)
GATES: Final = (*FAULTS, FaultCode.COVERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One photograph: the fault it was taken with, and those that were told."""

    fault: FaultCode | None
    told: tuple[FaultCode, ...]
    held: bool = False


def measure(*, bad: int, good: int, seed: int, processes: int, say: Say) -> dict[str, Any]:
    """`bad` photographs of each fault and `good` ones; `seed`: HELD_OUT or above to judge."""
    asked: list[tuple[FaultCode | None, int]] = [(None, seed + n) for n in range(good)]
    asked += [(fault, seed + n) for fault in GATES for n in range(bad)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        seen = list(_counted(pool.map(taken, *zip(*asked, strict=True)), say))
    without = [each for each in seen if each.fault is None]
    gates = {
        fault.value: _gate(fault, [each for each in seen if each.fault is fault], without)
        for fault in GATES
    }
    refused = sum(bool(each.told) for each in without)
    held = [each for each in without if each.held]
    return {
        "seed": seed,
        "good": good,
        "bad_per_gate": bad,
        "good_refused": round(refused / max(1, good), 4),
        "held": len(held),
        "held_refused": _share(sum(bool(each.told) for each in held), len(held)),
        "gates": gates,
    }


def _counted(taken: Iterator[Taken], say: Say) -> Iterator[Taken]:
    for number, each in enumerate(taken, 1):
        if number % 50 == 0:
            say(f"{number} photographs")
        yield each


def _gate(fault: FaultCode, with_it: Sequence[Taken], without: Sequence[Taken]) -> dict[str, Any]:
    """`accepted`: nothing at all was told; `unnamed`: something else was."""
    rejected = sum(fault in each.told for each in without)
    return {
        "false_accept": _share(sum(not each.told for each in with_it), len(with_it)),
        "unnamed": _share(sum(bool(e.told) and fault not in e.told for e in with_it), len(with_it)),
        "false_reject": _share(rejected, len(without)),
    }


def _share(part: int, whole: int) -> float:
    return round(part / max(1, whole), 4)


def taken(fault: FaultCode | None, seed: int) -> Taken:
    """Draw one, judge it."""
    cv2.setNumThreads(1)
    design, side = SIDES[seed % len(SIDES)]
    drawn = cards.draw(a_specimen(seed, kind=design), side)
    level = LEVELS[seed // len(SIDES) % len(LEVELS)]
    usual = None if fault is FaultCode.COVERED else fault
    held = _fingers(fault, seed, design.kind, side)
    shown = photograph(drawn, seed=seed, level=level, fault=usual, fingers=held)
    pixels = opened(shown.jpeg, Documents()).pixels
    if fault in FINDER:
        return Taken(fault=fault, told=tuple(_about_corners(pixels)))
    picture = _straightened(pixels, _corners(shown, pixels), drawn.image.size)
    judged = quality.faults(picture, side, kind=design.kind)
    told = tuple(each.code for each in judged)
    return Taken(fault=fault, told=told, held=not fault and is_held(seed))


def _fingers(fault: FaultCode | None, seed: int, kind: Kind, side: Side) -> tuple[Finger, ...]:
    """Over print where that is the fault; every other good document is held by its edges."""
    if fault is not FaultCode.COVERED and (fault or not is_held(seed)):
        return ()
    size = PAGE if kind is Kind.PASSPORT else CARD
    pieces, chance = tiles(INKED.get((kind, side), ZONE_TD1)), np.random.default_rng([seed, 9])
    laid = fingers.over_print if fault else fingers.by_the_edges
    return laid(pieces, size, chance)


def is_held(seed: int) -> bool:
    """Whether the good document of this seed is held by its edges."""
    return seed // len(SIDES) % 2 == 1


def _straightened(pixels: Pixels, corners: Pixels, sheet: tuple[int, int]) -> Pixels:
    """In the document's own proportions, as wide as a straightened card."""
    size = (card.WIDTH, round(card.WIDTH * sheet[1] / sheet[0]))
    whole = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32)
    to_whole = cv2.getPerspectiveTransform(corners.astype(np.float32), whole)
    return np.asarray(cv2.warpPerspective(pixels, to_whole, size, flags=cv2.INTER_CUBIC))


def _corners(shown: Photograph, pixels: Pixels) -> Pixels:
    return np.asarray(np.array(shown.corners) * (pixels.shape[1] / shown.width_px))


def _about_corners(pixels: Pixels) -> Iterator[FaultCode]:
    code = qr.read_photograph(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)))
    found = card.find(pixels, code=code.corners if code else None)
    if found is None or found.cut or found.confidence < card.SURE:
        yield FaultCode.CORNER_MISSING
    elif found.width_px < Documents().card_min_px:
        yield FaultCode.TOO_SMALL


def table(report: dict[str, Any]) -> list[str]:
    """The report for a person."""
    lines = ["| gate | false accept | refused by another name | false reject |", "|---" * 4 + "|"]
    for name, gate in report["gates"].items():
        cells = (gate["false_accept"], gate["unnamed"], gate["false_reject"])
        lines.append(f"| {name} | " + " | ".join(f"{100 * cell:.1f} %" for cell in cells) + " |")
    refused = 100 * report["good_refused"]
    return [
        *lines,
        "",
        f"{report['bad_per_gate']} photographs of each fault; of {report['good']} good ones "
        f"{refused:.1f} % were refused, of {report['held']} held by their edges "
        f"{100 * report['held_refused']:.1f} %",
    ]
