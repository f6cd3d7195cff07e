"""`ekyc bench matching`: how many customers a second find their agent, on either database.

The journey's own matcher takes its turns over a long line, one turn after the other. After each
turn whoever was rung has gone and every desk is available again, in a transaction with its fact
for each pair, and that is part of the time: matches a second means matches that can go on. Then the
facts are read back and held against the rules: nobody twice, and in order.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import sqlalchemy as sa

from ekyc.bench.history import replay
from ekyc.bench.postgres import Postgres
from ekyc.domain.access import Role
from ekyc.domain.application import Application, Stage
from ekyc.domain.call import CallState, EndReason
from ekyc.domain.desk import Desk, DeskState
from ekyc.domain.events import CUSTOMER, SYSTEM, Event
from ekyc.domain.queue import FIRST_COME, Ticket, TicketState
from ekyc.journey import queue
from ekyc.journey.ending import ticket_fact
from ekyc.settings import Queue
from ekyc.storage import schema
from ekyc.storage.bus import Bus
from ekyc.storage.migrate import migrate
from ekyc.storage.staff import Member
from ekyc.storage.store import Row, Store, Tx, rows

ENGINES = ("sqlite", "postgresql")
_LONG = 400
"""Customers put into the line at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is measured."""

    engines: Sequence[str] = ENGINES
    seconds: float = 10.0
    desks: int = 40
    batch: int = 20
    runs: int = 3


@dataclass(slots=True, kw_only=True)
class Figures:
    """One run on one database."""

    database: str
    matches: int = 0
    seconds: float = 0.0
    turns_ms: list[float] = field(default_factory=list)
    """What the matcher's own transactions took."""
    findings: list[str] = field(default_factory=list)
    """What a sequential model of the queue could not have done."""

    @property
    def per_s(self) -> float:
        """Matches a second, whatever they held included."""
        return self.matches / self.seconds

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "database": self.database,
            "matches": self.matches,
            "per_s": round(self.per_s, 1),
            "turn_ms_p50": round(median(self.turns_ms), 1),
            "turn_ms_p95": round(quantiles(self.turns_ms, n=20)[-1], 1),
            "findings": self.findings,
        }


class Now:
    """The machine's clock."""

    def now(self) -> datetime:
        """This instant."""
        return datetime.now(UTC)


def measure(options: Options) -> list[Figures]:
    """Every engine in its turn, so often; raises `NoPostgres`."""
    return [
        asyncio.run(_one(engine, options))
        for _ in range(options.runs)
        for engine in options.engines
    ]


async def _one(engine: str, options: Options) -> Figures:
    with database(engine) as url:
        async with opened(url) as store:
            await _furnish(store, options.desks)
            figures = Figures(database=engine)
            await _run(store, options, figures)
            await _judge(store, figures)
    return figures


@contextmanager
def database(engine: str) -> Iterator[str]:
    """A fresh one; both write through to the disk as in production."""
    if engine == "postgresql":
        with Postgres.running() as server:
            yield f"postgresql+asyncpg://ekyc@{server.address}/postgres"
    else:
        with tempfile.TemporaryDirectory(prefix="ekyc-matching-") as folder:
            yield f"sqlite+aiosqlite:///{Path(folder) / 'ekyc.sqlite3'}"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    store = Store(url, bus=Bus())
    try:
        await migrate(store)
        yield store
    finally:
        await store.close()


async def _furnish(store: Store, desks: int) -> None:
    """Agents who are available, the first of them idle longest."""
    now = Now().now()
    async with store.begin() as tx:
        for number in range(desks):
            member = Member(
                id=f"agent-{number:04d}",
                login=f"agent-{number:04d}",
                name="",
                role=Role.AGENT,
                language="vi",
                password="",
                totp_secret="",
            )
            since = now - timedelta(seconds=desks - number)
            desk = Desk(
                staff_id=member.id,
                state=DeskState.AVAILABLE,
                since=since,
                idle_since=since,
                version=1,
                devices_at=since,
            )
            values = {**asdict(member), "role": member.role.value}
            await tx.connection.execute(sa.insert(schema.staff).values(**values))
            await tx.connection.execute(sa.insert(schema.desks).values(**asdict(desk)))


async def _line_up(tx: Tx, first: int) -> None:
    """So many more customers, with their facts."""
    now = Now().now()
    waiting, tickets = [], []
    last = await tx.next("tickets", by=_LONG)
    for number in range(first, first + _LONG):
        application = _application(f"customer-{number:07d}", now)
        waiting.append({**asdict(application), "product": ""})
        tickets.append(_ticket(application.id, last - _LONG + 1 + number - first, now))
    await tx.connection.execute(sa.insert(schema.applications), waiting)
    await tx.connection.execute(sa.insert(schema.tickets), [asdict(one) for one in tickets])
    await tx.tell_all([ticket_fact("ticket.queued", one, now, CUSTOMER) for one in tickets])


def _application(id: str, now: datetime) -> Application:
    return Application(
        id=id,
        reference=id,
        stage=Stage.WAITING,
        version=1,
        external_id=id,
        language="vi",
        phone="",
        phone_source="crm",
        phone_as_of="2026-11-20",
        name="",
        document_kind="",
        opened_at=now,
        updated_at=now,
    )


def _ticket(application_id: str, seq: int, now: datetime) -> Ticket:
    return Ticket(
        id=application_id,
        seq=seq,
        application_id=application_id,
        state=TicketState.WAITING,
        priority=FIRST_COME,
        queued_at=now,
        seen_at=now,
        gone_at=None,
        attempt=0,
    )


async def _run(store: Store, options: Options, figures: Figures) -> None:
    rules = Queue(batch=options.batch)
    lined_up = 0
    while figures.seconds < options.seconds:
        if lined_up - figures.matches < options.batch * 2:
            async with store.begin() as tx:
                await _line_up(tx, lined_up)
            lined_up += _LONG
        began = time.monotonic()
        matched = await queue.match(store, Now(), rules)
        figures.turns_ms.append((time.monotonic() - began) * 1000)
        async with store.begin() as tx:
            await _give_back(tx)
        figures.seconds += time.monotonic() - began
        figures.matches += matched


async def _give_back(tx: Tx) -> None:
    """Everybody who was rung leaves; the desks are available again."""
    now, c = Now().now(), schema.calls
    ringing = sa.select(c).where(c.c.state == CallState.RINGING.value)
    rung = rows(await tx.connection.execute(ringing))
    ended = {"state": CallState.ENDED.value, "ended_at": now}
    over = sa.update(c).where(c.c.state == CallState.RINGING.value)
    await tx.connection.execute(over.values(**ended, end_reason=EndReason.CUSTOMER_LEFT.value))
    t, d = schema.tickets, schema.desks
    matched = sa.update(t).where(t.c.state == TicketState.MATCHED.value)
    await tx.connection.execute(matched.values(state=TicketState.LEFT.value))
    rang = sa.update(d).where(d.c.state == DeskState.RINGING.value)
    available = {"state": DeskState.AVAILABLE.value, "since": now, "idle_since": now}
    await tx.connection.execute(rang.values(**available, version=d.c.version + 1))
    await tx.tell_all([_left(row, now) for row in rung])


def _left(row: Row, now: datetime) -> Event:
    data = {"call": row["id"], "reason": EndReason.CUSTOMER_LEFT.value}
    application = row["application_id"]
    return Event(name="ticket.left", application_id=application, at=now, actor=SYSTEM, data=data)


async def _judge(store: Store, figures: Figures) -> None:
    e = schema.events
    async with store.read() as tx:
        told = await tx.connection.execute(sa.select(e).order_by(e.c.sequence))
        figures.findings = [found.what for found in replay(rows(told)).findings]


def table(runs: Sequence[Figures]) -> list[str]:
    """A line for each database: the median of its runs."""
    lines = ["database    matches/s (least–most)   turn p50   p95     doubled or out of order"]
    for engine in dict.fromkeys(run.database for run in runs):
        own = [run for run in runs if run.database == engine]
        rates = sorted(run.per_s for run in own)
        turns = [ms for run in own for ms in run.turns_ms]
        lines.append(
            f"{engine:<11} {median(rates):7.0f} ({rates[0]:.0f}–{rates[-1]:.0f})".ljust(37)
            + f"{median(turns):6.1f} ms {quantiles(turns, n=20)[-1]:6.1f} ms"
            + f"{sum(len(run.findings) for run in own):8d}"
        )
    return lines


def is_good(runs: Sequence[Figures]) -> bool:
    """Nobody twice, everybody in order."""
    return not any(run.findings for run in runs)
