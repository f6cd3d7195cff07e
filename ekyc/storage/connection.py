"""A connection whose statements end before a cancellation is heard.

A task cancelled half-way (a customer hung up, the server stops) would have SQLAlchemy close
SQLite's connection with a statement open, and such a connection keeps the writers' lock: nobody
could write any more. So what is under way ends first; then the cancellation goes on, and what was
not committed is rolled back.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")


async def ended(work: Awaitable[T]) -> T:
    """The work's result; who is cancelled meanwhile is cancelled when it has ended."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # looked at: the cancellation is what is told
        raise


class Connection:
    """One connection in a transaction; `execute` is SQLAlchemy's."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def execute(
        self, statement: sa.Executable, parameters: Any = None
    ) -> sa.CursorResult[Any]:
        """Run one statement to its end."""
        return await ended(self._connection.execute(statement, parameters))

    async def commit(self) -> None:
        """Make everything since the beginning true at once."""
        await ended(self._connection.commit())


@asynccontextmanager
async def begun(engine: AsyncEngine) -> AsyncIterator[Connection]:
    """A connection with a transaction begun; what is not committed in the block is rolled back."""
    connection = engine.connect()
    try:
        _ = await ended(connection.start())
        _ = await ended(connection.begin())
        yield Connection(connection)
    finally:
        if connection.sync_connection is not None:
            await ended(connection.close())
