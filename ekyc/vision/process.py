"""The house's end of one vision worker: start it, talk to it, kill it with all it started."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, Self

import structlog

import ekyc
from ekyc.vision import wire

log = structlog.get_logger(__name__)

START_S: Final = 30.0
ONE_THREAD: Final = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS")


class Bounds(Protocol):
    """What a worker may take of the machine."""

    @property
    def niceness(self) -> int:
        """How far it stands back."""
        ...

    @property
    def memory_max_mb(self) -> int:
        """Beyond it the worker ends."""
        ...


class WorkerLost(RuntimeError):
    """The worker ended before it answered."""


class WorkerProcess:
    """One worker in a process group of its own."""

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._process, self._reader, self._writer = process, reader, writer

    @classmethod
    async def start(
        cls, module: str, bounds: Bounds, greeting: Mapping[str, Any], *, files: Sequence[int] = ()
    ) -> Self:
        """Run `python -m module` with a pipe to it and these open files.

        Raises `WorkerLost`, or `OSError` (also `TimeoutError`) when the machine has no room for it.
        """
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs, contextlib.ExitStack() as undo:
            undo.callback(ours.close)
            reader, writer = await asyncio.open_connection(sock=ours)
            undo.callback(writer.close)  # else the loop would go on watching a number given anew
            process = await _run(module, theirs.fileno(), files)
            undo.pop_all()
        worker = cls(process, reader, writer)
        walls = {"niceness": bounds.niceness, "memory_max_mb": bounds.memory_max_mb}
        try:
            async with asyncio.timeout(START_S):
                ready, _ = await worker.ask({**greeting, "walls": walls})
        except BaseException:
            await worker.kill()
            raise
        log.info("vision.worker-started", module=module, pid=worker.pid, walled=ready["walled"])
        return worker

    @property
    def pid(self) -> int:
        """Process id, which is also its group's."""
        return self._process.pid

    async def ask(self, head: Mapping[str, Any], body: bytes = b"") -> wire.Message:
        """Send one message and wait for the next; `WorkerLost` when there will be none."""
        try:
            self._writer.write(wire.packed(head, body))
            await self._writer.drain()
            return await wire.receive(self._reader)
        except (OSError, EOFError, ValueError) as error:
            raise WorkerLost(type(error).__name__) from error

    async def beat(self) -> bool:
        """Wait for a sign of life; False when it ended."""
        with contextlib.suppress(OSError):
            return bool(await self._reader.read(wire.HEAD_BYTES))
        return False

    async def kill(self) -> None:
        """End it and every program it started, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        await self._process.wait()
        self._writer.close()


async def _run(module: str, pipe: int, files: Sequence[int]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        str(pipe),
        pass_fds=[pipe, *files],
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        # A group, to be ended whole; not a session: the kernel shares the processor out by
        # session first, and little priority would count for nothing beside calls (sched(7)).
        process_group=0,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    """The worker finds this very package, starts one thread a library, and knows no secret."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("EKYC_")}
    home = str(Path(ekyc.__file__).parent.parent)
    path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
    return {**known, **dict.fromkeys(ONE_THREAD, "1"), "PYTHONPATH": path}
