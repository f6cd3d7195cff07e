"""The elements WebM is made of, written and walked. RFC 8794; ids: RFC 9559 (Matroska)."""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct

from ekyc.sealed.reader import Source

UNKNOWN_LENGTH = b"\x01" + b"\xff" * 7
_FLOAT = Struct("!d")
_HEAD_BYTES = 12  # the longest id and the longest length


def length(size: int) -> bytes:
    """A length in as few bytes as it takes."""
    width = 1
    while size >= (1 << (7 * width)) - 1:
        width += 1
    return ((1 << (7 * width)) | size).to_bytes(width, "big")


def element(tag: str, body: bytes) -> bytes:
    """One element; `tag` is its id in hex."""
    return bytes.fromhex(tag) + length(len(body)) + body


def number(tag: str, value: int) -> bytes:
    """A whole number."""
    return element(tag, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def text(tag: str, value: str) -> bytes:
    """A text."""
    return element(tag, value.encode())


def real(tag: str, value: float) -> bytes:
    """A number with a fraction."""
    return element(tag, _FLOAT.pack(value))


@dataclass(frozen=True, slots=True)
class Element:
    """Where an element stands in a source."""

    tag: str
    at: int
    body_at: int
    end: int

    def body(self, source: Source) -> bytes:
        """What is in it."""
        return source.read(self.body_at, self.end - self.body_at)

    def whole(self, source: Source) -> bytes:
        """It itself."""
        return source.read(self.at, self.end - self.at)


def elements(source: Source, at: int, end: int) -> Iterator[Element]:
    """Those that lie whole between two places, in order; one of unknown length reaches the end."""
    while at < end:
        head = source.read(at, min(_HEAD_BYTES, end - at))
        tag_width = 9 - head[0].bit_length()
        if tag_width > 4 or len(head) <= tag_width:
            return
        width = 9 - head[tag_width].bit_length()
        body_at = at + tag_width + width
        if width > 8 or body_at > end:
            return
        size = int.from_bytes(head[tag_width : tag_width + width], "big") & ((1 << 7 * width) - 1)
        is_open = size == (1 << 7 * width) - 1
        after = end if is_open else body_at + size
        if after > end:
            return
        yield Element(head[:tag_width].hex().upper(), at, body_at, after)
        at = after


class Bytes:
    """Bytes in memory as a source."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def size(self) -> int:
        """How many."""
        return len(self._content)

    def read(self, at: int, count: int) -> bytes:
        """So many from there."""
        return self._content[at : at + count]

    def close(self) -> None:
        """Nothing to let go of."""
