"""The servers under load: ours, Janus and the naive one, each connecting and recording calls."""

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Protocol

from ekyc.bench.janus import Janus
from ekyc.bench.partner import Partner
from ekyc.domain.pulse import Pulse
from ekyc.domain.room import PartyConnected, RecordingClosed, RoomEvent
from ekyc.media.plane import MediaPlane
from ekyc.sealed.form import KEY_BYTES, CustomerKey
from ekyc.sealed.reader import Reader, Stream
from ekyc.settings import Ice, Media
from ekyc.storage.store import new_id

PARTIES = ("customer", "agent")
_CONNECTS_WITHIN_S = 30.0
_UNDER_WAY_S = 0.3
"""Before a call is ended: its last packets still arrive."""

_HEARS = {"customer": ["agent"], "agent": ["customer"]}


async def _nothing(answer: str) -> None:
    """Take it at once."""


class Subject(Protocol):
    """A server under load."""

    @property
    def pid(self) -> int:
        """The process whose cost counts."""
        ...

    async def start(self) -> None:
        """Be ready for calls."""
        ...

    async def connect(self, load: Partner, call: int) -> None:
        """Connect both people of a call with each other, and record both."""
        ...

    async def stop(self) -> None:
        """End every call, with its recordings closed."""
        ...

    @property
    def tasks(self) -> int | None:
        """How many tasks its loop holds, where that is known."""
        ...

    def recordings(self) -> Iterator[Path | Stream]:
        """What was recorded and a player can read as it is."""
        ...


class Ekyc:
    """The product's own media worker, started and spoken to as the product does."""

    def __init__(self, folder: Path, *, host: str) -> None:
        folder.mkdir()
        self._plane = MediaPlane(
            Media(workers=1),
            Ice(hosts=[host], port_min=20_000, port_max=32_000),
            folder / "spool",
            folder / "pose.sock",
        )
        self._owner = CustomerKey(id=new_id(), key=os.urandom(KEY_BYTES))
        self._key = self._owner.data_key()
        self._recordings: list[Path] = []
        self._numbers = count()
        self._rooms: dict[int, str] = {}
        self.answers: dict[int, str] = {}
        """The last one each caller was given."""
        self._present: Counter[str] = Counter()
        self._came = asyncio.Condition()
        self.hears: Callable[[RoomEvent], None] = lambda event: None
        """Somebody who is told every event too."""

    @property
    def pid(self) -> int:
        """The media worker."""
        return self._plane.pids[0]

    async def start(self) -> None:
        """One worker."""
        await self._plane.start()
        self._listening = asyncio.create_task(self._listen())
        await self._plane.open_room("first", parties=[], hears={}, seal=None)

    async def _listen(self) -> None:
        async for event in self._plane.events():
            self.hears(event)
            if isinstance(event, RecordingClosed):
                self._recordings.append(Path(event.path))
            elif isinstance(event, PartyConnected):
                async with self._came:
                    self._present[event.room] += 1
                    self._came.notify_all()

    async def connect(
        self, load: Partner, call: int, *, meanwhile: Callable[[str], Awaitable[None]] = _nothing
    ) -> None:
        """A recorded room of two; `TimeoutError` when they do not come.

        `meanwhile` is what happens between an answer and its taking.
        """
        room = self._rooms[call] = f"{call}-{next(self._numbers)}"
        await self._plane.open_room(room, parties=PARTIES, hears=_HEARS, seal=self._key)
        for place, party in enumerate(PARTIES):
            caller = 2 * call + place
            offer = await load.ask("offer", caller=caller)
            answer = await self._plane.answer(room, party=party, offer=offer)
            self.answers[caller] = answer
            await meanwhile(answer)
            await load.ask("take_answer", caller=caller, sdp=answer)
        async with asyncio.timeout(_CONNECTS_WITHIN_S), self._came:
            await self._came.wait_for(lambda: self._present[room] >= len(PARTIES))

    async def renew(self, load: Partner, call: int) -> None:
        """End a call and begin another in its place."""
        await self.hang_up(load, call)
        await self.connect(load, call)
        await load.ask("go_on", call=call)

    async def hang_up(self, load: Partner, call: int) -> None:
        """End a call; two others wait in its place."""
        await load.ask("hang_up", call=call, pause_s=_UNDER_WAY_S)
        await self._plane.close_room(self._rooms[call])

    async def ask_movement(self, call: int, movement: str, direction: str) -> None:
        """Watch this call's customer."""
        await self._plane.ask_movement(
            self._rooms[call], party=PARTIES[0], movement=movement, direction=direction
        )

    async def pulse(self) -> Pulse:
        """How its worker is now."""
        await self._plane.ping()
        return self._plane.pulses[0]

    async def refused(self) -> Mapping[str, int]:
        """Datagrams it did not let in, by reason."""
        return (await self.pulse()).refused

    @property
    def tasks(self) -> int | None:
        """By the worker's own count, some seconds old at most."""
        return next((pulse.tasks for pulse in self._plane.pulses.values()), None)

    async def stop(self) -> None:
        """Rooms are closed as the product closes them."""
        await self._plane.close()
        await self._listening

    def recordings(self) -> Iterator[Stream]:
        """The spool's files, opened one after the other."""
        for path in self._recordings:
            with Reader(path, self._owner) as reader:
                yield Stream(reader)


class JanusSubject:
    """Janus, with as many event loops as it likes (default), or so many."""

    def __init__(self, folder: Path, *, host: str, loops: int | None) -> None:
        self._folder = folder
        self._janus = Janus(folder, host=host, loops=loops)

    @property
    def pid(self) -> int:
        """Janus."""
        return self._janus.pid

    async def start(self) -> None:
        """Start Janus."""
        await self._janus.start()

    async def connect(self, load: Partner, call: int) -> None:
        """One calls, the other accepts, both are recorded."""
        first, second = 2 * call, 2 * call + 1
        calling = await self._janus.attach(f"caller-{first}")
        called = await self._janus.attach(f"caller-{second}")
        offer = {"type": "offer", "sdp": await load.ask("offer", caller=first)}
        await self._janus.tell(calling, {"request": "call", "username": f"caller-{second}"}, offer)
        offered = await self._janus.description(called, "incomingcall")
        answer = await load.ask("answer", caller=second, sdp=offered)
        await self._janus.tell(called, {"request": "accept"}, {"type": "answer", "sdp": answer})
        accepted = await self._janus.description(calling, "accepted")
        await load.ask("take_answer", caller=first, sdp=accepted)
        for caller, handle in ((first, calling), (second, called)):
            await load.ask("connected", caller=caller)
            file = str(self._folder / f"caller-{caller}")
            recorded = {"request": "set", "audio": True, "video": True, "bitrate": 0}
            await self._janus.tell(handle, {**recorded, "record": True, "filename": file})

    async def stop(self) -> None:
        """End Janus."""
        await self._janus.stop()

    @property
    def tasks(self) -> int | None:
        """It has none."""
        return None

    def recordings(self) -> Iterator[Path]:
        """An .mjr has to be converted before anybody can play it."""
        return iter(())


class Naive:
    """MediaRelay and MediaRecorder, one call."""

    def __init__(self, folder: Path, *, host: str) -> None:
        folder.mkdir()
        self._folder, self._host = folder, host

    @property
    def pid(self) -> int:
        """Its process."""
        return self._partner.pid

    async def start(self) -> None:
        """Start its process."""
        self._partner = await Partner.start(
            "ekyc.bench.naive", folder=str(self._folder), host=self._host
        )

    async def connect(self, load: Partner, call: int) -> None:
        """Its one call."""
        for caller in (2 * call, 2 * call + 1):
            offer = await load.ask("offer", caller=caller)
            answer = await self._partner.ask("answer", side=caller, sdp=offer)
            await load.ask("take_answer", caller=caller, sdp=answer)

    async def stop(self) -> None:
        """Hang up and write the rest."""
        await self._partner.end()

    @property
    def tasks(self) -> int | None:
        """It does not say."""
        return None

    def recordings(self) -> Iterator[Path]:
        """Two mp4, whole once they are closed."""
        return (self._folder / f"{caller}.mp4" for caller in (0, 1))


OURS = "ekyc"
SUBJECTS: dict[str, Callable[[Path, str], Subject]] = {
    OURS: lambda folder, host: Ekyc(folder, host=host),
    "janus": lambda folder, host: JanusSubject(folder, host=host, loops=1),
    "janus-default": lambda folder, host: JanusSubject(folder, host=host, loops=None),
    "naive": lambda folder, host: Naive(folder, host=host),
}
PEERS = tuple(name for name in SUBJECTS if name != OURS)
