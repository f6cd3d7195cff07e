"""A WebM file written front to back: VP8 and Opus, ready to play up to its last cluster.

Segment and header have no length and no index, so that a file whose writer was killed is whole up
to the last cluster; `finish` adds duration and index. Element ids: RFC 9559 (Matroska).
"""

from datetime import UTC, datetime
from operator import itemgetter
from struct import Struct

VIDEO, AUDIO = 1, 2
"""Track numbers."""

_BLOCK = Struct("!BhB")
_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)  # of Matroska's dates
_UNKNOWN_LENGTH = b"\x01" + b"\xff" * 7
_OPUS_SKIP_NS, _OPUS_PREROLL_NS = 6_500_000, 80_000_000  # RFC 7845 §4.2 and §4.6
_OPUS_HEAD = b"OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\x00\x00"  # stereo, 312 samples skipped


def _length(size: int) -> bytes:
    width = 1
    while size >= (1 << (7 * width)) - 1:
        width += 1
    return ((1 << (7 * width)) | size).to_bytes(width, "big")


def _element(tag: str, body: bytes) -> bytes:
    return bytes.fromhex(tag) + _length(len(body)) + body


def _number(tag: str, value: int) -> bytes:
    return _element(tag, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def _text(tag: str, value: str) -> bytes:
    return _element(tag, value.encode())


def _float(tag: str, value: float) -> bytes:
    return _element(tag, Struct("!d").pack(value))


def header(*, width: int, height: int, started_at: datetime) -> bytes:
    """Everything before the first cluster; `started_at` is the recording's zero."""
    ebml = (
        _number("4286", 1)
        + _number("42F7", 1)
        + _number("42F2", 4)
        + _number("42F3", 8)
        + _text("4282", "webm")
        + _number("4287", 4)
        + _number("4285", 2)
    )
    since = started_at - _EPOCH
    nanoseconds = ((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) * 1_000
    info = (
        _number("2AD7B1", 1_000_000)  # one tick is a millisecond
        + _element("4461", nanoseconds.to_bytes(8, "big", signed=True))
        + _text("4D80", "ekyc")
        + _text("5741", "ekyc")
    )
    tracks = _element("AE", _video_track(width, height)) + _element("AE", _audio_track())
    return (
        _element("1A45DFA3", ebml)
        + bytes.fromhex("18538067")
        + _UNKNOWN_LENGTH
        + _element("1549A966", info)
        + _element("1654AE6B", tracks)
    )


def _track(number: int, kind: int, codec: str) -> bytes:
    return (
        _number("D7", number)
        + _number("73C5", number)
        + _number("83", kind)
        + _number("9C", 0)  # no lacing
        + _text("86", codec)
    )


def _video_track(width: int, height: int) -> bytes:
    return _track(VIDEO, 1, "V_VP8") + _element("E0", _number("B0", width) + _number("BA", height))


def _audio_track() -> bytes:
    return (
        _track(AUDIO, 2, "A_OPUS")
        + _element("63A2", _OPUS_HEAD)
        + _number("56AA", _OPUS_SKIP_NS)
        + _number("56BB", _OPUS_PREROLL_NS)
        + _element("E1", _float("B5", 48_000.0) + _number("9F", 2))
    )


def note(text: str) -> bytes:
    """A remark between clusters, in an element every player steps over (Void)."""
    return _element("EC", text.encode())


class Cluster:
    """Blocks that are written together."""

    def __init__(self) -> None:
        self._blocks: list[tuple[int, int, bytes, bool]] = []

    def add(self, track: int, at_ms: int, data: bytes, is_key: bool) -> None:
        """One picture or one sound packet at its time since the recording's zero."""
        self._blocks.append((at_ms, track, data, is_key))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self._blocks

    @property
    def from_ms(self) -> int:
        """Time of the earliest block."""
        return min(block[0] for block in self._blocks)

    @property
    def until_ms(self) -> int:
        """Time of the latest block."""
        return max(block[0] for block in self._blocks)

    def take(self) -> bytes:
        """The cluster as it stands in the file, its blocks by time; empty afterwards."""
        # Sound overtakes pictures, which are whole only with their last packet.
        blocks, self._blocks = sorted(self._blocks, key=itemgetter(0)), []
        start = blocks[0][0]
        parts = [_number("E7", start)]
        for at_ms, track, data, is_key in blocks:
            parts.append(b"\xa3" + _length(len(data) + 4))
            parts.append(_BLOCK.pack(0x80 | track, at_ms - start, 0x80 if is_key else 0))
            parts.append(data)
        return _element("1F43B675", b"".join(parts))
