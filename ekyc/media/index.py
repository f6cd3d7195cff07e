"""What a player needs before the clusters of a recording: duration and cues, found by walking them.

Nothing is decoded and nothing is copied: the front made here is followed by the clusters as they
were recorded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from struct import Struct

from ekyc.media.ebml import Bytes, Element, element, elements, length, number, real
from ekyc.media.webm import AUDIO, VIDEO
from ekyc.sealed.reader import Source

_HEAD, _SEGMENT, _INFO, _TRACKS, _CLUSTER = (
    "1A45DFA3",
    "18538067",
    "1549A966",
    "1654AE6B",
    "1F43B675",
)
_DURATION, _TIME, _BLOCK = "4489", "E7", "A3"
_BLOCK_HEAD = Struct("!BhB")
_KEY = 0x80
_LAST_MS = 100  # a picture stays no longer after the last one, whatever came before it


class NothingRecorded(Exception):
    """The recording holds neither picture nor sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What is played before the clusters, and where they stand in the recording."""

    content: bytes
    begin: int
    end: int
    duration_ms: int


@dataclass(slots=True)
class _Walk:
    """What is known of the clusters so far."""

    last: dict[int, int] = field(default_factory=dict)
    step: dict[int, int] = field(default_factory=dict)
    keys: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: {VIDEO: [], AUDIO: []})
    end: int = 0

    def cluster(self, found: Element, source: Source) -> None:
        """One more."""
        body, start, seen = Bytes(found.body(source)), 0, set()
        for part in elements(body, 0, body.size):
            if part.tag == _TIME:
                start = int.from_bytes(part.body(body), "big")
            elif part.tag == _BLOCK:
                track, offset, flags = _BLOCK_HEAD.unpack(body.read(part.body_at, 4))
                track, at_ms = track & 0x7F, start + offset
                self.step[track] = at_ms - self.last.get(track, at_ms)
                self.last[track] = at_ms
                if flags & _KEY and track not in seen:
                    seen.add(track)
                    self.keys[track].append((at_ms, found.at))
        self.end = found.end

    @property
    def duration_ms(self) -> int:
        """To the end of what came last."""
        return max(at + min(self.step[track], _LAST_MS) for track, at in self.last.items())


def front(recording: Source) -> Front:
    """For a recording that is complete, or broke off; `NothingRecorded`."""
    head, info, tracks, walk, begin = b"", b"", b"", _Walk(), 0
    for found in _parts(recording):
        if found.tag == _HEAD:
            head = found.whole(recording)
        elif found.tag == _INFO:
            info = found.body(recording)
        elif found.tag == _TRACKS:
            tracks = found.whole(recording)
        elif found.tag == _CLUSTER:
            begin = begin or found.at
            walk.cluster(found, recording)
    if not (walk.last and head and info and tracks):
        raise NothingRecorded
    duration = real(_DURATION, float(walk.duration_ms))
    about = element(_INFO, info + duration) + tracks
    cues = walk.keys[VIDEO] or walk.keys[AUDIO]
    track = VIDEO if walk.keys[VIDEO] else AUDIO
    room = len(about) + len(_cues(cues, track, 0))  # of one size, wherever they point
    body = about + _cues(cues, track, room - begin)
    whole = bytes.fromhex(_SEGMENT) + length(len(body) + walk.end - begin)
    return Front(
        content=head + whole + body, begin=begin, end=walk.end, duration_ms=walk.duration_ms
    )


def _parts(recording: Source) -> Iterator[Element]:
    """Everything but the segment around it, whose length is not known while it grows."""
    for found in elements(recording, 0, recording.size):
        if found.tag == _SEGMENT:
            yield from elements(recording, found.body_at, found.end)
        else:
            yield found


def _cues(keys: Sequence[tuple[int, int]], track: int, shift: int) -> bytes:
    """Where a player may begin: a time, and the cluster's place in the segment."""
    points = (
        number("B3", at_ms)
        + element("B7", number("F7", track) + element("F1", (place + shift).to_bytes(8, "big")))
        for at_ms, place in keys
    )
    return element("1C53BB6B", b"".join(element("BB", point) for point in points))
