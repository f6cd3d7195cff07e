"""Killable workers for photographs: a few processes, a bounded waiting room, a time limit."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import structlog

from ekyc.domain.document import Portrait, SideResult
from ekyc.domain.errors import Busy, EkycError, ImageUnreadable, leaves
from ekyc.domain.likeness import Face
from ekyc.settings import Documents, Vision
from ekyc.vision import document_task, wire
from ekyc.vision.process import WorkerLost, WorkerProcess

log = structlog.get_logger(__name__)


class TaskFailed(RuntimeError):
    """The task broke, took its worker with it, or did not end in time; the text says which."""


class Pool:
    """Runs one named task in worker processes, started when first needed and killed when stuck."""

    def __init__(self, vision: Vision, *, task: str, settings: Mapping[str, Any]) -> None:
        self._vision, self._greeting = vision, {"task": task, "settings": dict(settings)}
        self._places = asyncio.Semaphore(vision.document_workers)
        self._room = vision.document_workers + vision.document_waiting
        self._inside = 0
        self._idle: list[WorkerProcess] = []

    async def run(self, question: Mapping[str, Any], body: bytes) -> wire.Message:
        """The task's answer.

        Raises what the task refuses, `Busy` when the waiting room or the machine is full,
        `TaskFailed` else.
        """
        if self._inside >= self._room:
            raise Busy
        self._inside += 1
        try:
            async with self._places:
                answer = await self._run(question, body)
        finally:
            self._inside -= 1
        return _judged(answer)

    @property
    def word(self) -> str:
        """How it is: idle, ok or busy."""
        if self._inside >= self._room:
            return "busy"
        return "ok" if self._idle or self._inside else "idle"

    async def close(self) -> None:
        """Kill the workers; what still runs in them is lost."""
        workers, self._idle = self._idle, []
        await asyncio.gather(*(worker.kill() for worker in workers))

    async def _run(self, question: Mapping[str, Any], body: bytes) -> wire.Message:
        """A worker may be lost by this question or by anybody: a second one decides."""
        with contextlib.suppress(WorkerLost):
            return await self._asked(await self._worker(), question, body)
        try:
            return await self._asked(await self._fresh(), question, body)
        except WorkerLost as error:
            raise TaskFailed("WorkerLost") from error

    async def _worker(self) -> WorkerProcess:
        return self._idle.pop() if self._idle else await self._fresh()

    async def _fresh(self) -> WorkerProcess:
        try:
            return await WorkerProcess.start("ekyc.vision.worker", self._vision, self._greeting)
        except TimeoutError as error:
            raise TaskFailed("the worker did not start") from error
        except OSError as error:  # no file or memory left: no fault of the photograph
            log.error("vision.worker-start-failed", reason=type(error).__name__)
            raise Busy from error

    async def _asked(
        self, worker: WorkerProcess, question: Mapping[str, Any], body: bytes
    ) -> wire.Message:
        """This worker's answer; it serves the next question, or is killed. Raises `WorkerLost`."""
        try:
            async with asyncio.timeout(self._vision.document_s):
                answer = await worker.ask(question, body)
        except TimeoutError as error:
            await self._killed(worker, "TimeoutError")
            raise TaskFailed("TimeoutError") from error
        except WorkerLost:
            await self._killed(worker, "WorkerLost")
            raise
        except BaseException:  # whoever asked has gone: nobody may get this answer instead
            await worker.kill()
            raise
        self._idle.append(worker)
        return answer

    async def _killed(self, worker: WorkerProcess, reason: str) -> None:
        await worker.kill()
        log.warning("vision.worker-killed", pid=worker.pid, reason=reason)


class DocumentPool:
    """Reads photographs of documents in worker processes; a `journey.ports.Reader`."""

    def __init__(self, vision: Vision, documents: Documents) -> None:
        settings = documents.model_dump(mode="json")
        self._pool = Pool(vision, task=document_task.NAME, settings=settings)

    async def start(self) -> None:
        """Nothing yet: the first photograph starts a worker, so that the house opens at once."""

    async def ping(self) -> str:
        """idle until the first photograph starts a worker; busy while the waiting room is full."""
        return self._pool.word

    async def read(self, photograph: bytes) -> SideResult:
        """One side of a document.

        Raises `ImageUnreadable` (also for a photograph no worker survives), `ImageTooLarge` and
        `Busy`.
        """
        try:
            return document_task.result_of(await self._pool.run({}, photograph))
        except TaskFailed as error:
            raise ImageUnreadable from error

    async def copy(self, photograph: bytes) -> bytes:
        """The picture alone, not read; refuses as `read` does."""
        try:
            _, picture = await self._pool.run({"only_copy": True}, photograph)
        except TaskFailed as error:
            raise ImageUnreadable from error
        return picture

    async def portrait(self, picture: bytes) -> Portrait:
        """The picture alone with its width, JPEG 2000 too; refuses as `read` does."""
        try:
            head, copied = await self._pool.run({"portrait": True}, picture)
        except TaskFailed as error:
            raise ImageUnreadable from error
        return Portrait(picture=copied, width_px=head["width_px"])

    async def face(self, picture: bytes) -> Face | None:
        """The largest face, to be compared; refuses as `read` does."""
        try:
            head, shown = await self._pool.run({"face": True}, picture)
        except TaskFailed as error:
            raise ImageUnreadable from error
        if head["template"] is None:
            return None
        return Face(template=tuple(head["template"]), face_px=head["face_px"], picture=shown)

    async def close(self) -> None:
        """End the workers."""
        await self._pool.close()


def _judged(answer: wire.Message) -> wire.Message:
    head, _ = answer
    if "refused" in head:
        raise _REFUSALS.get(head["refused"], EkycError)(**head["values"])
    if "failed" in head:
        log.error("vision.task-failed", error=head["failed"], where=head["where"])
        raise TaskFailed(head["failed"])
    return answer


_REFUSALS = {leaf.code: leaf for leaf in leaves() if leaf.__init__ is EkycError.__init__}
