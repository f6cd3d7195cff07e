"""Small real media for the tests: VP8 pictures, their packets, a sink in memory."""

import io
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

PACKET_BYTES = 300  # small, so that a small picture takes several packets


@cache
def pictures(count: int, *, size: tuple[int, int] = (160, 120)) -> tuple[bytes, ...]:
    """Encoded VP8: a keyframe, then pictures that build on it."""
    width, height = size
    noise = np.random.default_rng(7).integers(0, 255, (height, width, 3), np.uint8)
    rolled = (np.roll(noise, number, axis=1) for number in range(count))
    return tuple(_encoded(rolled, size, bit_rate=300_000, key_every=128))


@cache
def shades(count: int, *, size: tuple[int, int] = (320, 240)) -> tuple[bytes, ...]:
    """Encoded VP8, all of them keyframes of some 20 kB: the grey of picture n is 2n, in noise."""
    width, height = size
    noise = np.random.default_rng(7).integers(-25, 25, (height, width, 1), np.int16)
    greys = (
        np.repeat(np.clip(noise + 2 * number, 0, 255).astype(np.uint8), 3, axis=2)
        for number in range(count)
    )
    return tuple(_encoded(greys, size, bit_rate=8_000_000, key_every=1))


@cache
def walls(colour: tuple[int, int, int], count: int) -> tuple[bytes, ...]:
    """Encoded VP8, 320×240: a wall of one colour."""
    wall = np.full((240, 320, 3), colour, np.uint8)
    return tuple(_encoded([wall] * count, (320, 240), bit_rate=300_000, key_every=count))


def _encoded(
    pictures: Iterable[NDArray[np.uint8]], size: tuple[int, int], *, bit_rate: int, key_every: int
) -> Iterator[bytes]:
    encoder = av.CodecContext.create("libvpx", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height = size
    encoder.pix_fmt, encoder.framerate, encoder.bit_rate = "yuv420p", Fraction(15), bit_rate
    encoder.gop_size = key_every
    encoder.options = {"deadline": "realtime", "lag-in-frames": "0", "cpu-used": "8"}
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts = number
        yield from (bytes(packet) for packet in encoder.encode(frame))


@cache
def sounds(count: int, *, hz: float = 440) -> tuple[bytes, ...]:
    """Encoded Opus, 20 ms each: one tone."""
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "stereo", "s16"
    encoded = []
    for number in range(count):
        at = np.arange(number * 960, number * 960 + 960)
        tone = np.sin(at / 48_000 * hz * 2 * np.pi) * 8000
        samples = np.repeat(tone.astype(np.int16), 2).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate, frame.pts = 48_000, number * 960
        encoded += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(encoded)


def packets(picture: bytes, *, picture_id: int) -> Iterator[tuple[bool, bytes]]:
    """A picture as a browser sends it: (marker, payload), with a 15-bit picture id."""
    starts = range(0, len(picture), PACKET_BYTES)
    for start in starts:
        first = 0x10 if start == 0 else 0
        descriptor = bytes([0x80 | first, 0x80, 0x80 | picture_id >> 8, picture_id & 0xFF])
        yield start == starts[-1], descriptor + picture[start : start + PACKET_BYTES]


def opened(file: bytes) -> InputContainer:
    """A recording as a player opens it."""
    reader = av.open(io.BytesIO(file), "r")
    assert isinstance(reader, InputContainer)
    return reader


class MemorySink:
    """A recording in memory."""

    path = Path("memory.webm")

    def __init__(self) -> None:
        self.records: list[bytes] = []
        self.marks: list[str] = []

    @property
    def has_begun(self) -> bool:
        """Whether there is a record."""
        return bool(self.records)

    def write(self, record: bytes) -> None:
        """Keep the record."""
        self.records.append(record)

    def mark(self, label: str) -> None:
        """Keep the label."""
        self.marks.append(label)

    async def close(self) -> int:
        """All there is."""
        return sum(map(len, self.records))

    def bytes(self) -> bytes:
        """The file."""
        return b"".join(self.records)
