"""The house's handle on its media workers: opens rooms in them, hears what happens there.

A worker that dies or falls silent is replaced; its rooms are reported lost, and their recordings
closed at the last cluster on the disk.
"""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path, PurePath
from typing import Any

import structlog

import ekyc
from ekyc.clock import SteadyClock
from ekyc.crew import Crew
from ekyc.domain.errors import Busy, EkycError, NotFound, leaves
from ekyc.domain.pulse import Pulse
from ekyc.domain.room import Quality, RecordingClosed, RoomEvent, RoomLost, Seating
from ekyc.domain.seal import DataKey
from ekyc.media.pipe import Message, Pipe, event_of
from ekyc.settings import Ice, Media

log = structlog.get_logger(__name__)

_PING_S = 2.0
_START_S = 30.0
_REST_S = 1.0  # between two starts, so that a worker that cannot live does not fill the machine
_MOST_FIGURES = 1000  # unread events beyond which figures that change every second are left out


class WorkerFailed(RuntimeError):
    """A media worker did not come up; its own last words are on the error stream."""


class MediaWorker:
    """One worker process, from its start to its end."""

    def __init__(self, process: asyncio.subprocess.Process, pipe: Pipe, *, place: int) -> None:
        self._process, self._pipe, self.place = process, pipe, place
        self._messages = pipe.messages()
        self._replies: dict[int, asyncio.Future[Any]] = {}
        self._numbers = count(1)
        self.pulse: Pulse | None = None
        """As it was when it last answered; None until it has."""
        self.rooms: set[str] = set()
        self.growing: dict[PurePath, RecordingClosed] = {}
        """Recordings it writes, by their file."""
        self.is_heard_out = asyncio.Event()
        """Set once everything it ever said is passed on."""

    @classmethod
    async def start(cls, greeting: Message, *, place: int) -> "MediaWorker":
        """A worker that is ready; raises `WorkerFailed`."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "ekyc.media.worker",
                str(theirs.fileno()),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                env=_environment(),
            )
        ours.setblocking(False)
        worker = cls(process, await Pipe.over(ours), place=place)
        worker._pipe.send(greeting)
        try:
            async with asyncio.timeout(_START_S):
                if await anext(worker._messages, None) is None:
                    raise WorkerFailed
        except BaseException:
            await worker.kill()
            raise
        return worker

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    async def command(self, do: str, room: str, **more: Any) -> Any:
        """What the worker replies; raises what it raised, or `NotFound` when it died."""
        number = next(self._numbers)
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._replies[number] = reply
        self._pipe.send({"id": number, "do": do, "room": room, **more})
        try:
            return await reply
        finally:
            self._replies.pop(number, None)

    def forget(self, room: str) -> None:
        """Close a room that may not have come to be; nobody waits for the reply."""
        self.rooms.discard(room)
        self._pipe.send({"id": next(self._numbers), "do": "close", "room": room})

    async def events(self) -> AsyncIterator[RoomEvent]:
        """What happens in its rooms, until it ends; replies are handed to those who wait."""
        async for message in self._messages:
            if "event" in message:
                event = event_of(message)
                if isinstance(event, RecordingClosed):
                    self.growing.pop(event.path, None)
                yield event
            elif "growing" in message:
                recording = event_of(message["growing"])
                assert isinstance(recording, RecordingClosed)  # nothing else grows
                self.growing[recording.path] = recording
            else:
                self._replied(message)
        for reply in self._replies.values():
            if not reply.done():
                reply.set_exception(NotFound())

    def _replied(self, message: Message) -> None:
        reply = self._replies.get(message["id"])
        if reply is None or reply.done():
            return
        if "error" in message:
            reply.set_exception(_ERRORS.get(message["error"], EkycError)())
        else:
            reply.set_result(message.get("result"))

    async def keep_alive(self, silence_s: float) -> None:
        """Kill a worker that does not answer: a stopped process holds its calls hostage."""
        while True:
            try:
                async with asyncio.timeout(silence_s):
                    await self.ping()
            except TimeoutError:
                log.error("media.worker-silent", pid=self.pid)
                await self.kill()
            except NotFound:  # it ended
                return
            await asyncio.sleep(_PING_S)

    async def ping(self) -> None:
        """It answers; raises `NotFound` when it has died."""
        self.pulse = Pulse.from_json(await self.command("ping", ""))

    def ask_to_stop(self) -> None:
        """Let it close its rooms and exit."""
        self._pipe.send({"do": "stop"})

    async def end(self, within_s: float) -> None:
        """Wait for it to exit; kill it if it does not."""
        try:
            async with asyncio.timeout(within_s):
                await self._process.wait()
        except TimeoutError:
            await self.kill()
        self._pipe.close()

    async def kill(self) -> None:
        """End it at once; what it recorded is readable up to its last cluster."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self._pipe.close()


class MediaPlane:
    """All media workers; a room lives in the one that had the fewest."""

    def __init__(
        self,
        media: Media,
        ice: Ice,
        spool: Path,
        pose_socket: Path,
        clock: SteadyClock | None = None,
    ) -> None:
        """`clock`: the one workers date their reports by; None: the machine's."""
        self._media, self._clock = media, clock
        self._greeting: Message = {
            "media": media.model_dump(mode="json"),
            "ice": ice.model_dump(mode="json"),
            "spool": str(spool.absolute()),
            "pose_socket": str(pose_socket.absolute()),
        }
        self._crew = Crew()
        self._workers: list[MediaWorker] = []
        self._homes: dict[str, MediaWorker] = {}
        self._events: asyncio.Queue[RoomEvent | None] = asyncio.Queue()
        self._is_staffed = asyncio.Event()
        self._is_closing = False

    async def start(self) -> None:
        """Have the workers started; rooms opened before they are up wait for them."""
        for number in range(self._media.workers):
            self._crew.start(self._employ(number), name=f"media.workers-{number}")

    async def close(self) -> None:
        """End all rooms; `events` ends after the last recording is reported."""
        self._is_closing = True
        workers = list(self._workers)
        for worker in workers:
            worker.ask_to_stop()
        await asyncio.gather(*(worker.end(self._media.stop_s) for worker in workers))
        # The last events are still being read from the pipes.
        await asyncio.gather(*(worker.is_heard_out.wait() for worker in workers))
        await self._crew.dismiss()
        self._events.put_nowait(None)

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers."""
        return [worker.pid for worker in self._workers]

    async def ping(self) -> None:
        """Every worker answers; raises `Busy` when there is none, `NotFound` when one has died."""
        if not self._workers:
            raise Busy
        await asyncio.gather(*(worker.ping() for worker in list(self._workers)))

    @property
    def pulses(self) -> Mapping[int, Pulse]:
        """How the workers were when they last answered, by their place among them."""
        return {worker.place: worker.pulse for worker in self._workers if worker.pulse is not None}

    async def events(self) -> AsyncIterator[RoomEvent]:
        """What happens in the rooms, in order, until the plane is closed; for one reader."""
        while (event := await self._events.get()) is not None:
            yield event

    async def open_room(
        self,
        room: str,
        *,
        parties: Sequence[str],
        hears: Mapping[str, Sequence[str]],
        seal: DataKey | None,
    ) -> None:
        """Make room for these parties; raises `Busy` when no worker comes up.

        What is recorded is sealed with `seal`; without it nothing is.
        """
        if room in self._homes:
            return
        worker = await self._least_loaded()
        self._homes[room] = worker
        worker.rooms.add(room)
        try:
            await worker.command(
                "open",
                room,
                parties=list(parties),
                hears={ear: list(voices) for ear, voices in hears.items()},
                seal=seal and seal.to_json(),
            )
        except BaseException:  # who opens it again must not be told that it is there
            self._homes.pop(room, None)
            worker.forget(room)
            raise

    async def answer(self, room: str, *, party: str, offer: str) -> str:
        """The answer to an offer; `OfferRefused`, `NoCommonCodec`, `NotFound`, `Busy`."""
        answer: str = await self._home(room).command("answer", room, party=party, offer=offer)
        return answer

    async def arrange(self, room: str, seating: Seating) -> None:
        """Seat guests, and say anew who hears whom; `NotFound`."""
        await self._home(room).command(
            "arrange",
            room,
            parties=list(seating.parties),
            hears={ear: list(voices) for ear, voices in seating.hears.items()},
            recorded=list(seating.recorded),
        )

    async def drop(self, room: str, *, party: str) -> None:
        """End one party's connection."""
        await self._home(room).command("drop", room, party=party)

    async def close_room(self, room: str) -> None:
        """End a room; its recordings are closed and reported. A room that is gone is fine."""
        worker = self._homes.pop(room, None)
        if worker is not None:
            with contextlib.suppress(NotFound):
                await worker.command("close", room)
            worker.rooms.discard(room)

    async def place(self, room: str, *, party: str, place: str) -> None:
        """Write into a party's recording from now on where it is: a JSON object, or nothing."""
        await self._home(room).command("place", room, party=party, place=place)

    async def cancel_movement(self, room: str) -> None:
        """Stop watching, if anybody does."""
        await self._home(room).command("cancel_movement", room)

    async def ask_movement(self, room: str, *, party: str, movement: str, direction: str) -> None:
        """Watch a party do one movement, instead of any other; the verdict comes as an event."""
        await self._home(room).command(
            "ask_movement", room, party=party, movement=movement, direction=direction
        )

    async def _least_loaded(self) -> MediaWorker:
        try:
            async with asyncio.timeout(_START_S):
                await self._is_staffed.wait()
        except TimeoutError:
            raise Busy from None
        return min(self._workers, key=lambda each: len(each.rooms))

    def _home(self, room: str) -> MediaWorker:
        worker = self._homes.get(room)
        if worker is None:
            raise NotFound
        return worker

    # The life of a worker

    async def _employ(self, place: int) -> None:
        """Keep one worker running: when it ends, report what is lost and start another."""
        while not self._is_closing:
            try:
                booted_at = self._clock and self._clock.booted_at.isoformat()
                greeting = {**self._greeting, "booted_at": booted_at}
                worker = await MediaWorker.start(greeting, place=place)
            except (WorkerFailed, OSError) as error:
                log.error("media.worker-start-failed", reason=type(error).__name__)
                await asyncio.sleep(_REST_S)
                continue
            self._workers.append(worker)
            self._is_staffed.set()
            await self._listen(worker)
            if not self._is_closing:
                log.error("media.worker-died", pid=worker.pid, rooms=len(worker.rooms))
                # One that still runs without its pipe is closing its recordings.
                self._crew.start(worker.end(self._media.stop_s), name=f"media.end-{worker.pid}")

    async def _listen(self, worker: MediaWorker) -> None:
        """Pass on what a worker tells, to its end."""
        watch = asyncio.create_task(worker.keep_alive(self._media.silence_s))
        try:
            async for event in worker.events():
                self._pass_on(event)
        finally:
            watch.cancel()
            self._workers.remove(worker)
            if not self._workers:
                self._is_staffed.clear()
        self._bury(worker)
        worker.is_heard_out.set()

    def _pass_on(self, event: RoomEvent) -> None:
        if isinstance(event, Quality) and self._events.qsize() > _MOST_FIGURES:
            return
        self._events.put_nowait(event)

    def _bury(self, worker: MediaWorker) -> None:
        """A dead worker's rooms are gone; what it recorded of them ends where the disk has it."""
        for recording in worker.growing.values():
            jumped_s = self._clock.jump_s() if self._clock else 0.0
            self._pass_on(_cut_off(recording, jumped_s))
        for room in worker.rooms:
            self._homes.pop(room, None)
            if not self._is_closing:
                self._events.put_nowait(RoomLost(room=room))


def _cut_off(recording: RecordingClosed, jumped_s: float) -> RecordingClosed:
    """A recording whose writer died: its last write says how long it is.

    Files are dated by the machine's clock, which is so much ahead of ours.
    """
    try:
        state = Path(recording.path).stat()
    except FileNotFoundError:  # not even begun
        return recording
    written_at = datetime.fromtimestamp(state.st_mtime - jumped_s, UTC)
    lasted = written_at - recording.started_at
    return replace(
        recording,
        duration_ms=max(0, round(lasted.total_seconds() * 1000)),
        size_bytes=state.st_size,
    )


def _environment() -> dict[str, str]:
    """The worker finds this very package, wherever the server was started."""
    home = str(Path(ekyc.__file__).parent.parent)
    path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path}


_ERRORS = {leaf.code: leaf for leaf in leaves() if leaf.__init__ is EkycError.__init__}
