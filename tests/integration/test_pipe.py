"""The pipe between the house and a media worker, when one of them is gone."""

import asyncio
import socket

import uvloop

from ekyc.media.pipe import Pipe


def test_whoever_is_left_alone_goes_on_without_being_heard() -> None:
    """A server was killed: its worker reports what it closes to nobody, and closes all of it."""

    async def report_to_nobody() -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        pipe = await Pipe.over(ours)
        theirs.close()
        assert [message async for message in pipe.messages()] == []
        for recording in range(3):
            pipe.send({"closed": recording})
            await asyncio.sleep(0.01)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as workers:
        workers.run(report_to_nobody())
