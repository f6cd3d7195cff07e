"""What the journey asks of the outside; each has at least two real implementations."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from ekyc.domain.document import Portrait, SideResult
from ekyc.domain.likeness import Face
from ekyc.domain.message import Channel, Receipt
from ekyc.domain.pulse import Pulse
from ekyc.domain.room import RoomEvent, Seating
from ekyc.domain.seal import DataKey

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Since when a server is there that was never away."""

SUPERVISORS = "supervisors"
"""The topic that wakes every supervisor's page."""


class Clock(Protocol):
    """The time: the machine's, or one a test moves."""

    def now(self) -> datetime:
        """This instant, aware, UTC."""
        ...


class Trying(Protocol):
    """Told before each provider is tried; what it raises ends the tries."""

    async def __call__(self, provider: str) -> None:
        """`provider` is tried now."""
        ...


class Sender(Protocol):
    """Reaches a person by message: the demo's inbox, or the bank's providers in their order."""

    def reaches(self, channel: Channel) -> bool:
        """Whether anybody can be reached by this channel at all."""
        ...

    async def send(
        self,
        *,
        to: str,
        text: str,
        id: str,
        channel: Channel = Channel.SMS,
        language: str = "vi",
        subject: str = "",
        trying: Trying | None = None,
    ) -> Receipt:
        """Hand one message over; raises `SendFailed` when nobody takes it, `SenderMissing` when
        there is nobody. A voice call says `text` aloud in `language`; `subject` is a mail's, empty
        that of codes; `id` is the message's own, the same each try: a provider that is handed it
        again sends nothing.
        """
        ...


class Mailer(Protocol):
    """Reaches mailboxes: an SMTP server, the demo's inbox."""

    async def mail(
        self,
        *,
        to: str,
        subject: str,
        text: str,
        id: str,
        invitation: tuple[str, bytes] | None = None,
    ) -> None:
        """Hand one mail over; raises when it cannot be handed over. `id` is the same each try.

        `invitation`: the method and the calendar the reader's own one takes it from.
        """
        ...


class DocumentReader(Protocol):
    """Reads photographs of identity documents: vision workers, or a script in the tests."""

    async def read(self, photograph: bytes) -> SideResult:
        """One side; raises `ImageUnreadable` and `Busy`."""
        ...


class Copier(Protocol):
    """Opens photographs nobody vouches for: vision workers, or a script in the tests."""

    async def copy(self, photograph: bytes) -> bytes:
        """The picture alone, as a JPEG made anew from its pixels, not read.

        Raises `ImageUnreadable`, `ImageTooLarge` and `Busy`.
        """
        ...

    async def portrait(self, picture: bytes) -> Portrait:
        """The picture alone, with its width; JPEG 2000 too, as chips hold it. Refuses as `copy`."""
        ...


class FaceFinder(Protocol):
    """Finds the face in a picture to compare it: vision workers, or a script in the tests."""

    async def face(self, picture: bytes) -> Face | None:
        """The largest; None without one. Raises `ImageUnreadable`, `ImageTooLarge` and `Busy`."""
        ...


class Reader(DocumentReader, Copier, Protocol):
    """Both, as the house has them."""


class PortraitReader(DocumentReader, FaceFinder, Protocol):
    """Both, to compare what is printed on a document with a face."""


class MediaPlane(Protocol):
    """The media workers as the house sees them."""

    async def open_room(
        self,
        room: str,
        *,
        parties: Sequence[str],
        hears: Mapping[str, Sequence[str]],
        seal: DataKey | None,
    ) -> None:
        """Make room for these parties; `hears` says whose media reach whom.

        What is recorded is sealed with `seal`; without it nothing is.
        """
        ...

    async def answer(self, room: str, *, party: str, offer: str) -> str:
        """The answer to a browser's offer; replaces the party's earlier connection.

        Raises `OfferRefused` and `NoCommonCodec`.
        """
        ...

    async def arrange(self, room: str, seating: Seating) -> None:
        """Seat guests beside those the room was opened for, and say anew who hears whom.

        `NotFound` when nobody has the room.
        """
        ...

    async def drop(self, room: str, *, party: str) -> None:
        """End one party's connection."""
        ...

    async def close_room(self, room: str) -> None:
        """End the room; its recordings are closed and reported."""
        ...

    async def place(self, room: str, *, party: str, place: str) -> None:
        """Write into a party's recording from now on where it is: a JSON object, or nothing."""
        ...

    async def cancel_movement(self, room: str) -> None:
        """Watch nobody any more; what was watched ends."""
        ...

    async def ask_movement(self, room: str, *, party: str, movement: str, direction: str) -> None:
        """Watch this party do one movement; progress and verdict come as events."""
        ...

    async def ping(self) -> None:
        """Raises when nobody could open a room."""
        ...

    @property
    def pulses(self) -> Mapping[int, Pulse]:
        """How the media workers are, by their place."""
        ...

    def events(self) -> AsyncIterator[RoomEvent]:
        """What happens in the rooms, as it happens."""
        ...
