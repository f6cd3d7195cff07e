"""The only committer: `Store.begin()` gives a `Tx` in which facts and their due work are written.

Writers take turns on either engine: SQLite by BEGIN IMMEDIATE, PostgreSQL by a lock taken first and
held until the commit. The gapless numbers of facts would make them wait for each other anyway, only
later and in any order, which is how deadlocks begin. So what a step reads is still true when it
writes. Readers wait for nobody; each sees one instant, and cannot write.

What a transaction told is announced on the bus after the commit, never before.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ekyc.domain.events import Actor, Event
from ekyc.storage import schema
from ekyc.storage.bus import Bus
from ekyc.storage.connection import Connection, begun

Seen = TypeVar("Seen")

_WRITER = 0x656B7977  # "ekyw": names the writers' lock in PostgreSQL

Row = Mapping[str, Any]
"""One row that is shown as it is, by column name."""


def rows(result: sa.CursorResult[Any]) -> Sequence[Row]:
    """Every row of an answer."""
    return [dict(row) for row in result.mappings()]


def written(actor: Actor) -> str:
    """An actor as facts keep it: kind, or kind:id."""
    return f"{actor.kind}:{actor.id}" if actor.id else actor.kind


def new_id() -> str:
    """32 hex digits, random."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that is due; `key` makes it unique, so the same fact never asks for it twice."""

    kind: str
    key: str
    payload: dict[str, Any]
    due_at: datetime
    lane: str = ""
    """Jobs of one lane run one after the other, in the order they were written down."""


@dataclass(slots=True)
class Tx:
    """One transaction: its connection, and whom to wake when it is committed."""

    connection: Connection
    due: Callable[[Event, int], Sequence[Job]]
    topics: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    """Names of the facts written, for those who count them once they are committed."""

    async def tell(self, event: Event, *, silently: bool = False) -> int:
        """Append a fact with the next gapless number, and the work it makes due.

        The customer's page looks again, except at what is told silently.
        """
        return await self._tell([event], silently=silently)

    async def tell_all(self, events: Sequence[Event]) -> None:
        """Append facts in this order, as `tell` does one by one, in two statements."""
        if events:
            await self._tell(events, silently=False)

    async def _tell(self, events: Sequence[Event], *, silently: bool) -> int:
        """The last one's number comes back."""
        last = await self.next("events", by=len(events))
        numbered = list(enumerate(events, start=last - len(events) + 1))
        values = [_row(event, sequence) for sequence, event in numbered]
        await self.connection.execute(sa.insert(schema.events), values)
        for sequence, event in numbered:
            self.told.append(event.name)
            if not silently:
                self.topics.add(f"application:{event.application_id}")
            for job in self.due(event, sequence):
                await self.later(job)
        return last

    async def later(self, job: Job) -> None:
        """Write down work for the runner."""
        await self.connection.execute(
            sa.insert(schema.jobs).values(
                id=new_id(),
                kind=job.kind,
                key=job.key,
                seq=await self.next("jobs"),
                lane=job.lane,
                payload=job.payload,
                state="due",
                due_at=job.due_at,
                attempts=0,
            )
        )
        self.topics.add("jobs")

    async def next(self, counter: str, *, by: int = 1) -> int:
        """The counter's next number, without gaps; its row is locked until the commit.

        With `by` so many numbers are taken, and the last of them comes back.
        """
        table = schema.counters
        update = sa.update(table).where(table.c.name == counter).values(value=table.c.value + by)
        value = (
            await self.connection.execute(update.returning(table.c.value))
        ).scalar_one_or_none()
        if value is None:
            await self.connection.execute(sa.insert(table).values(name=counter, value=by))
            return by
        return int(value)

    def wake(self, topic: str) -> None:
        """Ring `topic` once this transaction is committed."""
        self.topics.add(topic)


def _row(event: Event, sequence: int) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "id": new_id(),
        "application_id": event.application_id,
        "name": event.name,
        "at": event.at,
        "actor": written(event.actor),
        "data": dict(event.data),
    }


def _nothing_due(event: Event, sequence: int) -> Sequence[Job]:
    return ()


def _nobody_counts(name: str) -> None:
    """A command has no figures to keep."""


class Store:
    """The database, opened; `close()` when done."""

    def __init__(
        self,
        url: str,
        *,
        bus: Bus,
        readers: int = 4,
        busy_timeout_s: float = 10.0,
        statement_s: float = 60.0,
        due: Callable[[Event, int], Sequence[Job]] = _nothing_due,
        heard: Callable[[str], None] = _nobody_counts,
    ) -> None:
        self.bus = bus
        self._due, self._heard = due, heard
        self._turn = asyncio.Lock()
        self.sqlite = url.startswith("sqlite")
        self.file = Path(url.split("///", 1)[1]) if self.sqlite else None
        """Where SQLite keeps everything; None on PostgreSQL."""
        if self.sqlite:
            self.engine = _sqlite(url, busy_timeout_s=busy_timeout_s, pool_size=1, read_only=False)
            self._reader = _sqlite(
                url, busy_timeout_s=busy_timeout_s, pool_size=readers, read_only=True
            )
        else:
            bounds = _bounds(busy_timeout_s=busy_timeout_s, statement_s=statement_s)
            self.engine = create_async_engine(
                url,
                pool_size=readers + 4,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args=bounds,
            )
            self._reader = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """Write: commits at the end of the block, rolls back on any exception."""
        # A queue of our own: SQLite's busy handler is unfair, and on PostgreSQL those who wait
        # would hold the connections that readers need.
        async with self._turn, begun(self.engine) as connection:
            if not self.sqlite:
                await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITER)))
            tx = Tx(connection, self._due)
            yield tx
            await connection.commit()
        for topic in tx.topics:
            self.bus.publish(topic)
        for name in tx.told:
            self._heard(name)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """Only read, all of it as of one instant; writers are not held up."""
        async with begun(self._reader) as connection:
            yield Tx(connection, self._due)

    @asynccontextmanager
    async def unbounded(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may take as long as it takes: new tables, a restore."""
        if self.sqlite:
            async with self.engine.begin() as connection:
                yield connection
            return
        engine = create_async_engine(self.engine.url, poolclass=sa.NullPool, hide_parameters=True)
        async with engine.begin() as connection:
            yield connection

    async def snapshot(self, work: Callable[[sa.Connection], Seen]) -> Seen:
        """What a longer look sees, table after table, as of one instant."""
        async with self._reader.connect() as connection:
            return await connection.run_sync(work)

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        async with self.read() as tx:
            await tx.connection.execute(sa.text("SELECT 1"))

    async def close(self) -> None:
        """Give every connection back; whoever uses the store again, in any loop, gets new ones."""
        await self.engine.dispose()
        await self._reader.dispose()
        self._turn = asyncio.Lock()


class Joined(Store):
    """A store whose every step is part of one transaction: all of them stand, or none.

    The transaction is whoever's began it; nobody is woken and nothing is true before its end.
    """

    def __init__(self, store: Store, tx: Tx) -> None:
        self.bus, self.sqlite, self.file = store.bus, store.sqlite, store.file
        self._tx = tx

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """The one transaction."""
        yield self._tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """What the transaction sees: also what it has written."""
        yield self._tx


def _bounds(*, busy_timeout_s: float, statement_s: float) -> dict[str, Any]:
    """How asyncpg connects, so that neither end waits for one that is gone.

    A server that died without a word would keep its session, and with it the writers' lock, until
    PostgreSQL ends what rests in a transaction; a database that did so, its clients' statements.
    """
    lock_ms, rest_ms = (str(round(1000 * s)) for s in (busy_timeout_s, statement_s))
    asked = {"lock_timeout": lock_ms, "idle_in_transaction_session_timeout": rest_ms}
    return {
        "timeout": busy_timeout_s,
        "command_timeout": statement_s,
        "server_settings": asked,
    }


def _sqlite(url: str, *, busy_timeout_s: float, pool_size: int, read_only: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,  # an error's text may reach a log; what was to be written must not
        poolclass=sa.pool.AsyncAdaptedQueuePool,
        connect_args={"timeout": busy_timeout_s},
    )

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, record: object) -> None:
        connection.isolation_level = None  # we begin ourselves: the driver would begin too late
        cursor = connection.cursor()
        pragmas = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"]
        for pragma in [*pragmas, "query_only=ON"] if read_only else pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # IMMEDIATE: a lock taken at the first write could not be waited for.
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
