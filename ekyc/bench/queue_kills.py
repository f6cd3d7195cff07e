"""`ekyc bench crash --process queue`: the queue's process and its database killed, many times.

The process is not the whole server: the real matcher and the journey's own steps on a real
database, and the people in the same process, so that a kill costs a tenth of a second instead of
ten. Kills come at drawn moments. A run goes on where the folder's last one stopped. At the end
everybody is served, and the facts of all runs are read back by the model of `history.py`.
"""

import asyncio
import json
import multiprocessing
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ekyc.bench.history import real_time, replay
from ekyc.bench.postgres import Postgres
from ekyc.bench.queue_house import AGENTS, RULES, main, operations
from ekyc.bench.say import Say
from ekyc.domain.access import Role
from ekyc.storage import schema, staff
from ekyc.storage.bus import Bus
from ekyc.storage.migrate import migrate
from ekyc.storage.staff import Member
from ekyc.storage.store import Row, Store, rows

_LIVES_S = (0.0, 0.3)
"""So long after enough was asked the process dies."""

_ASKED_BYTES = (0, 1200)
"""Enough is so much more in the journal: up to some eight lines."""

_ASKS_WITHIN_S = 8.0

_DIES_YOUNG = 0.1
"""So many die before they are."""

_UP_WITHIN_S = 30.0
_ENDS_WITHIN_S = 120.0
_EVERY = 20
"""After so many kills it is said how it goes."""

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["ekyc.bench.queue_house"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is run."""

    kills: int
    crashes: int = 0
    """Of the database, among the kills; on PostgreSQL alone."""
    seed: int = 1
    folder: Path


@dataclass(slots=True, kw_only=True)
class Result:
    """What came of all runs in the folder."""

    kills: int = 0
    crashes: int = 0
    customers: int = 0
    matches: int = 0
    facts: int = 0
    answered: int = 0
    """Steps that were answered before a kill, held against the facts."""
    unanswered: int = 0
    findings: list[str] = field(default_factory=list)
    waits_p95_s: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {name: getattr(self, name) for name in self.__slots__}


def run(options: Options, say: Say) -> Result:
    """So many kills in all, those before included; raises `NoPostgres`."""
    options.folder.mkdir(parents=True, exist_ok=True)
    with _database(options) as (url, server):
        asyncio.run(_furnish(url))
        done = _done(options.folder)
        draw = random.Random(f"{options.seed} {done}")
        for number in range(done["kills"], options.kills):
            crash = done["crashes"] * options.kills < options.crashes * (number + 1)
            _one(url, options, draw.randrange(1 << 30), draw, server if crash else None)
            done = {"kills": number + 1, "crashes": done["crashes"] + (crash and bool(server))}
            _keep(options.folder, done)
            if (number + 1) % _EVERY == 0:
                say(f"{number + 1} kills, {done['crashes']} of the database too")
        return _judged(url, options, done)


def _done(folder: Path) -> dict[str, int]:
    file = folder / "done.json"
    known: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    return {"kills": 0, "crashes": 0} | known


def _keep(folder: Path, done: dict[str, int]) -> None:
    (folder / "done.json").write_text(json.dumps(done))


@contextmanager
def _database(options: Options) -> Iterator[tuple[str, Postgres | None]]:
    if not options.crashes:
        yield f"sqlite+aiosqlite:///{options.folder.absolute() / 'ekyc.sqlite3'}", None
        return
    # As root it runs in another's name, and has to get there.
    options.folder.chmod(0o711)
    with Postgres.kept(options.folder.absolute() / "postgres") as server:
        yield f"postgresql+asyncpg://ekyc@{server.address}/postgres", server


async def _furnish(url: str) -> None:
    store = Store(url, bus=Bus())
    await migrate(store)
    async with store.begin() as tx:
        for number in range(AGENTS):
            id = f"agent-{number}"
            if await staff.by_id(tx, id) is None:
                member = Member(
                    id=id,
                    login=id,
                    name=id,
                    role=Role.AGENT,
                    language="vi",
                    password="",
                    totp_secret="",
                )
                await staff.add(tx, member)
    await store.close()


def _one(
    url: str, options: Options, seed: int, draw: random.Random, server: Postgres | None
) -> None:
    """One life of the process, and its end; the database may go first."""
    child, up = _begun(url, options, seed, is_open=True)
    if draw.random() > _DIES_YOUNG:
        up.poll(_UP_WITHIN_S)
        _is_busy(_journal(options), draw.randint(*_ASKED_BYTES))
    time.sleep(draw.uniform(*_LIVES_S))
    if server is not None:
        server.crash()
        time.sleep(draw.uniform(0, 0.3))
        server.start()
        time.sleep(draw.uniform(*_LIVES_S))
    child.kill()
    child.join()
    up.close()


def _is_busy(journal: Path, more: int) -> None:
    """Until so much more was asked: how fast that is, is the machine's business."""
    until, before = time.monotonic() + _ASKS_WITHIN_S, _size(journal)
    while time.monotonic() < until and _size(journal) < before + more:
        time.sleep(0.01)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _begun(
    url: str, options: Options, seed: int, *, is_open: bool
) -> tuple[BaseProcess, Connection]:
    here, there = _PROCESSES.Pipe(duplex=False)
    words = (url, _journal(options), there, seed, is_open)
    child = _PROCESSES.Process(target=main, args=words, daemon=True)
    child.start()
    there.close()
    return child, here


def _journal(options: Options) -> Path:
    return options.folder / "journal.jsonl"


def _judged(url: str, options: Options, done: dict[str, int]) -> Result:
    """Let everybody be served, then read everything back."""
    last, up = _begun(url, options, 0, is_open=False)
    last.join(_ENDS_WITHIN_S)
    up.close()
    result = Result(kills=done["kills"], crashes=done["crashes"])
    if last.exitcode is None:
        result.findings.append("somebody waits, or a desk is stuck")
        last.kill()
        last.join()
    facts = asyncio.run(_facts(url))
    told = operations(_journal(options))
    model = replay(facts, ring_s=RULES.ring_s)
    found = [*model.findings, *real_time(told, facts)]
    result.findings += [f"{one.sequence}: {one.what}" for one in found]
    result.facts, result.matches = len(facts), model.matches
    result.customers = sum(fact["name"] == "ticket.queued" for fact in facts)
    result.answered = sum(one.done is not None for one in told)
    result.unanswered = len(told) - result.answered
    result.waits_p95_s = _waits_p95_s(facts)
    return result


async def _facts(url: str) -> Sequence[Row]:
    store = Store(url, bus=Bus())
    e = schema.events
    async with store.read() as tx:
        found = rows(await tx.connection.execute(sa.select(e).order_by(e.c.sequence)))
    await store.close()
    return found


def _waits_p95_s(facts: Sequence[Row]) -> float:
    """From the place in line to the first answer."""
    since = {f["application_id"]: f["at"] for f in facts if f["name"] == "ticket.queued"}
    waits: dict[str, timedelta] = {}
    for fact in facts:
        who = fact["application_id"]
        if fact["name"] == "call.started" and who in since:
            waits.setdefault(who, fact["at"] - since[who])
    ordered = sorted(wait.total_seconds() for wait in waits.values())
    return round(ordered[int(0.95 * len(ordered))], 1) if ordered else 0.0


def table(result: Result) -> list[str]:
    """For people."""
    return [
        f"kills of the process; of the database     {result.kills}; {result.crashes}",
        f"customers; matches; facts                 {result.customers}; {result.matches}; "
        f"{result.facts}",
        f"steps answered; not answered              {result.answered}; {result.unanswered}",
        f"wait until the first answer, 95 %         {result.waits_p95_s} s",
        f"what a sequential model could not do      {len(result.findings)}",
        *result.findings[:20],
    ]
