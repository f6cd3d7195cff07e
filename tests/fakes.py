"""Small real objects in the place of the outside: a clock the test moves, media on paper."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from ekyc.domain.document import Portrait, SideResult
from ekyc.domain.errors import EkycError
from ekyc.domain.message import Channel, Receipt
from ekyc.domain.pulse import Pulse
from ekyc.domain.room import RoomEvent, Seating
from ekyc.domain.seal import DataKey
from ekyc.journey.ports import Trying

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
"""Nine in the morning in Hanoi."""


class FakeClock:
    """Stands still until the test moves it."""

    def __init__(self, at: datetime = START) -> None:
        self._at = at

    def now(self) -> datetime:
        """The instant the test chose."""
        return self._at

    def pass_s(self, seconds: float) -> None:
        """Let time go by."""
        self._at += timedelta(seconds=seconds)


class ScriptedReader:
    """Reads what the script says, photograph after photograph; refusals are raised."""

    def __init__(self, *script: SideResult | EkycError) -> None:
        self._script = list(script)
        self.seen: list[bytes] = []

    def says(self, *script: SideResult | EkycError) -> None:
        """The script goes on."""
        self._script += script

    async def read(self, photograph: bytes) -> SideResult:
        """The next line of the script."""
        self.seen.append(photograph)
        said = self._script.pop(0)
        if isinstance(said, EkycError):
            raise said
        return said

    async def copy(self, photograph: bytes) -> bytes:
        """What the script says of the bytes alone: a refusal, or else they are kept as they are."""
        if self._script and isinstance(self._script[0], EkycError):
            raise self._script.pop(0)  # type: ignore[misc]
        return photograph

    async def portrait(self, picture: bytes) -> Portrait:
        """As `copy`, of a width that is enough."""
        return Portrait(picture=await self.copy(picture), width_px=480)


class Messages:
    """Everything that was sent, instead of sending it."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.channels: list[Channel] = []
        self.ids: list[str] = []
        self.languages: list[str] = []
        self.subjects: list[str] = []
        self.mails: list[tuple[str, str, str]] = []

    def reaches(self, channel: Channel) -> bool:
        """Everybody, by every channel."""
        return True

    async def send(
        self,
        *,
        to: str,
        text: str,
        channel: Channel = Channel.SMS,
        language: str = "vi",
        id: str = "",
        subject: str = "",
        trying: Trying | None = None,
    ) -> Receipt:
        """Keep it."""
        if trying is not None:
            await trying("messages")
        self.sent.append((to, text))
        self.channels.append(channel)
        self.ids.append(id)
        self.languages.append(language)
        self.subjects.append(subject)
        return Receipt(provider="messages", reference=id)

    async def mail(
        self,
        *,
        to: str,
        subject: str,
        text: str,
        id: str,
        invitation: tuple[str, bytes] | None = None,
    ) -> None:
        """Keep a mail: to whom, its subject, its text."""
        self.mails.append((to, subject, text))

    @property
    def last_code(self) -> str:
        """The digits of the newest message."""
        found = re.search(r"\d{6}", self.sent[-1][1])
        assert found is not None  # every message of these tests carries its code
        return found.group()


class ScriptedMedia:
    """A media plane that notes what it is asked and reports what the test says."""

    def __init__(self) -> None:
        self.rooms: dict[str, tuple[str, ...]] = {}
        self.seals: dict[str, DataKey] = {}
        """Of the rooms that are recorded."""
        self.offers: list[tuple[str, str]] = []
        self.dropped: list[tuple[str, str]] = []
        self.closed: list[str] = []
        self.asked: list[tuple[str, str, str]] = []
        self.places: list[tuple[str, str, str]] = []
        self.seatings: list[tuple[str, Seating]] = []
        self.is_ill = False
        self.pulses: Mapping[int, Pulse] = {}
        self._events: asyncio.Queue[RoomEvent | None] = asyncio.Queue()

    def report(self, event: RoomEvent) -> None:
        """Something happened in a room."""
        self._events.put_nowait(event)

    def fall_silent(self) -> None:
        """The plane is closed: no event follows those already reported."""
        self._events.put_nowait(None)

    async def open_room(
        self,
        room: str,
        *,
        parties: Sequence[str],
        hears: Mapping[str, Sequence[str]],
        seal: DataKey | None,
    ) -> None:
        """Note the room."""
        self.rooms[room] = tuple(parties)
        if seal is not None:
            self.seals[room] = seal

    async def answer(self, room: str, *, party: str, offer: str) -> str:
        """Answer whatever is offered."""
        self.offers.append((room, party))
        return f"answer to {offer}"

    async def arrange(self, room: str, seating: Seating) -> None:
        """Note who hears whom."""
        self.seatings.append((room, seating))

    async def drop(self, room: str, *, party: str) -> None:
        """Note whose line was cut."""
        self.dropped.append((room, party))

    async def close_room(self, room: str) -> None:
        """Note the end."""
        self.rooms.pop(room, None)
        self.closed.append(room)

    async def place(self, room: str, *, party: str, place: str) -> None:
        """Note where somebody is."""
        self.places.append((room, party, place))

    async def cancel_movement(self, room: str) -> None:
        """Note that nobody is watched."""
        self.asked.append((room, "", ""))

    async def ask_movement(self, room: str, *, party: str, movement: str, direction: str) -> None:
        """Note what was asked."""
        self.asked.append((room, movement, direction))

    async def ping(self) -> None:
        """Well, so long as nobody says otherwise."""
        if self.is_ill:
            raise ConnectionError

    async def events(self) -> AsyncIterator[RoomEvent]:
        """What the test reports, as it reports it."""
        while (event := await self._events.get()) is not None:
            yield event


class JumpingClock:
    """Goes like the machine's, from wherever the test has put it forward to."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """This instant, put forward."""
        return datetime.now(UTC) + self._ahead

    def jump_to(self, at: datetime) -> None:
        """Put the clock forward."""
        self._ahead += max(timedelta(), at - self.now())
