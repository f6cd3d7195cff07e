"""`ekyc bench slots`: a thousand who want the same times at once, and a swarm that wants them all.

The journey's own steps run against a real database, all at once. In the crowd everybody has a
number of their own and tries three times; what stands then is judged by `promises`. The swarm is as
many sessions of one network, each with a number of its own: it must not have more places than the
settings let one network take.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any

import sqlalchemy as sa

from ekyc.bench.matching import Now, database, opened
from ekyc.bench.promises import Promises, look
from ekyc.domain.access import Role
from ekyc.domain.application import Application, Stage
from ekyc.domain.errors import EkycError
from ekyc.domain.roster import Span
from ekyc.journey import booking, roster
from ekyc.settings import Booking
from ekyc.storage import schema
from ekyc.storage.staff import Member
from ekyc.storage.store import Store

_ZONE = "UTC"
_CONNECTED = 200
"""Tries under way at once; a server's open requests are bounded too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is measured."""

    engines: Sequence[str]
    sessions: int = 1000
    agents: int = 5
    slots: int = 40
    patience: int = 3
    """Times one customer tries before they give up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One run on one database."""

    database: str
    who: str
    """`crowd` or `swarm`."""
    sessions: int
    places: int
    """Agents times slots."""
    taken: int
    cap: int
    """What they may have at most."""
    doubled: int
    greedy: int
    strayed: int
    refused: dict[str, int]
    """How often each refusal was said."""
    per_s: float
    """Tries a second, refused ones too."""
    ms_p50: float
    ms_p95: float

    @property
    def is_good(self) -> bool:
        """Nobody twice, and nobody more than their share."""
        return not (self.doubled or self.greedy or self.strayed) and self.taken <= self.cap


def measure(options: Options) -> list[Figures]:
    """Crowd and swarm on every engine; raises `NoPostgres`."""
    return [
        asyncio.run(_one(engine, who, options))
        for engine in options.engines
        for who in ("crowd", "swarm")
    ]


async def _one(engine: str, who: str, options: Options) -> Figures:
    rules = Booking(opening=["00:00-24:00"] * 7, lead_min=1, exact_min=0)
    with database(engine) as url:
        async with opened(url) as store:
            times = await _furnish(store, options, rules)
            network = "swarm" if who == "swarm" else ""
            tries = _Tries(store, rules, times, network=network, patience=options.patience)
            began = time.monotonic()
            await tries.all(options.sessions)
            seconds = time.monotonic() - began
            now = Now().now()
            found = await look(store, now=now, length_min=rules.slot_min)
            taken = await _taken(store)
    cap = rules.places_per_network_hour if who == "swarm" else options.agents * options.slots
    return _figures(engine, who, options, tries, found, taken=taken, cap=cap, seconds=seconds)


def _figures(
    engine: str,
    who: str,
    options: Options,
    tries: "_Tries",
    found: Promises,
    *,
    taken: int,
    cap: int,
    seconds: float,
) -> Figures:
    return Figures(
        database=engine,
        who=who,
        sessions=options.sessions,
        places=options.agents * options.slots,
        taken=taken,
        cap=cap,
        doubled=len(found.doubled),
        greedy=len(found.greedy),
        strayed=len(found.strayed),
        refused=dict(tries.refused),
        per_s=len(tries.took_ms) / seconds,
        ms_p50=median(tries.took_ms),
        ms_p95=quantiles(tries.took_ms, n=20)[-1],
    )


async def _furnish(store: Store, options: Options, rules: Booking) -> list[datetime]:
    """Agents round the clock, customers whose form is confirmed, and the times they all want."""
    clock, now = Now(), datetime.now(UTC)
    people = [asdict(_customer(n, now)) | {"product": ""} for n in range(options.sessions)]
    agents = [_agent(n) for n in range(options.agents)]
    async with store.begin() as tx:
        await tx.connection.execute(sa.insert(schema.applications), people)
        for agent in agents:
            values = {**asdict(agent), "role": agent.role.value}
            await tx.connection.execute(sa.insert(schema.staff).values(**values))
    for agent in agents:
        whole = Span(start_min=0, end_min=1440)
        await roster.set_shifts(
            store, clock, by="bench", staff_id=agent.id, weekdays=range(7), spans=[whole]
        )
    first = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    return [first + timedelta(minutes=rules.slot_min * n) for n in range(options.slots)]


def _customer(number: int, now: datetime) -> Application:
    return Application(
        id=f"customer-{number:05d}",
        reference=f"customer-{number:05d}",
        stage=Stage.CONFIRMED,
        version=1,
        external_id="",
        language="vi",
        phone=f"+849{number:08d}",
        phone_source="crm",
        phone_as_of="2026-11-20",
        name="",
        document_kind="",
        opened_at=now,
        updated_at=now,
    )


def _agent(number: int) -> Member:
    return Member(
        id=f"agent-{number:03d}",
        login=f"agent-{number:03d}",
        name="",
        role=Role.AGENT,
        language="vi",
        password="",
        totp_secret="",
    )


class _Tries:
    """Everybody at once, each from another time on, until one is theirs or patience ends."""

    def __init__(
        self,
        store: Store,
        rules: Booking,
        times: Sequence[datetime],
        *,
        network: str,
        patience: int,
    ) -> None:
        self._store, self._rules, self._times, self._network = store, rules, times, network
        self._patience = patience
        self._room = asyncio.Semaphore(_CONNECTED)
        self.took_ms: list[float] = []
        self.refused: Counter[str] = Counter()

    async def all(self, sessions: int) -> None:
        """Until the last one is done."""
        async with asyncio.TaskGroup() as group:
            for number in range(sessions):
                group.create_task(self._one(number), name=f"customer {number}")

    async def _one(self, number: int) -> None:
        async with self._room:
            for n in range(self._patience):
                at = self._times[(number + n) % len(self._times)]
                began = time.monotonic()
                code = await self._tried(f"customer-{number:05d}", at)
                self.took_ms.append((time.monotonic() - began) * 1000)
                if code != "slot-taken":
                    return

    async def _tried(self, id: str, at: datetime) -> str:
        """Hold and book; the code of what refused it."""
        clock = Now()
        try:
            await booking.hold(
                *(self._store, clock, self._rules),
                application_id=id,
                at=at,
                zone=_ZONE,
                network=self._network,
            )
            await booking.book(self._store, clock, self._rules, application_id=id, zone="")
        except EkycError as refusal:
            self.refused[refusal.code] += 1
            return refusal.code
        return ""


async def _taken(store: Store) -> int:
    t = schema.appointments
    async with store.read() as tx:
        query = sa.select(sa.func.count()).where(t.c.state.in_(["held", "booked"]))
        return int((await tx.connection.execute(query)).scalar_one())


def to_json(figures: Figures) -> dict[str, Any]:
    """Plain values."""
    return asdict(figures)


def table(runs: Sequence[Figures]) -> list[str]:
    """A line for each run."""
    lines = ["database    who    sessions  places  taken  cap   doubled  tries/s   p50      p95"]
    lines += [
        f"{run.database:<11} {run.who:<6} {run.sessions:8d}{run.places:8d}{run.taken:7d}"
        f"{run.cap:5d}{run.doubled + run.greedy + run.strayed:10d}{run.per_s:9.0f}"
        f"{run.ms_p50:8.0f} ms{run.ms_p95:6.0f} ms"
        for run in runs
    ]
    return lines
