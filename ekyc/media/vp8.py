"""VP8 out of RTP packets (RFC 7741): whole pictures in their order, never half of one."""

from collections.abc import Callable
from dataclasses import dataclass

_START_CODE = b"\x9d\x01\x2a"  # RFC 6386 §9.1
_KEY_HEADER_BYTES = 10


@dataclass(slots=True)  # not frozen: freezing makes each cost twice as much
class Picture:
    """One encoded frame; `width` and `height` in pixels are known of keyframes only, else 0."""

    data: bytes
    is_key: bool
    timestamp: int
    width: int = 0
    height: int = 0


def descriptor_bytes(payload: bytes) -> int | None:
    """Length of the payload descriptor; None when the packet ends before it does."""
    size = len(payload)
    if size < 3:
        return 1 if size == 2 and not payload[0] & 0x80 else None
    if not payload[0] & 0x80:
        return 1
    extension, length = payload[1], 2
    if extension & 0x80:  # I: a picture id of one byte, or of two
        length += 2 if payload[2] & 0x80 else 1
    if extension & 0x40:  # L: an index of the temporal layer zero
        length += 1
    if extension & 0x30:  # T and K share one byte
        length += 1
    return length if size > length else None


def begins_picture(payload: bytes) -> bool:
    """Whether a picture's first partition begins in this packet: S is set and the index is 0."""
    return payload[0] & 0x17 == 0x10


def key_size(payload: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, if a keyframe begins in this packet."""
    if not payload or not begins_picture(payload):
        return None
    start = descriptor_bytes(payload)
    return None if start is None else _size(payload[start : start + _KEY_HEADER_BYTES])


def _size(frame: bytes) -> tuple[int, int] | None:
    if len(frame) < _KEY_HEADER_BYTES or frame[0] & 1 or frame[3:6] != _START_CODE:
        return None
    width, height = frame[6] | frame[7] << 8, frame[8] | frame[9] << 8
    return width & 0x3FFF, height & 0x3FFF


class Assembler:
    """Puts the packets of one camera together again, in order.

    After anything missing it waits for a whole picture, because a picture that builds on a lost
    one decodes to garbage; `ask_key` is called for one. `deliver` gets each picture with the
    instant its first packet came.
    """

    def __init__(
        self, *, deliver: Callable[[Picture, float], None], ask_key: Callable[[], None]
    ) -> None:
        self._deliver, self._ask_key = deliver, ask_key
        self._parts: list[bytes] = []
        self._began_at = 0.0
        self._is_key = False
        self._is_open = False
        self._is_whole = False

    def push(self, timestamp: int, marker: bool, payload: bytes, at: float) -> None:
        """The next packet in order; empty ones only held a place in the numbering."""
        if not payload:
            return
        start = descriptor_bytes(payload)
        if start is None:
            self.lose()
            return
        if payload[0] & 0x10 and begins_picture(payload):
            self._begin(payload[start], at)
        if self._is_open and self._is_whole:
            self._parts.append(payload[start:])
            if marker:
                self._finish(timestamp)

    def lose(self) -> None:
        """Packets are gone for good: nothing before the next keyframe can be shown."""
        self._parts, self._is_open, self._is_whole = [], False, False
        self._ask_key()

    def _begin(self, first: int, at: float) -> None:
        self._parts, self._is_open, self._began_at = [], True, at
        self._is_key = not first & 1
        self._is_whole = self._is_whole or self._is_key

    def _finish(self, timestamp: int) -> None:
        data = b"".join(self._parts)
        self._parts, self._is_open = [], False
        size = _size(data) if self._is_key else (0, 0)
        if size is None:
            self.lose()
            return
        width, height = size
        self._deliver(
            Picture(
                data=data, is_key=self._is_key, timestamp=timestamp, width=width, height=height
            ),
            self._began_at,
        )
