"""`ekyc bench kills`: one recorded call, and its media worker or its server killed again and again.

The server is a real one, with a folder of its own. Nobody walks a journey: the call is written into
its store as the steps of the journey would have left it. Then two people of the load join it, a
process dies after a drawn while, they join again, and so on. At the end every recording is played
to its last frame and held against when the pictures left whoever sent them.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import aiohttp

from ekyc.bench.evidence import Evidence, Film, Row, Struck, read_tables
from ekyc.bench.films import play_all
from ekyc.bench.house import House, free_port
from ekyc.bench.judge import losses
from ekyc.bench.partner import Partner
from ekyc.bench.people import BROKEN
from ekyc.bench.plan import Process
from ekyc.bench.reel import draw, waves
from ekyc.bench.say import Say
from ekyc.bench.scene import Meeting
from ekyc.demo.peer import CallClient
from ekyc.domain.call import BOTH, Party, RecordingState

MOMENT_S = (0.3, 2.0)
"""A kill falls so long after both are connected."""

_FILM_S = 5
_TOLD_S = 10.0
"""Longest wait for a page to hear that its line is gone."""
_BACK_S = 60.0
_AGAIN_S = 0.05
_SETTLES_S = 120.0
_LAST_S = 1.0

_SETTINGS = """
demo_files = 0
[call]
max_minutes = 100000
[jobs]
poll_s = 0.5
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is run."""

    process: Process
    times: int
    seed: int
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Blow:
    """One kill, and how long it took until things went on; seconds since the kill."""

    number: int
    at: datetime
    moment_s: float
    """Since both were connected."""
    answered_s: float
    """Until a media worker answered an offer again."""
    connected_s: float
    """Until both were connected again."""
    served_s: float | None
    """Until a killed server answered again."""


@dataclass(slots=True, kw_only=True)
class Result:
    """What came of it."""

    process: Process
    seed: int
    blows: list[Blow] = field(default_factory=list)
    recordings: int = 0
    """Cut off by a kill."""
    finished: int = 0
    playable: int = 0
    lost_ms: list[int] = field(default_factory=list)
    """Of each: from its last frame to the last picture that had left before the kill."""
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether every recording is finished and plays."""
        return not self.wrong

    def to_json(self) -> dict[str, Any]:
        """Figures and every single kill, as plain values."""
        return {
            "process": self.process.value,
            "seed": self.seed,
            "seconds": self.seconds,
            "kills": len(self.blows),
            "recordings": self.recordings,
            "finished": self.finished,
            "playable": self.playable,
            "lost_ms": _spread(self.lost_ms),
            "answered_s": _spread([blow.answered_s for blow in self.blows]),
            "connected_s": _spread([blow.connected_s for blow in self.blows]),
            "served_s": _spread([b.served_s for b in self.blows if b.served_s is not None]),
            "wrong": self.wrong,
            "each": [
                {name: getattr(blow, name) for name in Blow.__slots__} | {"at": blow.at.isoformat()}
                for blow in self.blows
            ],
            "each_lost_ms": self.lost_ms,
        }


def _spread(values: Sequence[float]) -> dict[str, float] | None:
    """p50, p95 and the most."""
    if not values:
        return None
    p95 = quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
    found = {"p50": median(values), "p95": p95, "max": max(values)}
    return {name: round(value, 3) for name, value in found.items()}


def table(result: Result) -> list[str]:
    """For people."""
    told = result.to_json()
    lines = [
        f"{told['process']} killed {told['kills']} times, seed {result.seed}, {result.seconds:g} s",
        f"recordings cut off: {result.recordings}; finished: {result.finished};"
        f" played to the end: {result.playable}",
    ]
    for name in ("lost_ms", "answered_s", "connected_s", "served_s"):
        if told[name]:
            figures = ", ".join(f"{key} {value:g}" for key, value in told[name].items())
            lines.append(f"{name:12} {figures}")
    return lines + result.wrong


class _Afar:
    """A caller of the load, as the media of somebody in a call."""

    def __init__(self, load: Partner, place: int) -> None:
        self._load, self._place = load, place

    async def offer(self) -> str:
        offer: str = await self._load.ask("offer", caller=self._place)
        return offer

    async def take_answer(self, sdp: str) -> None:
        await self._load.ask("take_answer", caller=self._place, sdp=sdp)

    async def close(self) -> None:
        """The load hangs both up at once."""


class Run:
    """One server's life."""

    def __init__(self, options: Options, say: Say) -> None:
        self._options, self._say = options, say
        self._draw = random.Random(options.seed)
        self._house = House(options.folder, _SETTINGS, port=free_port())
        self._result = Result(process=options.process, seed=options.seed)
        self._pictures: dict[tuple[str, str], list[datetime]] = {}
        self._seats = AsyncExitStack()
        self._clients: list[CallClient[_Afar]] = []

    @property
    def _database(self) -> Path:
        return self._options.folder / "var" / "ekyc.sqlite3"

    async def run(self) -> Result:
        """All kills, and the judgement."""
        began = time.monotonic()
        film = self._options.folder / "film.webm"
        await asyncio.to_thread(draw, film, waves(_FILM_S), seconds=_FILM_S)
        await self._house.start()
        load = await Partner.start(
            "ekyc.bench.load", film=str(film), host="127.0.0.1", calls=1, loss=0.0
        )
        try:
            async with aiohttp.ClientSession() as http, Meeting.begun(self._database) as meeting:
                self._http, self._load, self._meeting = http, load, meeting
                await self._strike_all()
            await self._settle()
            tables = await read_tables(self._database)
            films = await asyncio.to_thread(play_all, self._options.folder, tables)
            self._judge(tables, films)
        finally:
            await load.end()
            await self._house.stop()
        self._result.seconds = round(time.monotonic() - began, 1)
        return self._result

    async def _strike_all(self) -> None:
        now = time.monotonic()
        await self._load.ask("talk", begins=now, counts=now, ends=float("inf"))
        await self._join()
        for number in range(1, self._options.times + 1):
            await self._strike(number)
        await asyncio.sleep(_LAST_S)
        await self._meeting.end()
        await self._part()

    # One kill

    async def _strike(self, number: int) -> None:
        moment_s = self._draw.uniform(*MOMENT_S)
        await asyncio.sleep(moment_s)
        family = self._house.family()
        targets = self._house.targets(self._options.process)
        at, began = self._house.kill(targets), time.monotonic()
        served_s = None
        if self._options.process is not Process.MEDIA:
            await self._house.died()
            await self._house.start()
            served_s = time.monotonic() - began
            left = await self._house.gone(family[1:])
            self._result.wrong += [f"kill {number}: process {each.pid} stayed" for each in left]
        else:
            await self._until_told(number)
        await self._part()
        answered_s = await self._join() - began
        blow = Blow(
            number=number,
            at=at,
            moment_s=round(moment_s, 3),
            answered_s=round(answered_s, 3),
            connected_s=round(time.monotonic() - began, 3),
            served_s=None if served_s is None else round(served_s, 3),
        )
        self._result.blows.append(blow)
        self._say(f"kill {number}: connected again after {blow.connected_s:.2f} s")

    async def _until_told(self, number: int) -> None:
        """The pages hear that their lines are gone."""
        try:
            async with asyncio.timeout(_TOLD_S):
                for client in self._clients:
                    await client.ended.wait()
        except TimeoutError:
            self._result.wrong.append(f"kill {number}: a page was not told")

    async def _join(self) -> float:
        """Both join, again until it works; when the first offer was answered (steady clock)."""
        deadline, answered = time.monotonic() + _BACK_S, 0.0
        while not answered:
            try:
                answered = await self._sit_down()
            except BROKEN:
                if time.monotonic() > deadline:
                    raise
                await self._part()
                await asyncio.sleep(_AGAIN_S)
        for place in range(len(BOTH)):
            await self._load.ask("connected", caller=place)
        return answered

    async def _sit_down(self) -> float:
        answered = 0.0
        for place, party in enumerate(BOTH):
            client = CallClient(
                self._http,
                self._house.address,
                await self._meeting.allow(party),
                media=_Afar(self._load, place),
                hear=lambda message: None,
                polite=False,
            )
            await self._seats.enter_async_context(client)
            self._clients.append(client)
            answered = answered or time.monotonic()
        await self._load.ask("go_on", call=0)
        return answered

    async def _part(self) -> None:
        """Both are gone; what they had sent is noted."""
        await self._seats.aclose()
        self._clients.clear()
        left = await self._load.ask("hang_up", call=0, pause_s=0.0)
        for party, instants in zip(Party, left, strict=True):
            known = self._pictures.setdefault((self._meeting.call, party.value), [])
            known += [datetime.fromtimestamp(at, UTC) for at in instants]

    # The end

    async def _settle(self) -> None:
        """Wait until no recording is being written or finished."""
        deadline = time.monotonic() + _SETTLES_S
        under_way = {RecordingState.WRITING, RecordingState.FINISHING}
        while time.monotonic() < deadline:
            rows = (await read_tables(self._database))["recordings"]
            if not any(row["state"] in under_way for row in rows):
                return
            await asyncio.sleep(0.5)

    def _judge(self, tables: Mapping[str, Sequence[Row]], films: Mapping[str, Film]) -> None:
        kills = [
            Struck(number=blow.number, at=blow.at, ends_recordings=True)
            for blow in self._result.blows
        ]
        evidence = Evidence(tables=tables, films=films, kills=kills, pictures=self._pictures)
        cut = [loss for loss in losses(evidence) if loss.kill]
        self._result.recordings = len(cut)
        self._result.lost_ms = [loss.lost_ms for loss in cut]
        by_id = {row["id"]: row for row in tables["recordings"]}
        for loss in cut:
            self._look(by_id[loss.recording], films.get(loss.recording), loss.kill)
        for row in by_id.values():
            if row["state"] not in {RecordingState.FINISHED, RecordingState.LOST}:
                self._result.wrong.append(f"recording {row['id']}: still {row['state']}")

    def _look(self, row: Row, film: Film | None, kill: int) -> None:
        self._result.finished += row["state"] == RecordingState.FINISHED
        if film is not None and film.pictures and not film.error:
            self._result.playable += 1
        else:
            problem = film.error or "no picture" if film else row["state"]
            self._result.wrong.append(f"kill {kill}, {row['party']}: {problem}")


def run(*, process: Process, times: int, seed: int, folder: Path | None) -> Result:
    """The command's work, in a folder of its own unless one is named."""
    with tempfile.TemporaryDirectory(prefix="ekyc-kills-") as passing:
        home = folder or Path(passing)
        home.mkdir(parents=True, exist_ok=True)
        options = Options(process=process, times=times, seed=seed, folder=home.absolute())
        return asyncio.run(Run(options, Say()).run())
