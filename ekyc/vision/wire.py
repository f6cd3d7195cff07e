"""How the house and its vision workers talk: JSON with bytes behind it, never pickled objects.

A worker has read files nobody vouches for; what it says is parsed, never executed.
"""

import json
from asyncio import StreamReader
from collections.abc import Mapping
from struct import Struct
from typing import Any, BinaryIO, Final

LENGTHS: Final = Struct("!II")
"""Of the JSON and of the bytes, before every message."""

ANSWER: Final = Struct("!I")
"""Of the JSON, before an answer of the pose socket, which carries no bytes."""

HEAD_BYTES: Final = 1 << 20
BODY_BYTES: Final = 64 << 20

Head = dict[str, Any]
Message = tuple[Head, bytes]


class BadMessage(ValueError):
    """The other side says something this protocol does not have."""


def packed(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """One message."""
    text = json.dumps(head, separators=(",", ":")).encode()
    return LENGTHS.pack(len(text), len(body)) + text + body


def packed_answer(head: Mapping[str, Any]) -> bytes:
    """One answer of the pose socket."""
    text = json.dumps(head, separators=(",", ":")).encode()
    return ANSWER.pack(len(text)) + text


async def receive(
    reader: StreamReader, *, head_bytes: int = HEAD_BYTES, body_bytes: int = BODY_BYTES
) -> Message:
    """The next message; raises `BadMessage`, and `EOFError` when there will be none."""
    lengths = LENGTHS.unpack(await reader.readexactly(LENGTHS.size))
    _check(lengths, head_bytes, body_bytes)
    return _parsed(await reader.readexactly(lengths[0])), await reader.readexactly(lengths[1])


def receive_from(file: BinaryIO) -> Message:
    """The same from a blocking file."""
    lengths = LENGTHS.unpack(_exactly(file, LENGTHS.size))
    _check(lengths, HEAD_BYTES, BODY_BYTES)
    return _parsed(_exactly(file, lengths[0])), _exactly(file, lengths[1])


def _check(lengths: tuple[int, ...], head_bytes: int, body_bytes: int) -> None:
    if lengths[0] > head_bytes or lengths[1] > body_bytes:
        raise BadMessage(f"{lengths[0]} and {lengths[1]} bytes")


def _parsed(text: bytes) -> Head:
    head = json.loads(text)
    if not isinstance(head, dict):
        raise BadMessage("no object")
    return head


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise EOFError
    return data
