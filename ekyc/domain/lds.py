"""What a chip's files hold (ICAO 9303-10): the zone in DG1, the portrait in DG2, the signed object.

Data objects are tag, length, content; lengths are definite. Everything is looked at before it is
used: these files come from outside.
"""

from collections.abc import Iterator
from typing import Final

from ekyc.domain import mrz
from ekyc.domain.mrz import Mrz

DG1, DG2, SOD = 0x61, 0x75, 0x77
"""Tags of the files themselves."""

_ZONE, _BIOMETRICS, _TEMPLATE = 0x5F1F, 0x7F61, 0x7F60
_BLOCKS: Final = (0x5F2E, 0x7F2E)
_LINES: Final = {90: 30, 72: 36, 88: 44}
_FACES: Final = b"FAC\x00" + b"010\x00"
_FACE_HEADER, _FACE, _POINT, _PICTURE = 14, 20, 8, 12
"""Sizes in a facial record (ISO/IEC 19794-5): its header, a face's, a point's, its picture's."""

JPEG: Final = b"\xff\xd8\xff"
JPEG2000: Final = (b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")
_LONGEST_TAG, _LONGEST_LENGTH = 3, 4


class Unreadable(ValueError):
    """These bytes are not the file they are said to be."""


def content(data: bytes, tag: int) -> bytes:
    """What the one data object in `data` holds; `Unreadable` for another tag or more behind it."""
    found = list(objects(data))
    if len(found) != 1 or found[0][0] != tag:
        raise Unreadable
    return found[0][1]


def objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The data objects in a row: tag and content."""
    at = 0
    while at < len(data):
        tag, at = _tag(data, at)
        length, at = _length(data, at)
        if at + length > len(data):
            raise Unreadable
        yield tag, data[at : at + length]
        at += length


def _tag(data: bytes, at: int) -> tuple[int, int]:
    end = at + 1
    if data[at] & 0x1F == 0x1F:  # the number goes on in the next bytes, all but the last marked
        while end < len(data) and data[end] & 0x80:
            end += 1
        end += 1
    if end > len(data) or end - at > _LONGEST_TAG:
        raise Unreadable
    return int.from_bytes(data[at:end], "big"), end


def _length(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise Unreadable
    first, at = data[at], at + 1
    if first < 0x80:
        return first, at
    size = first & 0x7F
    if not 0 < size <= _LONGEST_LENGTH or at + size > len(data):
        raise Unreadable
    return int.from_bytes(data[at : at + size], "big"), at + size


def _first(data: bytes, *tags: int) -> bytes:
    for tag, inside in objects(data):
        if tag in tags:
            return inside
    raise Unreadable


def zone(dg1: bytes) -> Mrz:
    """The machine-readable zone in DG1; `Unreadable`."""
    text = _first(content(dg1, DG1), _ZONE)
    width = _LINES.get(len(text))
    if width is None or not text.isascii():
        raise Unreadable
    lines = [text[at : at + width].decode() for at in range(0, len(text), width)]
    found = mrz.parse(lines)
    if found is None:
        raise Unreadable
    return found


def portrait(dg2: bytes) -> bytes:
    """The first face's picture in DG2, JPEG or JPEG 2000 as it is; `Unreadable`."""
    templates = _first(content(dg2, DG2), _BIOMETRICS)
    block = _first(_first(templates, _TEMPLATE), *_BLOCKS)
    if not block.startswith(_FACES) or len(block) < _FACE_HEADER + _FACE:
        raise Unreadable
    begin = _FACE_HEADER
    size = int.from_bytes(block[begin : begin + 4], "big")
    points = int.from_bytes(block[begin + 4 : begin + 6], "big")
    picture = block[begin + _FACE + points * _POINT + _PICTURE : begin + size]
    if not picture.startswith((JPEG, *JPEG2000)):
        raise Unreadable
    return picture
