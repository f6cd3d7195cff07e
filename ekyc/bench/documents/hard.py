"""Corners alone, on surfaces where edges get lost or abound, and with fingers over the document."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Final

import cv2
import numpy as np

from ekyc.bench.documents.camera import Shot
from ekyc.bench.documents.measure import NEAR, Options, corner_error
from ekyc.bench.documents.test_set import document, fingerprint, frozen
from ekyc.bench.say import Say
from ekyc.settings import Documents
from ekyc.vision import card, qr
from ekyc.vision.image import opened

FAR: Final = 0.03
FIGURES: Final = (
    "photographs",
    "corners_within_1pct",
    "confident",
    "confident_within_1pct",
    "confident_over_3pct",
    "cpu_ms_p50",
    "cpu_ms_p95",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corners:
    """One photograph: how far off, whether the finder was sure, what looking took."""

    kind: str
    off: float
    sure: bool
    cpu_ms: float


def measure(options: Options, say: Say) -> dict[str, Any]:
    """Shares of photographs by kind; `confident_over_3pct` is what must not happen."""
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        found = [
            each
            for some in pool.map(_found, [options] * options.pairs, range(options.pairs))
            for each in some
        ]
    say(f"{len(found)} photographs")
    kinds = sorted({each.kind for each in found})
    return {
        **_summary(found),
        "pairs": options.pairs,
        "seed": options.seed,
        "level": options.level.value,
        "generator": fingerprint()[:16],
        "frozen": fingerprint() == frozen(),
        "by_kind": {kind: _summary([e for e in found if e.kind == kind]) for kind in kinds},
    }


def _summary(found: Sequence[Corners]) -> dict[str, Any]:
    off = np.array([each.off for each in found])
    sure = np.array([each.sure for each in found])
    cpu = np.percentile([each.cpu_ms for each in found], (50, 95))
    return {
        "photographs": len(found),
        "corners_within_1pct": round(float((off < NEAR).mean()), 4),
        "confident": round(float(sure.mean()), 4),
        "confident_within_1pct": round(float((off[sure] < NEAR).mean()), 4) if sure.any() else None,
        "confident_over_3pct": int((sure & (off > FAR)).sum()),
        "cpu_ms_p50": round(float(cpu[0])),
        "cpu_ms_p95": round(float(cpu[1])),
    }


def _found(options: Options, number: int) -> list[Corners]:
    cv2.setNumThreads(1)
    drawn = document(number, seed=options.seed, level=options.level, kind=options.kind, hard=True)
    return [_corners(drawn.specimen.kind.value, shot) for _, shot in drawn.shots]


def _corners(kind: str, shot: Shot) -> Corners:
    image = opened(shot.jpeg, Documents())
    code = qr.read_photograph(np.asarray(cv2.cvtColor(image.pixels, cv2.COLOR_BGR2GRAY)))
    begun = time.thread_time()
    found = card.find(image.pixels, code=code.corners if code else None)
    cpu_ms = 1000 * (time.thread_time() - begun)
    if found is None:
        return Corners(kind=kind, off=1.0, sure=False, cpu_ms=cpu_ms)
    off, _ = corner_error([(x * image.scale, y * image.scale) for x, y in found.quad], shot)
    sure = found.confidence >= card.SURE and not found.cut
    return Corners(kind=kind, off=off, sure=sure, cpu_ms=cpu_ms)


def table(report: dict[str, Any]) -> list[str]:
    """The report for a person."""
    names = FIGURES
    lines = ["| kind | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for kind, each in (("all", report), *report["by_kind"].items()):
        lines.append(f"| {kind} | " + " | ".join(str(each[name]) for name in names) + " |")
    return lines
