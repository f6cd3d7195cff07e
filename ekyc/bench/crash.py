"""`ekyc bench crash`: people walk their journeys while processes of the server are killed.

One server with a folder of its own, as many customers and agents as fit, and a kill whenever
somebody comes to a moment that is still to be tried. A dead server is started again as an operator
would; the people go on as people do. At the end the judge looks at what is left.
"""

import asyncio
import base64
import json
import random
import secrets
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from PIL import Image

from ekyc.bench.agent import Agent
from ekyc.bench.board import Board
from ekyc.bench.book import Book
from ekyc.bench.crm import Crm
from ekyc.bench.customer import Customer, Photographs
from ekyc.bench.evidence import Evidence, Row, Struck, read_tables
from ekyc.bench.films import play_all
from ekyc.bench.house import COMMAND, House, Running, free_port
from ekyc.bench.judge import judge, losses, owners_of, unsettled
from ekyc.bench.plan import Kill, Moment, Process, plan
from ekyc.bench.result import Blow, Journey, Result
from ekyc.bench.say import Say
from ekyc.demo import cards
from ekyc.demo.bank import STAFF
from ekyc.demo.face import Portrait
from ekyc.demo.face import photograph as portrait_of
from ekyc.demo.frames import FrameBook
from ekyc.demo.photographs import photograph
from ekyc.demo.play import CACHE
from ekyc.demo.specimen import a_specimen
from ekyc.domain.access import Role
from ekyc.domain.document import Side

REST_S = (2.0, 5.0)
"""Between two kills: people get back to work, and some are caught in the middle of it."""

RESTART_S = 0.2
UNREACHED_S = 180.0
"""A moment nobody comes to for so long is given up."""

_TAKES = 3
_LOGINS = [login for login, _, role in STAFF if role is Role.AGENT]

SETTINGS = """
demo_files = 0
# Short, so that minutes show what else takes hours; every window is still longer than a restart.
[queue]
ring_s = 12
wrap_up_s = 1
presence_s = 15
poll_s = 0.5
[codes]
again_s = 2
sends_per_hour = 1000
[jobs]
poll_s = 0.5
backoff_s = 1
backoff_max_s = 5
[crm]
webhook_url = "{url}"
webhook_private = true
webhook_secret = "{secret}"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is run."""

    kills: int
    seed: int
    processes: Sequence[Process]
    moments: Sequence[Moment] = tuple(Moment)
    folder: Path
    cache: Path
    customers: int = 2
    patience_s: float = 300.0
    settles_s: float = 90.0
    """Longest wait, at the end, for what is due."""
    command: Sequence[str] = COMMAND


async def crash(options: Options, say: Say) -> Result:
    """The whole run, its server started, stopped and judged."""
    return await Run(options, say).run()


class Run:
    """One server's life, from its first start to its last stop."""

    def __init__(self, options: Options, say: Say) -> None:
        self._options, self._say = options, say
        self._board, self._book = Board(), Book()
        self._draw = random.Random(options.seed)
        self._result = Result(seed=options.seed)
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        self._crm = Crm(self._board, self._book, secret=secret, port=free_port())
        text = SETTINGS.format(url=self._crm.url, secret=secret)
        self._house = House(options.folder, text, port=free_port(), command=options.command)
        self._orphans: list[Running] = []
        self._under_way: set[int] = set()
        self._is_open = True
        self._numbers = count(1)

    async def run(self) -> Result:
        """Every planned kill, or as many as people come to; then everybody finishes."""
        began = time.monotonic()
        photographs = await asyncio.to_thread(_photographs, self._options.seed)
        faces = {
            portrait: await asyncio.to_thread(FrameBook, portrait, self._options.cache)
            for portrait in (Portrait.HOPPER, Portrait.COLLINS)
        }
        await self._crm.start()
        try:
            await self._house.start()
            agents = [self._agent(number, faces[Portrait.COLLINS]) for number in (0, 1)]
            desks = [asyncio.create_task(agent.run()) for agent in agents]
            places = [
                asyncio.create_task(self._customers(photographs, faces[Portrait.HOPPER]))
                for _ in range(self._options.customers)
            ]
            await self._strike_all()
            self._is_open = False
            await asyncio.gather(*places)
            await self._close_desks(agents, desks)
            await self._settle_and_judge()
        finally:
            self._house.kill(self._house.family())
            await self._crm.close()
        self._result.seconds = round(time.monotonic() - began, 1)
        return self._result

    # People

    def _agent(self, number: int, faces: FrameBook) -> Agent:
        return Agent(
            self._house.address,
            self._board,
            self._book,
            seed=self._options.seed + number,
            login=_LOGINS[number],
            faces=faces,
            spool=self._options.folder / "recordings" / "spool",
        )

    async def _customers(self, photographs: Photographs, faces: FrameBook) -> None:
        """One after the other, as long as somebody is still to be killed under them."""
        while self._is_open:
            number = next(self._numbers)
            journey = Journey(number=number)
            self._result.journeys.append(journey)
            self._under_way.add(number)
            began = time.monotonic()
            await self._journey(journey, photographs, faces)
            journey.seconds = round(time.monotonic() - began, 1)
            self._under_way.discard(number)
            self._say(f"customer {number}: {journey.verdict or f'gave up at {journey.page}'}")

    async def _journey(self, journey: Journey, photographs: Photographs, faces: FrameBook) -> None:
        key = json.loads((self._options.folder / "var" / "demo.json").read_text())["api_key"]
        journey.application, link = await self._crm.open_application(
            self._house.address, key, number=journey.number
        )
        customer = Customer(
            self._house.address,
            self._board,
            self._book,
            seed=self._options.seed * 1000 + journey.number,
            link=link,
            photographs=photographs,
            fields=_fields(self._options.seed),
            faces=faces,
        )
        try:
            async with asyncio.timeout(self._options.patience_s):
                journey.verdict = await customer.run()
        except TimeoutError:
            journey.page = customer.page
        finally:
            await customer.close()

    async def _close_desks(
        self, agents: Sequence[Agent], desks: Sequence["asyncio.Task[None]"]
    ) -> None:
        for agent in agents:
            agent.is_going = True
        _, stuck = await asyncio.wait(desks, timeout=self._options.settles_s)
        for desk in stuck:
            desk.cancel()
        await asyncio.gather(*desks, return_exceptions=True)
        for agent in agents:
            await agent.close()

    # Kills

    async def _strike_all(self) -> None:
        options = self._options
        left = list(
            plan(
                options.kills,
                seed=options.seed,
                processes=options.processes,
                moments=options.moments,
            )
        )
        while left:
            await asyncio.sleep(self._draw.uniform(*REST_S))
            try:
                async with asyncio.timeout(UNREACHED_S):
                    moment = await self._board.reached({kill.moment for kill in left})
            except TimeoutError:
                break
            kill = next(kill for kill in left if kill.moment is moment)
            await asyncio.sleep(kill.delay_s)
            if await self._strike(kill):
                left.remove(kill)
        self._result.not_reached = left

    async def _strike(self, kill: Kill) -> bool:
        """False when there was nothing to kill."""
        targets = self._targets(kill)
        if not targets:
            return False
        family = self._house.family()
        hit = kill.moment in self._board.now
        at = self._house.kill(targets)
        blow = Blow(
            kill=kill, at=at, hit=hit, killed=len(targets), journeys=sorted(self._under_way)
        )
        self._result.blows.append(blow)
        self._say(
            f"kill {kill.number}: {kill.process} at {kill.moment}{'' if hit else ' (missed)'}"
        )
        if kill.process in {Process.WEB, Process.MACHINE}:
            await self._house.died()
            await asyncio.sleep(RESTART_S)
            began = time.monotonic()
            await self._house.start()
            blow.back_s = round(time.monotonic() - began, 2)
            self._orphans += await self._house.gone(family)
        else:
            self._orphans += await self._house.gone(targets)
        return True

    def _targets(self, kill: Kill) -> list[Running]:
        """Of the vision workers the one that is at work."""
        targets = self._house.targets(kill.process)
        if kill.process is not Process.VISION:
            return targets
        busy = {Moment.READING: "ekyc.vision.worker", Moment.UPLOAD: "ekyc.vision.worker"}
        wanted = busy.get(kill.moment, "ekyc.vision.pose_worker")
        return [one for one in targets if one.module == wanted] or targets

    # The end

    async def _settle_and_judge(self) -> None:
        """Wait until nothing is due any more, stop the server politely, and look at everything."""
        database = self._options.folder / "var" / "ekyc.sqlite3"
        deadline = time.monotonic() + self._options.settles_s
        while unsettled(self._evidence(tables := await read_tables(database))):
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(1)
        family = self._house.family()
        films = await asyncio.to_thread(play_all, self._options.folder, tables)
        self._result.exit_code = await self._house.stop()
        self._orphans += await self._house.gone(family)
        leftovers = await asyncio.to_thread(strays, self._options.folder, tables)
        self._sum_up(replace(self._evidence(tables), films=films, leftovers=leftovers))

    def _evidence(self, tables: Mapping[str, Sequence[Row]]) -> Evidence:
        ending = {Process.WEB, Process.MEDIA, Process.MACHINE}
        return Evidence(
            tables=tables,
            promises=self._book.promises,
            deliveries=self._crm.deliveries,
            kills=[
                Struck(
                    number=blow.kill.number,
                    at=blow.at,
                    ends_recordings=blow.kill.process in ending,
                )
                for blow in self._result.blows
            ],
            pictures=self._book.pictures,
            orphans=[f"{one.pid} {one.module}" for one in self._orphans],
        )

    def _sum_up(self, evidence: Evidence) -> None:
        result, deliveries = self._result, evidence.deliveries
        owners = owners_of(evidence)
        result.findings = [
            replace(found, of=owners.get(found.of, found.of)) for found in judge(evidence)
        ]
        result.losses = list(losses(evidence))
        result.surprises = self._book.surprises
        result.promises = len(evidence.promises)
        result.webhooks = len({each.id for each in deliveries})
        result.redelivered = len(deliveries) - result.webhooks
        result.recordings = len(evidence["recordings"])


def strays(folder: Path, tables: Mapping[str, Sequence[Row]]) -> list[str]:
    """Files in the spool, and files among the objects that no row refers to."""
    known = {
        row[column] for row in tables["photographs"] for column in ("original", "straightened")
    }
    known |= {row[column] for row in tables["recordings"] for column in ("object_key", "index_key")}
    known |= {row["original"] for row in tables["stills"]}
    home = folder / "recordings"
    found = [*home.glob("spool/*"), *home.glob("objects/*/*")]
    return sorted(str(file.relative_to(home)) for file in found if file.name not in known)


def _photographs(seed: int) -> Photographs:
    specimen = a_specimen(seed)
    portrait = Image.fromarray(portrait_of(Portrait.HOPPER))
    drawn = {Side.FRONT: cards.front(specimen, portrait=portrait), Side.BACK: cards.back(specimen)}
    return {
        side: [photograph(card, seed=seed + take).jpeg for take in range(_TAKES)]
        for side, card in drawn.items()
    }


def _fields(seed: int) -> dict[str, str]:
    fields = dict(a_specimen(seed).fields)
    fields.pop("old_number", None)
    return fields


def run(*, kills: int, seed: int, processes: Sequence[Process], folder: Path | None) -> Result:
    """The command's work, in a folder of its own unless one is named."""
    with tempfile.TemporaryDirectory(prefix="ekyc-crash-") as passing:
        home = folder or Path(passing)
        home.mkdir(parents=True, exist_ok=True)
        options = Options(
            kills=kills, seed=seed, processes=processes, folder=home.absolute(), cache=CACHE
        )
        return asyncio.run(crash(options, Say()))
