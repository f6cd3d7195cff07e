"""What hostile uploads do to the worker that opens photographs: every one refused, or a picture."""

import asyncio
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image

from ekyc.bench.documents.uploads import Upload, uploads
from ekyc.bench.process import on_core_ns
from ekyc.bench.say import Say
from ekyc.settings import Documents, Vision
from ekyc.vision import document_task
from ekyc.vision.process import WorkerLost, WorkerProcess

MOST_S: Final = 0.5
MOST_MB: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """One upload: refused (with its code), opened, failed, or the worker lost; time on a core."""

    name: str
    outcome: str
    cpu_s: float
    wall_s: float


async def measure(say: Say) -> dict[str, Any]:
    """All uploads through one worker, which must be the same at the end."""
    files = uploads()
    worker = await _started()
    first = worker.pid
    met, peak = [], 0
    try:
        for number, upload in enumerate(files, 1):
            met.append(await _sent(worker, upload))
            peak = max(peak, _peak_mb(worker.pid)) if met[-1].outcome != "lost" else peak
            if met[-1].outcome == "lost":
                worker = await _started()
            if number % 200 == 0:
                say(f"{number} uploads")
        return _report(met, peak, same=worker.pid == first)
    finally:
        await worker.kill()


async def _started() -> WorkerProcess:
    greeting = {"task": document_task.NAME, "settings": Documents().model_dump(mode="json")}
    worker = await WorkerProcess.start("ekyc.vision.worker", Vision(niceness=0), greeting)
    whole = io.BytesIO()
    Image.new("RGB", (64, 64)).save(whole, "JPEG")
    await worker.ask({"only_copy": True}, whole.getvalue())  # what is loaded once is no upload's
    return worker


async def _sent(worker: WorkerProcess, upload: Upload) -> Met:
    name, file = upload
    began, before = time.monotonic(), on_core_ns(worker.pid)
    try:
        answer, picture = await worker.ask({"only_copy": True}, file)
    except WorkerLost:
        return Met(name=name, outcome="lost", cpu_s=0.0, wall_s=time.monotonic() - began)
    return Met(
        name=name,
        outcome=answer.get("refused") or answer.get("failed") or _opened(picture),
        cpu_s=(on_core_ns(worker.pid) - before) / 1e9,
        wall_s=time.monotonic() - began,
    )


def _opened(picture: bytes) -> str:
    """What came back must be a picture of ours."""
    with Image.open(io.BytesIO(picture), formats=("JPEG",)) as image:
        return "opened" if not image.getexif() else "opened with metadata"


def _peak_mb(pid: int) -> int:
    """The most memory the process has ever had in use (proc(5), VmHWM)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def _report(met: Sequence[Met], peak_mb: int, *, same: bool) -> dict[str, Any]:
    outcomes = [each.outcome for each in met]
    good = {"opened", "image-unreadable", "image-too-large"}
    slowest = max(met, key=lambda each: each.cpu_s)
    return {
        "uploads": len(met),
        "outcomes": {name: outcomes.count(name) for name in sorted(set(outcomes))},
        "bad": [f"{each.name}: {each.outcome}" for each in met if each.outcome not in good],
        "slowest": {"name": slowest.name, "cpu_s": round(slowest.cpu_s, 3)},
        "over_500_ms": [each.name for each in met if each.cpu_s > MOST_S],
        "worker_peak_mb": peak_mb,
        "same_worker": same,
        "ok": set(outcomes) <= good and same and slowest.cpu_s < MOST_S and peak_mb < MOST_MB,
    }


def run(say: Say) -> dict[str, Any]:
    """The report, from a place without a loop."""
    return asyncio.run(measure(say))


def table(report: dict[str, Any]) -> list[str]:
    """The report for a person."""
    outcomes = ", ".join(f"{name} {count}" for name, count in report["outcomes"].items())
    return [
        f"{report['uploads']} uploads: {outcomes}",
        f"slowest: {report['slowest']['cpu_s']} s ({report['slowest']['name']}); over "
        f"{MOST_S} s: {len(report['over_500_ms'])}",
        f"the worker's peak: {report['worker_peak_mb']} MB; same worker to the end: "
        f"{report['same_worker']}",
        *(f"bad: {line}" for line in report["bad"]),
    ]
