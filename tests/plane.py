"""A media plane on loopback, and people with a camera of one colour who visit it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import av
import numpy as np
from av.container import InputContainer

from ekyc.clock import SteadyClock
from ekyc.demo.peer import MediaClient, Rgb, Samples
from ekyc.domain.room import RecordingClosed, RoomEvent
from ekyc.media.finish import finish
from ekyc.media.plane import MediaPlane
from ekyc.sealed.form import CustomerKey
from ekyc.sealed.playable import Playable
from ekyc.sealed.reader import Source, Stream
from ekyc.settings import Ice, Media
from ekyc.storage.store import new_id

PARTIES = ["customer", "agent"]
OWNER = CustomerKey(id="0c" * 16, key=b"o" * 32)
"""The customer of these calls."""
BOTH = {"customer": ["agent"], "agent": ["customer"]}
AN_HOUR_BEHIND = SteadyClock()
"""The server's clock here: the machine's was put forward after it had started."""
AN_HOUR_BEHIND.follow(AN_HOUR_BEHIND.booted_at - timedelta(hours=1))
RED, BLUE = (200, 30, 30), (30, 30, 200)
Event = TypeVar("Event", bound=RoomEvent)


class House:
    """A media plane, everything it reported, and the people it was visited by."""

    def __init__(self, plane: MediaPlane) -> None:
        self.plane = plane
        self.heard: list[RoomEvent] = []
        self.passes_on: Callable[[RoomEvent], None] = lambda event: None
        """Somebody who hears every event too."""
        self.answers: list[str] = []
        self._guests: list[MediaClient] = []
        self._came = asyncio.Condition()
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for event in self.plane.events():
            async with self._came:
                self.heard.append(event)
                self.passes_on(event)
                self._came.notify_all()

    def all(self, kind: type[Event], **fields: Any) -> list[Event]:
        """What was heard of this kind, with these values."""
        return [
            event
            for event in self.heard
            if isinstance(event, kind)
            and all(getattr(event, name) == value for name, value in fields.items())
        ]

    async def until(
        self, kind: type[Event], *, within_s: float = 20, count: int = 1, **fields: Any
    ) -> Event:
        """The newest of so many; `TimeoutError` when they do not come."""
        async with asyncio.timeout(within_s), self._came:
            await self._came.wait_for(lambda: len(self.all(kind, **fields)) >= count)
        return self.all(kind, **fields)[-1]

    def recordings(self) -> dict[str, RecordingClosed]:
        """Closed recordings by party."""
        return {event.party: event for event in self.all(RecordingClosed)}

    async def open_call(self, *, record: bool = True) -> None:
        """The room "call" of a customer and an agent."""
        await self.plane.open_room(
            "call", parties=PARTIES, hears=BOTH, seal=OWNER.data_key() if record else None
        )

    async def join(
        self, party: str, picture: Callable[[], Rgb], *, room: str = "call"
    ) -> MediaClient:
        """A party connects; at the end of the test everybody leaves."""
        client = MediaClient(picture, tone())
        self._guests.append(client)
        answer = await self.plane.answer(room, party=party, offer=await client.offer())
        self.answers.append(answer)
        await client.take_answer(answer)
        return client

    async def meet(self, picture: Callable[[], Rgb] | None = None) -> list[MediaClient]:
        """A customer before red (or `picture`) and an agent before blue, once both see."""
        customer = await self.join("customer", picture or plain(RED))
        agent = await self.join("agent", plain(BLUE))
        await asyncio.gather(sees(customer, BLUE), sees_more(agent, 1))
        return [customer, agent]

    async def close(self) -> None:
        """Everybody leaves and everything is heard."""
        for guest in self._guests:  # a client left open would keep the process alive
            await guest.close()
        await self.plane.close()
        await self._listening


@asynccontextmanager
async def a_house(
    folder: Path,
    *,
    ports: tuple[int, int] = (40000, 40999),
    hosts: Sequence[str] = ("127.0.0.1",),
    **media: Any,
) -> AsyncIterator[House]:
    """Real media workers on loopback, and somebody who listens."""
    plane = MediaPlane(
        Media(**media),
        Ice(hosts=list(hosts), port_min=ports[0], port_max=ports[1]),
        folder / "spool",
        folder / "pose.sock",
        AN_HOUR_BEHIND,
    )
    await plane.start()
    house = House(plane)
    try:
        yield house
    finally:
        await house.close()


def plain(colour: tuple[int, int, int]) -> Callable[[], Rgb]:
    """A camera before a wall of one colour, on which something moves."""
    count = 0

    def picture() -> Rgb:
        nonlocal count
        count += 1
        wall = np.full((480, 640, 3), colour, np.uint8)
        at = count * 9 % 560
        wall[400:, at : at + 80] = 255
        return wall

    return picture


def tone() -> Samples:
    """A second of sound."""
    return (np.sin(np.arange(48_000) * 440 / 48_000 * 2 * np.pi) * 8000).astype(np.int16)


async def join(plane: MediaPlane, room: str, party: str, picture: Callable[[], Rgb]) -> MediaClient:
    """A party connects; the caller closes it."""
    client = MediaClient(picture, tone())
    await client.take_answer(await plane.answer(room, party=party, offer=await client.offer()))
    return client


async def until(is_so: Callable[[], bool], *, within_s: float) -> None:
    """Look until it is so; `TimeoutError`."""
    deadline = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(0.02)


async def sees(
    client: MediaClient, colour: tuple[int, int, int], *, within_s: float = 20, third: bool = False
) -> None:
    """Wait until the newest picture, of the spare pair if so, is of this colour."""

    def is_seen() -> bool:
        picture = (client.third if third else client.received).last_picture
        return picture is not None and bool(np.abs(picture[9, 9].astype(int) - colour).max() < 40)

    await until(is_seen, within_s=within_s)


async def sees_more(client: MediaClient, pictures: int, *, within_s: float = 40) -> None:
    """Wait until so many more pictures came."""
    goal = client.received.pictures + pictures
    await until(lambda: client.received.pictures >= goal, within_s=within_s)


def vanish(client: MediaClient) -> None:
    """The phone's battery is empty: not even a good-bye."""
    ice = client._connection.getTransceivers()[0].receiver.transport.transport._connection
    for protocol in ice._protocols:
        protocol.transport.abort()


def finished(recording: Path, folder: Path, *, owner: CustomerKey = OWNER) -> Playable:
    """A recording as it is played once it is finished; its index lies in the folder."""
    id = new_id()
    index = folder / f"{id}.index.ekr"
    finish(recording, index, owner=owner, id=id)
    return Playable.opened(index, recording, owner)


class Film:
    """What a player finds in a recording; times in seconds."""

    def __init__(self, film: Source) -> None:
        with av.open(Stream(film), "r") as reader:
            assert isinstance(reader, InputContainer)
            self.pictures = [frame.time or 0.0 for frame in reader.decode(video=0)]
        with av.open(Stream(film), "r") as reader:
            assert isinstance(reader, InputContainer)
            cues = [bytes(cue) for cue in reader.demux(reader.streams.subtitles)]
            self.told = [datetime.fromisoformat(json.loads(cue)["at"]) for cue in cues if cue]
        with av.open(Stream(film), "r") as reader:
            assert isinstance(reader, InputContainer)
            self.sounds = [frame.time or 0.0 for frame in reader.decode(audio=0)]
            self.duration_s = None if reader.duration is None else reader.duration / 1e6

    @property
    def until_s(self) -> float:
        """Time of the last picture or sound."""
        return max(self.pictures[-1], self.sounds[-1])

    def gaps_s(self, longer_than: float) -> list[float]:
        """Pauses between pictures."""
        steps = np.diff(self.pictures)
        return [float(step) for step in steps if step > longer_than]
