"""What a media worker tells the house about a room: who came, who dropped, what was measured.

A room is the living part of one call; a party is a name in it ("customer", "agent"). Instants are
aware datetimes in UTC, taken by the worker's clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from ekyc.domain.seal import DataKey


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyConnected:
    """A party's media flows: for the first time, or again."""

    room: str
    party: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDropped:
    """Nothing authentic came from a party for `media.drop_s`, or its connection closed."""

    room: str
    party: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLive:
    """All parties were connected for the first time; recordings count from here."""

    room: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementProgress:
    """How far an asked movement is; degrees from the person's own front, if known.

    `extent` is how far a movement that is no turn has come (`gesture.extent`).
    """

    room: str
    movement: str
    direction: str
    phase: str
    fraction: float
    yaw_deg: float | None
    pitch_deg: float | None
    extent: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementEnded:
    """The verdict on an asked movement and what it rests on."""

    room: str
    movement: str
    direction: str
    passed: bool
    reason: str | None
    """Why it failed; none when it passed."""
    peak_deg: float | None
    """Of a turn; `peak` of any movement, in the unit of `threshold`."""
    planarity: float | None
    seconds: float
    limits_version: str
    series: tuple[tuple[float | None, ...], ...]
    """(seconds since asked, yaw, pitch, planarity, extent) of every measured picture."""
    peak: float | None = None
    threshold: float | None = None
    """What was needed: degrees of a turn, else a share or a score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementPictured:
    """The picture in which an asked movement had come furthest; comes after its verdict."""

    room: str
    movement: str
    picture: str
    """A JPEG in base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glanced:
    """What one look at a party showed; all but `faces` is empty where nobody was seen."""

    room: str
    party: str
    at: datetime
    connection: int
    """1, and one more each time the party connected anew: it may be another person."""
    faces: int
    yaw_deg: float | None
    pitch_deg: float | None
    face_px: float | None
    bright: float | None
    """Share of the face that is clipped to white."""
    light: float | None
    """Mean brightness of the face, 0 to 255."""
    genuine: float | None
    """What an operator's own net says: 0 a picture of a face, 1 a face."""
    points: tuple[tuple[float, float], ...]
    """Eyes, nose and mouth, pixels."""
    template: tuple[float, ...]
    """Of a face that is near enough and looks into the camera; else empty."""
    picture: str
    """That face, a JPEG in base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What arrived from a party in the last second."""

    room: str
    party: str
    at: datetime
    kbps: float
    loss: float
    """Share of packets that never came, 0 to 1."""
    rtt_ms: float | None
    """Way to the party and back; none before its first report."""
    fps: float
    width: int
    height: int
    sound: bool = False
    """Whether packets with sound came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStepped:
    """A party's line carries less from now on, or more again, with what decided it."""

    room: str
    party: str
    step: str
    """One of `ladder.Step`."""
    at: datetime
    loss: float
    rtt_ms: float | None
    kbps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingClosed:
    """A recording will not grow any more and may be finished."""

    room: str
    party: str
    segment: int
    """1, or more when a media worker died and the room went on in another."""
    path: PurePath
    started_at: datetime
    duration_ms: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingInterrupted:
    """A part of a party's recording could not be stored; what comes may be stored again."""

    room: str
    party: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLost:
    """The room's worker died; the room may be opened again and joined anew."""

    room: str


RoomEvent = (
    PartyConnected
    | PartyDropped
    | RoomLive
    | MovementProgress
    | MovementEnded
    | MovementPictured
    | Glanced
    | Quality
    | LineStepped
    | RecordingClosed
    | RecordingInterrupted
    | RoomLost
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomPlan:
    """Who is in a room, who hears whom, and what its recordings are sealed with."""

    parties: Sequence[str]
    hears: Mapping[str, Sequence[str]]
    """Listener → those heard and seen, in the order of the listener's receive pairs."""
    seal: DataKey | None
    """None: nothing is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """Who is in a room from now on, beside those it was opened for, and who hears whom."""

    parties: Sequence[str]
    """The guests."""
    hears: Mapping[str, Sequence[str]]
    """Of everybody; an empty name leaves a receive pair silent."""
    recorded: Sequence[str]
    """Everybody a recording is made of."""
