"""House and workers understand each other, and neither swallows nonsense."""

import asyncio
import io

import pytest

from ekyc.vision import wire


def a_reader(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return reader


async def test_a_message_arrives_as_it_was_sent() -> None:
    data = wire.packed({"id": 1}, b"pixels")
    assert await wire.receive(a_reader(data)) == ({"id": 1}, b"pixels")
    assert wire.receive_from(io.BytesIO(data)) == ({"id": 1}, b"pixels")


@pytest.mark.parametrize("cut", [1, 9, 17])
async def test_half_a_message_is_none(cut: int) -> None:
    data = wire.packed({"id": 1}, b"pixels")[:cut]
    with pytest.raises(EOFError):
        await wire.receive(a_reader(data))
    with pytest.raises(EOFError):
        wire.receive_from(io.BytesIO(data))


async def test_too_long_a_message_is_refused_by_its_announcement() -> None:
    announced = wire.LENGTHS.pack(10, wire.BODY_BYTES + 1)
    with pytest.raises(wire.BadMessage):
        await wire.receive(a_reader(announced))
    with pytest.raises(wire.BadMessage):
        await wire.receive(a_reader(wire.LENGTHS.pack(101, 0)), head_bytes=100)


async def test_what_is_no_object_is_no_message() -> None:
    with pytest.raises(wire.BadMessage):
        await wire.receive(a_reader(wire.LENGTHS.pack(2, 0) + b"[]"))
