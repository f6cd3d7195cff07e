"""A connection whose statements end before a cancellation is heard.

A task cancelled half-way (a customer hung up, the server stops) would have SQLAlchemy close
SQLite's connection with a statement open, and such a connection keeps the writers' lock: nobody
could write any more. So what is under way ends first; then the cancellation goes on, and what was
not committed is rolled back. A statement on PostgreSQL is not waited for longer than a moment: a
database that is gone without a word would hold everybody who gives up; its connection is cut.
"""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")

_MOMENT_S = 1.0


async def ended(work: Awaitable[T], on: AsyncConnection) -> T:
    """The work's result; who is cancelled meanwhile is cancelled when it has ended."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await _outlast(task, on)
        if not task.cancelled():
            task.exception()  # looked at: the cancellation is what is told
        raise


async def _outlast(task: asyncio.Future[Any], on: AsyncConnection) -> None:
    """Wait until it has ended, and see to it that on PostgreSQL it does."""
    clock = asyncio.get_running_loop()
    until = math.inf if on.engine.dialect.name == "sqlite" else clock.time() + _MOMENT_S
    while not task.done():
        left_s = None if until == math.inf else max(0.0, until - clock.time())
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([task], timeout=left_s)
        if not task.done() and clock.time() >= until:
            _cut(on)
            task.cancel()
            until += _MOMENT_S


def _cut(connection: AsyncConnection) -> None:
    """Close the line without a word to the other end; one that is not made yet has none."""
    made = connection.sync_connection
    pooled = None if made is None or made.closed or made.invalidated else made.connection
    if pooled is not None and pooled.driver_connection is not None:
        pooled.driver_connection.terminate()


class Connection:
    """One connection in a transaction; `execute` is SQLAlchemy's."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def execute(
        self, statement: sa.Executable, parameters: Any = None
    ) -> sa.CursorResult[Any]:
        """Run one statement to its end."""
        return await ended(self._connection.execute(statement, parameters), self._connection)

    async def commit(self) -> None:
        """Make everything since the beginning true at once."""
        await ended(self._connection.commit(), self._connection)


@asynccontextmanager
async def begun(engine: AsyncEngine) -> AsyncIterator[Connection]:
    """A connection with a transaction begun; what is not committed in the block is rolled back."""
    connection = engine.connect()
    try:
        _ = await ended(connection.start(), connection)
        _ = await ended(connection.begin(), connection)
        yield Connection(connection)
    finally:
        if connection.sync_connection is not None:
            await ended(connection.close(), connection)
