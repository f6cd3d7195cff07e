"""The house's pose socket: a worker process answers on it, and another one when that one cannot."""

import asyncio
import socket
from pathlib import Path
from typing import Any, Final

import structlog

from ekyc.crew import Crew
from ekyc.settings import Vision
from ekyc.vision.process import WorkerLost, WorkerProcess

log = structlog.get_logger(__name__)

BACKLOG: Final = 64
REST_S: Final = (
    0.5  # between two starts, so that a worker that cannot live does not fill the machine
)


class PoseServer:
    """Keeps one pose worker alive behind a Unix socket that outlives it."""

    def __init__(self, vision: Vision, path: Path) -> None:
        self._vision, self._path = vision, path
        self._crew = Crew()
        self._listening: socket.socket | None = None
        self._worker: WorkerProcess | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the worker, while there is one."""
        return None if self._worker is None else self._worker.pid

    async def start(self) -> None:
        """Open the socket; whoever connects is answered as soon as the worker is up."""
        self._listening = await asyncio.to_thread(_listen, self._path)
        self._crew.start(self._keep(self._listening), name="pose-server")

    async def ping(self) -> str:
        """ok while a worker lives; it loads its models at the first picture. `WorkerLost`."""
        if self._worker is None:
            raise WorkerLost
        return "ok"

    async def close(self) -> None:
        """End the worker and take the socket away."""
        await self._crew.dismiss()
        if self._listening is not None:
            self._listening.close()
            await asyncio.to_thread(self._path.unlink, missing_ok=True)

    async def _keep(self, listening: socket.socket) -> None:
        while True:
            try:
                reason = await self._live(listening)
            except (WorkerLost, OSError) as error:  # of files or memory there may be more later
                reason = type(error).__name__
            log.error("vision.pose-worker-gone", reason=reason)
            await asyncio.sleep(REST_S)

    async def _live(self, listening: socket.socket) -> str:
        """The life of one worker; gives the reason of its end."""
        file = listening.fileno()
        worker = await WorkerProcess.start(
            "ekyc.vision.pose_worker", self._vision, self._greeting(file), files=[file]
        )
        self._worker = worker
        try:
            while True:
                async with asyncio.timeout(self._vision.silence_s):
                    if not await worker.beat():
                        return "ended"
        except TimeoutError:
            return "silent"
        finally:
            self._worker = None
            await worker.kill()

    def _greeting(self, file: int) -> dict[str, Any]:
        vision = self._vision
        own = {
            "path": vision.spoof_model,
            "size_px": vision.spoof_size_px,
            "genuine": vision.spoof_genuine,
        }
        return {"listening": file, "own": own if vision.spoof_model else None}


def _listen(path: Path) -> socket.socket:
    """A socket only this account can reach: its folder is private."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # left behind by a house that was killed
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    path.chmod(0o600)
    listening.listen(BACKLOG)
    return listening
