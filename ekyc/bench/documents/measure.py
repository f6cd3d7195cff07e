"""How well documents are read: those of the frozen set drawn, read, compared with the truth."""

import resource
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, Final

import cv2
import numpy as np

from ekyc.bench.documents.camera import Level, Shot
from ekyc.bench.documents.test_set import Document, document, fingerprint, frozen
from ekyc.bench.say import Say
from ekyc.demo.specimen import Design
from ekyc.domain.comparison import fuse
from ekyc.domain.document import Kind, Side, SideReading, Source, normalised
from ekyc.settings import Documents
from ekyc.vision.document import read_side

PROCESSES: Final = 2
CODED: Final = {(Design.CHIP_2021, Side.FRONT), (Design.IDENTITY_2024, Side.BACK)}
"""Which side carries a QR code that says who somebody is."""

NEAR: Final = 0.01
"""Of the document's own diagonal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is measured."""

    pairs: int
    seed: int
    level: Level
    kind: Kind | None = None
    processes: int = PROCESSES


@dataclass(slots=True, kw_only=True)
class Count:
    """Of how many, how many were right."""

    of: int = 0
    right: int = 0

    def add(self, right: bool) -> None:
        """One more."""
        self.of += 1
        self.right += right

    def __add__(self, other: "Count") -> "Count":
        return Count(of=self.of + other.of, right=self.right + other.right)

    @property
    def share(self) -> float | None:
        """None of nothing."""
        return round(self.right / self.of, 4) if self.of else None


FIGURES: Final = (
    "corners_within_1pct",
    "upright",
    "kind_right",
    "accepted",
    "fields_exact_fused",
    "fields_exact_ocr",
    "silently_wrong",
    "qr",
    "mrz_valid",
    "mrz_exact",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cpu:
    """Seconds of processor time: this process's own, and of the OCR programs it started."""

    own: float
    child: float

    @classmethod
    def used(cls) -> "Cpu":
        """Since the process began."""
        both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        own, child = (each.ru_utime + each.ru_stime for each in both)
        return cls(own=own, child=child)

    def __add__(self, other: "Cpu") -> "Cpu":
        return Cpu(own=self.own + other.own, child=self.child + other.child)

    def __sub__(self, other: "Cpu") -> "Cpu":
        return Cpu(own=self.own - other.own, child=self.child - other.child)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One document's figures; `wrong`: names of fields that were wrong and not marked.

    `sides`: what reading each of them took.
    """

    kind: str
    sides: tuple[Cpu, ...]
    counts: dict[str, Count]
    wrong: tuple[str, ...] = ()
    missed: tuple[str, ...] = field(default=())


def measure(options: Options, say: Say) -> dict[str, Any]:
    """The report, in the keys of `ekyc bench documents --json`."""
    numbers = range(options.pairs)
    if options.processes > 1:
        with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
            rows = list(_told(pool.map(_row, [options] * len(numbers), numbers), say))
    else:
        rows = list(_told((_row(options, number) for number in numbers), say))
    kinds = sorted({row.kind for row in rows})
    return {
        **_summary(rows),
        "pairs": options.pairs,
        "seed": options.seed,
        "level": options.level.value,
        "generator": fingerprint()[:16],
        "frozen": fingerprint() == frozen(),
        "by_kind": {kind: _summary([row for row in rows if row.kind == kind]) for kind in kinds},
    }


def _told(rows: Iterable[Row], say: Say) -> Iterable[Row]:
    for number, row in enumerate(rows, 1):
        if number % 20 == 0:
            say(f"{number} documents")
        yield row


def _summary(rows: Sequence[Row]) -> dict[str, Any]:
    counts = {
        name: sum((row.counts[name] for row in rows if name in row.counts), Count())
        for name in FIGURES
    }
    whole = [sum(row.sides, Cpu(own=0, child=0)) for row in rows]
    pairs = [cpu for row, cpu in zip(rows, whole, strict=True) if len(row.sides) == 2]
    wrong, missed = _tallied(row.wrong for row in rows), _tallied(row.missed for row in rows)
    return {
        **{name: count.share for name, count in counts.items()},
        "n": {name: count.of for name, count in counts.items()},
        "cpu_s": _spread([cpu.own + cpu.child for cpu in whole]),
        "cpu_of_sides": _parts([cpu for row in rows for cpu in row.sides]),
        "cpu_of_pairs": _parts(pairs) if pairs else None,
        "silently_wrong_fields": wrong,
        "not_exact_fields": missed,
    }


def _parts(used: Sequence[Cpu]) -> dict[str, Any]:
    """Of a document's front and back together, or of each side."""
    return {
        "n": len(used),
        "own_s": _spread([cpu.own for cpu in used]),
        "child_s": _spread([cpu.child for cpu in used]),
        "both_s": _spread([cpu.own + cpu.child for cpu in used]),
    }


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    usual, most = np.percentile(seconds, (50, 95))
    return {"p50": round(float(usual), 3), "p95": round(float(most), 3)}


def _tallied(names: Iterable[Iterable[str]]) -> dict[str, int]:
    every = [name for each in names for name in each]
    return {name: every.count(name) for name in sorted(set(every))}


def _row(options: Options, number: int) -> Row:
    """In a process of its own: draw, read, compare."""
    cv2.setNumThreads(1)
    drawn = document(number, seed=options.seed, level=options.level, kind=options.kind)
    read = [_read(shot) for _, shot in drawn.shots]
    readings = [reading for reading, _ in read]
    counts = {name: Count() for name in FIGURES}
    for (side, shot), reading in zip(drawn.shots, readings, strict=True):
        _judge_side(counts, drawn, side, shot, reading)
    wrong, missed = _judge_fields(counts, drawn, readings)
    return Row(
        kind=drawn.specimen.kind.value,
        sides=tuple(cpu for _, cpu in read),
        counts=counts,
        wrong=wrong,
        missed=missed,
    )


def _read(shot: Shot) -> tuple[SideReading, Cpu]:
    before = Cpu.used()
    reading = read_side(shot.jpeg, limits=Documents()).reading
    return reading, Cpu.used() - before


def _judge_side(
    counts: dict[str, Count], drawn: Document, side: Side, shot: Shot, reading: SideReading
) -> None:
    off, upright = corner_error(reading.corners, shot)
    counts["corners_within_1pct"].add(off < NEAR)
    counts["kind_right"].add(reading.kind is drawn.specimen.kind)
    counts["accepted"].add(reading.ok)
    if reading.kind is not Kind.UNKNOWN:
        counts["upright"].add(upright)
    if (drawn.specimen.design, side) in CODED:
        counts["qr"].add(reading.qr_text == drawn.specimen.qr_text)
    if drawn.specimen.mrz_lines and (side is Side.BACK or not drawn.specimen.design.is_two_sided):
        counts["mrz_valid"].add(bool(reading.mrz_valid))
        counts["mrz_exact"].add(reading.mrz_lines == drawn.specimen.mrz_lines)


def corner_error(corners: Sequence[tuple[float, float]], shot: Shot) -> tuple[float, bool]:
    """The worst corner, of the diagonal, wherever one begins; whether the first was the first."""
    if len(corners) != len(shot.corners):
        return 1.0, False
    truth, found = np.array(shot.corners), np.array(corners)
    diagonal = float(np.linalg.norm(truth[0] - truth[2]))
    errors = [
        float(np.linalg.norm(np.roll(found, turn, axis=0) - truth, axis=1).max()) / diagonal
        for turn in range(4)
    ]
    return min(errors), errors[0] == min(errors)


def _judge_fields(
    counts: dict[str, Count], drawn: Document, readings: Sequence[SideReading]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Every field the document says: exact, exact by print alone, wrong without a mark."""
    backs = [reading for reading in readings if reading.side is Side.BACK]
    fronts = [reading for reading in readings if reading.side is not Side.BACK]
    form = fuse(next(iter(fronts), None), next(iter(backs), None), None)
    wrong, missed = [], []
    for name, true in drawn.specimen.fields.items():
        said = form.fields.get(name)
        exact = said is not None and said.value == true
        counts["fields_exact_fused"].add(exact)
        if not exact:
            missed.append(name)
        if drawn.specimen.kind is not Kind.MRZ_ONLY:
            printed = said.sources.get(Source.OCR) if said else None
            counts["fields_exact_ocr"].add(
                printed is not None and normalised(name, printed) == true
            )
        if said is not None and said.value and not said.doubtful:
            counts["silently_wrong"].add(not exact)
            if not exact:
                wrong.append(name)
    return tuple(wrong), tuple(missed)


def table(report: dict[str, Any]) -> list[str]:
    """The report for a person."""
    head = ["kind", *FIGURES, "cpu p50 / p95"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for kind, each in (("all", report), *report["by_kind"].items()):
        cells = ["–" if each[name] is None else f"{each[name]:.4g}" for name in FIGURES]
        cpu = f"{each['cpu_s']['p50']:.2f} / {each['cpu_s']['p95']:.2f} s"
        lines.append("| " + " | ".join([kind, *cells, cpu]) + " |")
    used = {what: report[f"cpu_of_{what}"] for what in ("sides", "pairs")}
    lines += ["", *(_cpu_line(what, cpu) for what, cpu in used.items() if cpu)]
    wrong = ", ".join(f"{name} {n}" for name, n in report["silently_wrong_fields"].items())
    return [*lines, "", f"wrong and not marked: {wrong or 'none'}"]


def _cpu_line(what: str, used: dict[str, Any]) -> str:
    parts = (
        f"{part} {used[f'{part}_s']['p50']:.2f} / {used[f'{part}_s']['p95']:.2f} s"
        for part in ("own", "child", "both")
    )
    return f"processor time p50 / p95 of {used['n']} {what}: {', '.join(parts)}"
