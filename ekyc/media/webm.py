"""A WebM file written front to back: VP8 and Opus, ready to play up to its last cluster.

Segment and header have no length and no index, so that a file whose writer was killed is whole up
to the last cluster; `finish` adds duration and index. Element ids: RFC 9559 (Matroska).
"""

from datetime import UTC, datetime
from operator import itemgetter
from struct import Struct

from ekyc.media.ebml import UNKNOWN_LENGTH, element, length, number, real, text

VIDEO, AUDIO, CLOCK = 1, 2, 3
"""Track numbers; the clock says once a second what time it was (WebVTT metadata)."""

_BLOCK = Struct("!BhB")
_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)  # of Matroska's dates
_OPUS_SKIP_NS, _OPUS_PREROLL_NS = 6_500_000, 80_000_000  # RFC 7845 §4.2 and §4.6
_METADATA, _CUES = 0x21, "D_WEBVTT/METADATA"  # WebM: "WebVTT in WebM", Mapping
_CUE_MS = 1_000
_OPUS_HEAD = b"OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\x00\x00"  # stereo, 312 samples skipped


def header(*, width: int, height: int, started_at: datetime) -> bytes:
    """Everything before the first cluster; `started_at` is the recording's zero."""
    ebml = (
        number("4286", 1)
        + number("42F7", 1)
        + number("42F2", 4)
        + number("42F3", 8)
        + text("4282", "webm")
        + number("4287", 4)
        + number("4285", 2)
    )
    since = started_at - _EPOCH
    nanoseconds = ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1_000
    info = (
        number("2AD7B1", 1_000_000)  # one tick is a millisecond
        + element("4461", nanoseconds.to_bytes(8, "big", signed=True))
        + text("4D80", "ekyc")
        + text("5741", "ekyc")
    )
    each = (_video_track(width, height), _audio_track(), _clock_track())
    tracks = b"".join(element("AE", track) for track in each)
    return (
        element("1A45DFA3", ebml)
        + bytes.fromhex("18538067")
        + UNKNOWN_LENGTH
        + element("1549A966", info)
        + element("1654AE6B", tracks)
    )


def _track(track: int, kind: int, codec: str) -> bytes:
    return (
        number("D7", track)
        + number("73C5", track)
        + number("83", kind)
        + number("9C", 0)  # no lacing
        + text("86", codec)
    )


def _video_track(width: int, height: int) -> bytes:
    return _track(VIDEO, 1, "V_VP8") + element("E0", number("B0", width) + number("BA", height))


def _audio_track() -> bytes:
    return (
        _track(AUDIO, 2, "A_OPUS")
        + element("63A2", _OPUS_HEAD)
        + number("56AA", _OPUS_SKIP_NS)
        + number("56BB", _OPUS_PREROLL_NS)
        + element("E1", real("B5", 48_000.0) + number("9F", 2))
    )


def _clock_track() -> bytes:
    return _track(CLOCK, _METADATA, _CUES) + number("88", 0)  # not shown unless asked for


def note(remark: str) -> bytes:
    """A remark between clusters, in an element every player steps over (Void)."""
    return text("EC", remark)


class Cluster:
    """Blocks that are written together."""

    def __init__(self) -> None:
        self._blocks: list[tuple[int, int, bytes, bool]] = []
        self._cues: list[tuple[int, bytes]] = []

    def add(self, track: int, at_ms: int, data: bytes, is_key: bool) -> None:
        """One picture or one sound packet at its time since the recording's zero."""
        self._blocks.append((at_ms, track, data, is_key))

    def tell(self, at_ms: int, instant: datetime, place: str = "") -> None:
        """What time it was then, and where: a cue of a second, its text a JSON object.

        `place` is a JSON object of its own, empty when nobody knows.
        """
        where = f',"place":{place}' if place else ""
        text = f'{{"at":"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}'[:-3] + f'Z"{where}}}'
        self._cues.append((at_ms, b"\n\n" + text.encode()))  # no name and no settings before it

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self._blocks or self._cues)

    def take(self) -> bytes:
        """The cluster as it stands in the file, its blocks by time; empty afterwards."""
        # Sound overtakes pictures, which are whole only with their last packet.
        blocks, self._blocks = sorted(self._blocks, key=itemgetter(0)), []
        cues, self._cues = self._cues, []
        start = min([block[0] for block in blocks[:1]] + [cue[0] for cue in cues[:1]])
        parts = [number("E7", start)]
        for at_ms, cue in cues:
            block = element("A1", _BLOCK.pack(0x80 | CLOCK, at_ms - start, 0) + cue)
            parts.append(element("A0", block + number("9B", _CUE_MS)))
        for at_ms, track, data, is_key in blocks:
            parts.append(b"\xa3" + length(len(data) + 4))
            parts.append(_BLOCK.pack(0x80 | track, at_ms - start, 0x80 if is_key else 0))
            parts.append(data)
        return element("1F43B675", b"".join(parts))
