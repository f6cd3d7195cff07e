"""A media worker: a process that holds rooms, told what to do over its pipe.

Started by `plane` as `python -m ekyc.media.worker FD`. It has no database, no HTTP and no models.
When the pipe closes (the server is gone, killed or not) it closes its recordings and exits.
"""

import asyncio
import gc
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import structlog
import uvloop

from ekyc import logs
from ekyc.crew import Crew
from ekyc.domain.errors import EkycError, NotFound
from ekyc.domain.movement import Direction
from ekyc.domain.room import Quality, RoomEvent, RoomPlan, Seating
from ekyc.domain.seal import DataKey
from ekyc.media import pump
from ekyc.media.clock import CLOCK
from ekyc.media.intake import Intake, Waiting
from ekyc.media.libraries import check_libraries
from ekyc.media.network import use_network
from ekyc.media.pipe import Message, Pipe, event_message
from ekyc.media.pulse import Watch
from ekyc.media.room import Room
from ekyc.media.surroundings import Surroundings
from ekyc.settings import Ice, Media

log = structlog.get_logger(__name__)

_COLLECT = 50_000, 20, 100  # packets in the histories are no garbage; looking at them costs 2 %
_TIDY_S = 20.0
"""What a call leaves is some thousand objects that name each other. If they outlive one collection,
the next one that looks at them is hours away: so all are looked at when calls have ended. Not for
each: it takes five milliseconds and more."""
_UNREAD_BYTES = 1 << 20  # beyond it the house is too slow for figures that change every second


class Worker:
    """The rooms of this process."""

    def __init__(self, pipe: Pipe, around: Surroundings, intake: Intake) -> None:
        self._pipe, self._around = pipe, around
        self._rooms: dict[str, Room] = {}
        self._watch = Watch(intake, lambda: (room.traffic for room in self._rooms.values()))
        self._turns: dict[str, asyncio.Lock] = {}
        self._tidied_at = 0.0
        self._crew = Crew()
        self._commands: Mapping[str, Callable[[Message], Awaitable[object]]] = {
            "open": self._open,
            "answer": self._answer,
            "drop": self._drop,
            "arrange": self._arrange,
            "close": self._close,
            "place": self._place,
            "ask_movement": self._ask_movement,
            "cancel_movement": self._cancel_movement,
        }

    async def serve(self) -> None:
        """Do what the pipe says until it closes, or says stop."""
        self._crew.start(self._watch.run(), name="media.watch")
        async for message in self._pipe.messages():
            if message["do"] == "stop":
                break
            if message["do"] == "ping":
                pulse = self._watch.pulse()
                self._pipe.send({"id": message["id"], "result": pulse.to_json()})
                continue
            self._crew.start(self._run(message), name=f"media.{message['do']}")
        await self.stop()

    async def stop(self) -> None:
        """End every room; their recordings are closed and reported."""
        rooms, self._rooms = list(self._rooms.values()), {}
        await asyncio.gather(*(room.close() for room in rooms))
        await self._crew.dismiss()

    async def _run(self, message: Message) -> None:
        """One command, after those the same room was given before; always replies."""
        reply: Message = {"id": message["id"]}
        turn = self._turns.setdefault(message["room"], asyncio.Lock())
        async with turn:
            try:
                reply["result"] = await self._commands[message["do"]](message)
            except EkycError as error:
                reply["error"] = error.code
            except Exception as error:
                log.error("media.command-failed", command=message["do"], exc_info=error)
                reply["error"] = EkycError.code
        if message["room"] not in self._rooms:
            self._turns.pop(message["room"], None)
        self._pipe.send(reply)

    def _room(self, message: Message) -> Room:
        room = self._rooms.get(message["room"])
        if room is None:
            raise NotFound
        return room

    async def _open(self, message: Message) -> None:
        name = message["room"]
        if name not in self._rooms:
            plan = RoomPlan(
                parties=message["parties"],
                hears=message["hears"],
                seal=message["seal"] and DataKey.from_json(message["seal"]),
            )
            self._rooms[name] = Room(name, plan, self._around)

    async def _answer(self, message: Message) -> str:
        return await self._room(message).answer(message["party"], message["offer"])

    async def _arrange(self, message: Message) -> None:
        seating = Seating(
            parties=message["parties"], hears=message["hears"], recorded=message["recorded"]
        )
        await self._room(message).arrange(seating)

    async def _drop(self, message: Message) -> None:
        await self._room(message).drop(message["party"])

    async def _close(self, message: Message) -> None:
        room = self._rooms.pop(message["room"], None)
        if room is not None:
            self._watch.closed(room.traffic)
            await room.close()
            self._tidy(time.monotonic())

    def _tidy(self, now: float) -> None:
        if now - self._tidied_at >= _TIDY_S:
            self._tidied_at = now
            gc.collect()

    async def _place(self, message: Message) -> None:
        self._room(message).place(message["party"], message["place"])

    async def _cancel_movement(self, message: Message) -> None:
        self._room(message).cancel_movement()

    async def _ask_movement(self, message: Message) -> None:
        self._room(message).ask_movement(
            message["party"], message["movement"], Direction(message["direction"])
        )


async def _main(end: socket.socket, selector: Waiting | None) -> None:
    pipe = await Pipe.over(end)
    greeting = await anext(pipe.messages(), None)
    if greeting is None:
        return
    if booted_at := greeting["booted_at"]:
        CLOCK.follow(datetime.fromisoformat(booted_at))
    settings = Media.model_validate(greeting["media"])
    ice = Ice.model_validate(greeting["ice"])
    spool = Path(greeting["spool"])
    await asyncio.to_thread(spool.mkdir, mode=0o700, parents=True, exist_ok=True)
    await check_libraries(settings.path)
    intake = use_network(ice.hosts, ice.port_min, ice.port_max, gather_s=settings.gather_ms / 1000)
    if selector is not None:
        intake.wait_in(selector)

    def tell(event: RoomEvent) -> None:
        if not (isinstance(event, Quality) and pipe.unread_bytes > _UNREAD_BYTES):
            pipe.send(event_message(event))

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="disk") as disk:
        around = Surroundings(
            settings=settings,
            spool=spool,
            pose_socket=Path(greeting["pose_socket"]),
            disk=disk,
            tell=tell,
            growing=lambda recording: pipe.send({"growing": event_message(recording)}),
        )
        gc.freeze()  # what is loaded now stays; the collector need not look at it again
        gc.set_threshold(*_COLLECT)
        worker = Worker(pipe, around, intake)
        pipe.send({"ready": True})
        await _until_stopped(worker)
    pipe.close()


async def _until_stopped(worker: Worker) -> None:
    """Serve until the pipe closes; a polite signal is as good."""
    serving = asyncio.ensure_future(worker.serve())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        await worker.stop()


def main() -> None:
    """Run the worker whose pipe is the file descriptor named on the command line."""
    logs.configure()
    # Ctrl-C reaches the whole group; the server decides when the calls end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end = socket.socket(fileno=int(sys.argv[1]))
    end.setblocking(False)
    if pump.standing() is not pump.Standing.READY:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_main(end, None))
    else:  # its loop waits in the library
        selector = Waiting()
        with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
            runner.run(_main(end, selector))


if __name__ == "__main__":
    main()
