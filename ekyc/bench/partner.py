"""A process that does what it is told over a pipe, one thing after the other."""

import asyncio
import os
import socket
import sys
from pathlib import Path
from typing import Any, Self

import ekyc
from ekyc.media.pipe import Pipe

_ENDS_WITHIN_S = 10.0


class PartnerGone(RuntimeError):
    """The process ended early; its own last words are on the error stream."""


class Partner:
    """One such process, from its start to its end."""

    def __init__(self, process: asyncio.subprocess.Process, pipe: Pipe) -> None:
        self._process, self._pipe, self._messages = process, pipe, pipe.messages()
        self._turn = asyncio.Lock()

    @classmethod
    async def start(cls, module: str, **greeting: Any) -> Self:
        """`python -m module FD`, greeted; raises `PartnerGone`."""
        ours, theirs = socket.socketpair()
        home = str(Path(ekyc.__file__).parent.parent)
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                module,
                str(theirs.fileno()),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": home},
            )
        ours.setblocking(False)
        partner = cls(process, await Pipe.over(ours))
        try:
            await partner.ask("begin", **greeting)
        except BaseException:
            await partner.end()
            raise
        return partner

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    async def ask(self, do: str, **more: Any) -> Any:
        """What it answers; raises `PartnerGone`."""
        async with self._turn:
            self._pipe.send({"do": do, **more})
            reply = await anext(self._messages, None)
        if reply is None:
            raise PartnerGone(f"process {self.pid} ended while it was asked to {do}")
        return reply["result"]

    async def end(self) -> None:
        """Hang up; it ends by itself, or is killed."""
        self._pipe.close()
        try:
            async with asyncio.timeout(_ENDS_WITHIN_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
