"""`ekyc bench calls`: what a recorded call costs this server, and what it costs another one.

Every server has its own load process with the same film and gets it in the same seconds, so that
what else the machine does falls on both. Processor time is read from the scheduler (nanoseconds on
a core, all threads), never from a clock on the wall.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import av
import ifaddr
from av.error import FFmpegError

from ekyc.bench import flood, soak
from ekyc.bench.partner import Partner
from ekyc.bench.process import on_core_ns, resident_bytes
from ekyc.bench.reel import draw, waves
from ekyc.bench.subjects import OURS, SUBJECTS, Ekyc, Subject
from ekyc.sealed.reader import Stream

_FILM_S = 5
_LONGEST_WARM_S = 2.0
"""Of media before anything counts: caches fill, keyframes are asked for."""

_LEAD_S = 0.5


_RECORDINGS = {".ekr", ".mjr", ".mp4"}


class BadBench(ValueError):
    """What was asked cannot be measured; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is measured."""

    calls: int
    seconds: float
    against: str | None = None
    loss: float = 0.0
    runs: int = 1
    soak_minutes: float = 0.0
    """More than 0: memory, open files and tasks are followed over the seconds, which are these."""
    renew_s: float = 0.0
    """Each call ends after about so long and another begins; 0: they last."""
    flood: bool = False
    """Strangers flood the first call, and new calls connect meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One server's figures in one run."""

    cpu_ms_per_call_s: float
    """Milliseconds on a core for each second of each recorded call."""
    load_cpu_ms_per_call_s: float
    """The same of the load process, which nobody pays."""
    delivered: float
    latency_ms: dict[str, float] | None
    """From leaving the sender to arriving, of the last packet of each picture of the first call."""
    memory_mb_per_call: float
    pictures_sent: int
    pictures_received: int
    pictures_recorded: int | None
    """None where the recording cannot be played as it is."""
    recorded_mb: float
    key_requests: int
    repeats: int
    load_late_ms: float
    """The longest the load process was behind its own plan."""

    @property
    def cpu_ms_per_passed_s(self) -> float:
        """Milliseconds on a core for each second of a call whose pictures were passed on."""
        return self.cpu_ms_per_call_s * self.pictures_sent / max(1, self.pictures_received)


Run = dict[str, Cost]
Beside = dict[str, dict[str, Any]]
"""What was looked at beside the cost, as plain values: how a server grew, how it bore a flood."""


def own_address() -> str:
    """An address of this machine that is not loopback, which Janus leaves out; else loopback.

    What goes to it does not leave the machine.
    """
    found = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4)
    return next((str(ip) for ip in found if not str(ip).startswith("127.")), "127.0.0.1")


async def measure(options: Options) -> dict[str, Any]:
    """All runs and their medians, as plain values."""
    _refuse_bad(options)
    names = [OURS] if options.against is None else [OURS, options.against]
    with tempfile.TemporaryDirectory(prefix="ekyc-bench-") as folder:
        film = Path(folder) / "film.webm"
        film_s = min(_FILM_S, max(1, int(options.seconds / 2)))
        await asyncio.to_thread(draw, film, waves(film_s), seconds=film_s)
        folders = [Path(tempfile.mkdtemp(dir=folder)) for _ in range(options.runs)]
        runs = [await _run(each, film, names, options) for each in folders]
    return _summed_up(options, [run for run, _ in runs], runs[0][1])


def _refuse_bad(options: Options) -> None:
    if options.against == "naive" and options.calls != 1:
        raise BadBench("naive holds one call: --calls 1")
    if options.renew_s and options.against is not None:
        raise BadBench("calls are renewed for this server alone: --renew without --against")
    if options.soak_minutes and options.runs != 1:
        raise BadBench("one soak at a time: --runs 1")
    if options.flood and (options.against or options.renew_s or options.runs != 1):
        raise BadBench("--flood stands alone: without --against, --renew and --runs")
    if options.flood and options.calls < 2:
        raise BadBench("one call is flooded, and others have to bear it: --calls 2 or more")


def _summed_up(options: Options, runs: Sequence[Run], beside: Sequence[Beside]) -> dict[str, Any]:
    grown, flooded = beside
    return {
        **asdict(options),
        "cores": os.cpu_count(),
        "subjects": {name: _medians([run[name] for run in runs]) for name in runs[0]},
        "ratio": _ratio(runs, options.against),
        "soak": grown or None,
        "flood": flooded.get(OURS),
        "each_run": [{name: asdict(cost) for name, cost in run.items()} for run in runs],
    }


def _ratio(runs: Sequence[Run], against: str | None) -> dict[str, Any] | None:
    """Our processor time by the other one's, run by run, for the same pictures passed on.

    The naive server does not keep up with a call: it has to do less for its time.
    """
    if against is None:
        return None
    ratios = [
        round(run[OURS].cpu_ms_per_passed_s / run[against].cpu_ms_per_passed_s, 5) for run in runs
    ]
    return {"median": median(ratios), "each_run": ratios}


def _medians(costs: Sequence[Cost]) -> dict[str, Any]:
    """The median of every figure that all runs have."""
    found: dict[str, Any] = {}
    for name in asdict(costs[0]):
        values = [getattr(cost, name) for cost in costs]
        if any(value is None for value in values):
            found[name] = None
        elif isinstance(values[0], dict):
            found[name] = {key: median(value[key] for value in values) for key in values[0]}
        else:
            found[name] = median(values)
    return found


async def _run(
    folder: Path, film: Path, names: Sequence[str], options: Options
) -> tuple[Run, tuple[Beside, Beside]]:
    """All servers under load at once."""
    host = own_address()
    stands: list[Stand] = []
    try:
        for name in names:
            stands.append(Stand(name, SUBJECTS[name](folder / name, host)))
            await stands[-1].start(film, host, options)
        began = time.monotonic() + _LEAD_S
        counts = began + min(_LONGEST_WARM_S, options.seconds / 3)
        ends = counts + options.seconds
        talks = [asyncio.create_task(stand.talk(began, counts, ends, options)) for stand in stands]
        if options.soak_minutes:
            talks += [asyncio.create_task(stand.watch(counts, ends)) for stand in stands]
        for at in (counts, ends):
            await asyncio.sleep(at - time.monotonic())
            for stand in stands:
                stand.look()
        for talk in talks:
            await talk
    finally:
        for stand in stands:
            await stand.stop()
    costs = {stand.name: stand.cost(folder / stand.name, options) for stand in stands}
    grown = {stand.name: stand.growth() for stand in stands if stand.grown is not None}
    return costs, (grown, {stand.name: stand.flooded for stand in stands if stand.flooded})


class Stand:
    """One server and the load before it."""

    def __init__(self, name: str, subject: Subject) -> None:
        self.name, self.subject = name, subject
        self.grown: soak.Grown | None = None
        self.renewed = 0
        self.flooded: dict[str, Any] = {}
        self._load: Partner | None = None
        self._seen: list[tuple[float, int, int]] = []
        self._memory = (0, 0)
        self._said: dict[str, Any] = {}

    async def start(self, film: Path, host: str, options: Options) -> None:
        """Server up, everybody connected."""
        starting = asyncio.create_task(self.subject.start())
        load = self._load = await Partner.start(
            "ekyc.bench.load",
            film=str(film),
            host=host,
            calls=options.calls + options.flood,
            loss=options.loss,
        )
        await starting
        before = resident_bytes(self.subject.pid)
        for call in range(options.calls):
            await self.subject.connect(load, call)
        for caller in range(2 * options.calls):
            await load.ask("connected", caller=caller)
        self._memory = (before, before)

    async def talk(self, began: float, counts: float, ends: float, options: Options) -> None:
        """Everybody talks; calls are renewed meanwhile."""
        assert self._load is not None  # start() came first
        await self._load.ask("talk", begins=began, counts=counts, ends=ends)
        if options.renew_s:
            assert isinstance(self.subject, Ekyc)  # measure() refuses others
            self.renewed = await soak.renew(
                self.subject, self._load, calls=options.calls, every_s=options.renew_s, ends=ends
            )
        if options.flood:
            await self._bear(options.calls, counts, ends)
        self._said = await self._load.ask("said")
        if options.flood:
            self.flooded |= flood.delivered(self._said["by_call"], calls=options.calls)

    async def _bear(self, calls: int, begins: float, ends: float) -> None:
        """Strangers come."""
        assert isinstance(self.subject, Ekyc)  # measure() refuses others
        assert self._load is not None  # start() came first
        await asyncio.sleep(begins - time.monotonic())
        self.flooded = await flood.flood(
            self.subject, self._load, call=calls, until=ends - flood.LAST_S
        )

    async def watch(self, counts: float, ends: float) -> None:
        """Look at the server now and then."""
        self.grown = await soak.watch(self.subject, counts, ends)

    def look(self) -> None:
        """Read both processes' meters."""
        assert self._load is not None  # start() came first
        pid = self.subject.pid
        self._seen.append((time.monotonic(), on_core_ns(pid), on_core_ns(self._load.pid)))
        self._memory = (self._memory[0], resident_bytes(pid))

    async def stop(self) -> None:
        """End the server, then the load."""
        await self.subject.stop()
        if self._load is not None:
            await self._load.end()

    def growth(self) -> dict[str, Any]:
        """How the server grew; `watch` has looked."""
        assert self.grown is not None  # see the caller
        return {**self.grown.to_json(), "renewed": self.renewed}

    def cost(self, folder: Path, options: Options) -> Cost:
        """The figures; the server has to be stopped, so that its recordings are whole."""
        said, (first, last) = self._said, self._seen
        call_seconds = (last[0] - first[0]) * options.calls
        recorded = [pictures(file) for file in self.subject.recordings()]
        size = sum(f.stat().st_size for f in folder.rglob("*") if f.suffix in _RECORDINGS)
        return Cost(
            cpu_ms_per_call_s=round((last[1] - first[1]) / 1e6 / call_seconds, 3),
            load_cpu_ms_per_call_s=round((last[2] - first[2]) / 1e6 / call_seconds, 3),
            delivered=round(said["received"] / said["sent"], 5),
            latency_ms=said["latency_ms"],
            memory_mb_per_call=round((self._memory[1] - self._memory[0]) / 1e6 / options.calls, 2),
            pictures_sent=said["pictures_sent"],
            pictures_received=said["pictures_received"],
            pictures_recorded=sum(recorded) if recorded else None,
            recorded_mb=round(size / 1e6, 2),
            key_requests=said["key_requests"],
            repeats=said["repeats"],
            load_late_ms=said["late_ms"],
        )


def pictures(file: Path | Stream) -> int:
    """How many pictures a recording holds; nothing is decoded."""
    found = 0
    try:
        with av.open(str(file) if isinstance(file, Path) else file, "r") as film:
            for packet in film.demux():
                found += bool(packet.size) and packet.stream.type == "video"
    except (FFmpegError, OSError):
        pass
    return found


def table(result: dict[str, Any]) -> list[str]:
    """The medians, for people."""
    rows = [name for name in Cost.__slots__ if name != "latency_ms"]
    subjects = result["subjects"]
    lines = [f"{'':24}" + "".join(f"{name:>16}" for name in subjects)]
    lines += [_line(row, [each[row] for each in subjects.values()]) for row in rows]
    for part in ("p50", "p95"):
        values = [(each["latency_ms"] or {}).get(part) for each in subjects.values()]
        lines.append(_line(f"latency_ms {part}", values))
    if result["ratio"] is not None:
        each = ", ".join(str(ratio) for ratio in result["ratio"]["each_run"])
        lines.append(f"ratio to {result['against']}: {result['ratio']['median']} ({each})")
    if result["flood"] is not None:
        lines += flood.lines(result["flood"])
    return lines + soak.lines(result["soak"] or {})


def _line(title: str, values: Sequence[float | None]) -> str:
    return f"{title:24}" + "".join(f"{_said(value):>16}" for value in values)


def _said(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
