"""How many genuine people pass, and how many attacks: the frozen set through the real path."""

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from ekyc.bench.attacks.bounds import clopper_pearson
from ekyc.bench.attacks.heads import Sitters
from ekyc.bench.attacks.path import ANSWER_S, Call, Run, portrait
from ekyc.bench.attacks.plans import ATTACKS, Kind, Plan, plan
from ekyc.bench.attacks.test_set import fingerprint, frozen
from ekyc.bench.process import on_core_ns
from ekyc.bench.say import Say
from ekyc.domain.likeness import Outcome, judge, likeness
from ekyc.domain.movement import LIMITS
from ekyc.domain.presence import Signal
from ekyc.media.poses import PoseSocket
from ekyc.settings import Faces, Vision
from ekyc.vision.likeness import Likeness
from ekyc.vision.pose_server import PoseServer

PRINTED_PX: Final = 90.0
"""How wide a face is on the portrait of the file."""

COMPARED: Final = frozenset({Kind.GENUINE, Kind.SWAPPED, Kind.STRANGER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`attacks` of all kinds in turn; `into` keeps each run, and what is there is not run again."""

    attacks: int
    genuine: int
    seed: int
    into: Path | None = None


@dataclass(slots=True, kw_only=True)
class Row:
    """One run as it is kept."""

    kind: str
    seed: int
    number: int
    passed: bool
    """Whether every asked movement was made."""
    told: bool
    """Whether anything made the person doubtful: a signal, or a portrait that is no match."""
    signals: list[str] = field(default_factory=list)
    outcome: str | None = None
    score: float | None = None
    reasons: list[str] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    looks: int = 0
    seconds: float = 0.0
    vision_cpu_s: float = 0.0

    @property
    def is_through(self) -> bool:
        """Whether the run counts as passed; who the person is, looks tell, not movements."""
        if self.kind == Kind.SWAPPED:
            return self.passed and Signal.ANOTHER_PERSON.value not in self.signals
        if self.kind == Kind.STRANGER:
            return self.passed and self.outcome == Outcome.MATCH
        return self.passed


def measure(options: Options, say: Say) -> dict[str, Any]:
    """The report, in the keys of `ekyc bench attacks --json`."""
    cv2.setNumThreads(1)
    return report(asyncio.run(_rows(options, say)), options)


def plans(options: Options) -> list[Plan]:
    """Genuine runs and attacks, spread evenly over the whole time."""
    attacks = [
        plan(ATTACKS[n % len(ATTACKS)], seed=options.seed, number=n // len(ATTACKS))
        for n in range(options.attacks)
    ]
    genuine = [plan(Kind.GENUINE, seed=options.seed, number=n) for n in range(options.genuine)]
    every = [(n / len(each), n, one) for each in (genuine, attacks) for n, one in enumerate(each)]
    return [each for _, _, each in sorted(every, key=lambda one: one[:2])]


async def _rows(options: Options, say: Say) -> list[Row]:
    done = {(row.kind, row.seed, row.number): row for row in _kept(options.into)}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="ekyc-bench-") as folder, Likeness() as faces:
        sitters, socket = await asyncio.to_thread(Sitters), Path(folder) / "pose.sock"
        server = PoseServer(Vision(), socket)
        await server.start()
        try:
            await PoseSocket(socket, timeout_s=ANSWER_S).warm_up()
            for each in plans(options):
                row = done.get((each.kind.value, each.seed, each.number))
                if row is None:
                    row = await _row(each, sitters, faces, server, socket)
                    _keep(options.into, row)
                rows.append(row)
                if len(rows) % 10 == 0:
                    say(f"{len(rows)} runs")
        finally:
            await server.close()
    return rows


async def _row(
    each: Plan, sitters: Sitters, faces: Likeness, server: PoseServer, socket: Path
) -> Row:
    before = _used(server)
    run = await Call(each, sitters, socket).run()
    used = _used(server) - before
    score = _score(each, run, sitters, faces) if each.kind in COMPARED else None
    limits = Faces()
    outcome = (
        judge(score, match_at=limits.match_at, refer_at=limits.refer_at)
        if each.kind in COMPARED
        else None
    )
    return Row(
        kind=each.kind.value,
        seed=each.seed,
        number=each.number,
        passed=run.passed,
        told=bool(run.signals) or outcome is Outcome.NO_MATCH,
        signals=run.signals,
        outcome=outcome.value if outcome else None,
        score=None if score is None else round(score, 3),
        reasons=[step.reason for step in run.steps if step.reason],
        steps=[asdict(step) for step in run.steps],
        looks=run.looks,
        seconds=run.seconds,
        vision_cpu_s=round(used, 2),
    )


def _used(server: PoseServer) -> float:
    return 0.0 if server.pid is None else on_core_ns(server.pid) / 1e9


def _score(each: Plan, run: Run, sitters: Sitters, faces: Likeness) -> float | None:
    """The face of the call against the portrait of the file, printed small."""
    if not run.template:
        return None
    drawn = portrait(each, sitters)[..., ::-1]
    small = PRINTED_PX / 187.0
    bgr = np.asarray(cv2.resize(drawn, None, fx=small, fy=small, interpolation=cv2.INTER_AREA))
    seen = faces.largest(bgr)
    if not seen:
        return None
    return likeness(run.template, tuple(float(n) for n in faces.template(bgr, seen)))


def _kept(file: Path | None) -> Iterator[Row]:
    if file is not None and file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            yield Row(**json.loads(line))


def _keep(file: Path | None, row: Row) -> None:
    if file is not None:
        with file.open("a", encoding="utf-8") as kept:
            kept.write(json.dumps(asdict(row)) + "\n")


def report(rows: Sequence[Row], options: Options) -> dict[str, Any]:
    """Figures of each kind, as plain values."""
    kinds = {kind: [row for row in rows if row.kind == kind] for kind in Kind}
    genuine = kinds[Kind.GENUINE]
    measured = [step for row in rows for step in row.steps]
    return {
        "seed": options.seed,
        "generator": fingerprint()[:16],
        "frozen": fingerprint() == frozen(),
        "limits_version": LIMITS.version,
        "bpcer": _rate(len(genuine), sum(not row.passed for row in genuine)),
        "apcer": {
            kind.value: _rate(len(each), sum(row.is_through for row in each))
            for kind in ATTACKS
            if (each := kinds[kind])
        },
        "kinds": {kind.value: _kind(each) for kind, each in kinds.items() if each},
        "poses_per_s": round(
            sum(s["poses"] for s in measured) / max(1e-9, sum(s["seconds"] for s in measured)), 2
        ),
        "call_s": round(sum(row.seconds for row in rows), 1),
        "vision_cpu_s": round(sum(row.vision_cpu_s for row in rows), 1),
    }


def _rate(of: int, hit: int) -> dict[str, Any]:
    low, high = clopper_pearson(of, hit) if of else (0.0, 1.0)
    rate = round(hit / of, 4) if of else None
    return {"n": of, "hit": hit, "rate": rate, "low": round(low, 4), "high": round(high, 4)}


def _kind(rows: Sequence[Row]) -> dict[str, Any]:
    asked = [step for row in rows for step in row.steps]
    scores = [row.score for row in rows if row.score is not None]
    return {
        "n": len(rows),
        "all_steps_made": sum(row.passed for row in rows),
        "steps_made": sum(step["passed"] for step in asked),
        "steps_asked": len(asked),
        "told": sum(row.told for row in rows),
        "reasons": dict(Counter(reason for row in rows for reason in row.reasons)),
        "signals": dict(Counter(signal for row in rows for signal in set(row.signals))),
        "outcomes": dict(Counter(row.outcome for row in rows if row.outcome)),
        "scores": [min(scores), max(scores)] if scores else None,
    }


def table(report: dict[str, Any]) -> list[str]:
    """The report for a person."""
    lines = [
        "| who | runs | let through | 95 % | steps made | stopped by | signals |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind, each in report["kinds"].items():
        is_genuine = kind == Kind.GENUINE
        rate = report["bpcer"] if is_genuine else report["apcer"][kind]
        through = rate["n"] - rate["hit"] if is_genuine else rate["hit"]
        bound = f"refused {_percent(rate)}" if is_genuine else _percent(rate)
        made = f"{each['steps_made']} of {each['steps_asked']}"
        cells = [kind, each["n"], through, bound, made, _told(each["reasons"])]
        lines.append("| " + " | ".join(map(str, [*cells, _told(each["signals"])])) + " |")
    return [*lines, "", f"pictures measured a second: {report['poses_per_s']}"]


def _percent(rate: dict[str, Any]) -> str:
    return f"{100 * rate['low']:.1f}–{100 * rate['high']:.1f} %"


def _told(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items())) or "–"
