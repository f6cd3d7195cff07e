"""A process of the bench that is told what to do over a pipe."""

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable

import uvloop


def run(work: Callable[[socket.socket], Awaitable[None]]) -> None:
    """Do the work with the pipe whose file descriptor is named on the command line."""
    end = socket.socket(fileno=int(sys.argv[1]))
    end.setblocking(False)

    async def until_told_nothing_more() -> None:
        await work(end)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(until_told_nothing_more())
