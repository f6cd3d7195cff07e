"""Records one party: pictures and sound as they came, on the call's clock, into one WebM.

The file begins when the room goes live and ends with the room; while the party is away there is a
gap in it, marked and not hidden. Nothing is decoded.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from ekyc.media import webm
from ekyc.media.offer import RATES, Kind
from ekyc.media.timeline import Track
from ekyc.media.vp8 import Picture

_AHEAD_MS = 2_000  # packets that come thicker than their times run ahead; a cluster spans 32 s
_TELL_S = 1.0
_SIZE_UNKNOWN = (640, 480)  # the header asks for one; players take a picture's own size


class Sink(Protocol):
    """Where a recording's records go: a sealed file in the spool, or memory."""

    @property
    def path(self) -> Path:
        """Where they can be found."""
        ...

    @property
    def has_begun(self) -> bool:
        """Whether a record is stored."""
        ...

    def write(self, record: bytes) -> None:
        """Append one whole record; must not block."""
        ...

    def mark(self, label: str) -> None:
        """Note a moment, and make everything before it durable."""
        ...

    async def close(self) -> int:
        """Nothing more comes; the size in bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A closed recording."""

    path: Path
    started_at: datetime
    duration_ms: int
    size_bytes: int


class Recorder:
    """One party's recording; `zero` is the steady clock's second at which the call began."""

    def __init__(
        self,
        sink: Sink,
        *,
        zero: float,
        started_at: datetime,
        cluster_ms: int,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sink, self._zero, self._started_at = sink, zero, started_at
        self._steady = steady
        self._cluster_s = cluster_ms / 1000
        self._tracks: dict[Kind, Track] = {kind: Track(rate) for kind, rate in RATES.items()}
        self._cluster = webm.Cluster()
        self._cluster_since = 0.0
        self._has_header = False
        self._size = _SIZE_UNKNOWN
        self._until_ms = 0
        self._told_at = float("-inf")
        self.place = ""
        """Where the party is, as it stands in the file from now on: a JSON object, or nothing."""

    def picture(self, picture: Picture, at: float) -> None:
        """A whole picture, whose first packet arrived at `at`."""
        if picture.is_key and not self._has_header:
            self._size = (picture.width, picture.height)
        self._add("video", webm.VIDEO, picture.timestamp, picture.data, picture.is_key, at)

    def sound(self, timestamp: int, marker: bool, payload: bytes, at: float) -> None:
        """One packet of sound."""
        if payload:
            self._add("audio", webm.AUDIO, timestamp, payload, True, at)

    def reported(self, kind: Kind, ntp: int, timestamp: int) -> None:
        """The party's clock said `ntp` at this time stamp: keep picture and sound together."""
        self._tracks[kind].reported(ntp, timestamp)
        self._tracks["video"].align(self._tracks["audio"])

    def left(self) -> None:
        """The party dropped: what came so far is made durable, a gap begins."""
        self._mark("gap")

    def came_back(self) -> None:
        """The party's next packets come from a new connection."""
        for track in self._tracks.values():
            track.restart()
        self._mark("joined")

    def mend(self) -> None:
        """What was written last is lost: pictures that wait hang on it, no player could show them.

        If nothing was written before, the file still has to begin.
        """
        self._cluster = webm.Cluster()
        self._has_header = self._has_header and self._sink.has_begun

    def tick(self, at: float) -> None:
        """Write what has waited long enough, and the time, also when nothing new comes."""
        if not self._cluster.is_empty and at - self._cluster_since >= self._cluster_s:
            self._flush()
        if self._has_header:  # whose size is the first picture's
            self._tell(at)

    async def close(self) -> Recorded:
        """Write the rest."""
        self._mark("end")
        size = await self._sink.close()
        return Recorded(
            path=self._sink.path,
            started_at=self._started_at,
            duration_ms=self._until_ms,
            size_bytes=size,
        )

    def _add(
        self, kind: Kind, track: int, timestamp: int, data: bytes, is_key: bool, at: float
    ) -> None:
        at_ms = self._tracks[kind].ms(timestamp, (at - self._zero) * 1000)
        if at_ms - (at - self._zero) * 1000 > _AHEAD_MS:
            return
        if at - self._cluster_since >= self._cluster_s:
            self.tick(at)
            self._cluster_since = at
        self._cluster.add(track, at_ms, data, is_key)
        self._tell(at)
        if at_ms > self._until_ms:
            self._until_ms = at_ms

    def _tell(self, at: float) -> None:
        """Once a second, on the server's clock as it was when the call began."""
        if at - self._told_at >= _TELL_S:
            # What came in the turn in which the call began may be a moment older than it.
            self._told_at, since_s = at, max(0.0, at - self._zero)
            if self._cluster.is_empty:
                self._cluster_since = at
            instant = self._started_at + timedelta(seconds=since_s)
            self._cluster.tell(round(since_s * 1000), instant, self.place)

    def _mark(self, label: str) -> None:
        self._flush()
        self._sink.mark(f"ekyc {label} {round((self._steady() - self._zero) * 1000)}")

    def _flush(self) -> None:
        record = b"" if self._cluster.is_empty else self._cluster.take()
        if not self._has_header:
            self._has_header = True
            width, height = self._size
            head = webm.header(width=width, height=height, started_at=self._started_at)
            record = head + record
        if record:
            self._sink.write(record)
