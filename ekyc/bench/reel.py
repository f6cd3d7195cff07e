"""What a bench's callers send: a drawn film, coded once, cut into packets as a browser cuts it."""

import fractions
import math
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from ekyc.demo.voice import RATE, speech

Yuv = npt.NDArray[np.uint8]
"""A picture's planes under one another: (720, 640), as `yuv420p` has them."""

WIDTH, HEIGHT, FPS = 640, 480, 30
BITS_PER_S = 1_000_000
SAMPLES = 960
"""In one packet of sound: 20 ms."""

_KEY_EVERY_S = 5
_LARGEST_PAYLOAD = 1180  # bytes; with header, extension and tag it stays below 1250
_CODING: dict[str, object] = {
    "deadline": "realtime",
    "cpu-used": "8",
    "lag-in-frames": "0",
    "minrate": str(BITS_PER_S),
    "maxrate": str(BITS_PER_S),
    "bufsize": "300000",
    "error-resilient": "1",
    "auto-alt-ref": "0",
}


@dataclass(frozen=True, slots=True)
class Cut:
    """One picture as the payloads of its packets."""

    payloads: tuple[bytes, ...]
    is_key: bool


@dataclass(frozen=True, slots=True)
class Reel:
    """A film to be sent over and over: pictures at `FPS`, packets of sound every 20 ms."""

    pictures: tuple[Cut, ...]
    sounds: tuple[bytes, ...]

    def next_key(self, place: int) -> int:
        """The nearest place from here on at which one can begin to look."""
        while not self.pictures[place].is_key:
            place = (place + 1) % len(self.pictures)
        return place


def draw(file: Path, pictures: Iterable[Yuv], *, seconds: int) -> None:
    """Code a film of about 1 Mbit/s; blocks for some 0.2 s per second of film."""
    with av.open(str(file), "w", format="webm") as film:
        video = film.add_stream("libvpx", rate=FPS)
        assert isinstance(video, av.VideoStream)  # libvpx codes pictures
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.bit_rate, video.gop_size = BITS_PER_S, FPS * _KEY_EVERY_S
        video.options = _CODING
        audio = film.add_stream("libopus", rate=RATE)
        assert isinstance(audio, av.AudioStream)  # libopus codes sound
        audio.layout, audio.bit_rate = "mono", 32_000
        audio.options = {"application": "voip", "vbr": "off"}
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts, frame.time_base = number, fractions.Fraction(1, FPS)
            film.mux(video.encode(frame))
        for sound in _sounds(seconds):
            film.mux(audio.encode(sound))
        film.mux([*video.encode(None), *audio.encode(None)])


def waves(seconds: int) -> Iterator[Yuv]:
    """Waves that drift over grain, and a square of noise: as hard to code as a face in a room."""
    noise = np.random.default_rng(1)
    across = np.arange(WIDTH, dtype=np.float64)[None, :]
    down = np.arange(HEIGHT, dtype=np.float64)[:, None]
    grain = noise.integers(0, 30, (HEIGHT, WIDTH), dtype=np.uint8)
    for number in range(FPS * seconds):
        at_s = number / FPS
        light = 90 + 40 * np.sin(across / 50 + 2 * at_s) + 40 * np.cos(down / 40 + 1.5 * at_s)
        grey = light.astype(np.uint8) + np.roll(grain, 2 * number, axis=1)
        left = int(WIDTH / 2 + 200 * math.sin(at_s)) - 60
        grey[180:300, left : left + 120] = noise.integers(0, 200, (120, 120), dtype=np.uint8)
        yield _in_colour(grey)


def _in_colour(grey: Yuv) -> Yuv:
    chroma = np.full((HEIGHT // 2, WIDTH), 120, np.uint8)
    return np.concatenate([grey, chroma])


def _sounds(seconds: int) -> Iterator[av.AudioFrame]:
    voice = speech(seconds, seed=1)
    for start in range(0, RATE * seconds, SAMPLES):
        piece = voice[start : start + SAMPLES].reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, fractions.Fraction(1, RATE)
        yield frame


def cut(file: Path) -> Reel:
    """The film's pictures and sounds as payloads of RTP packets (RFC 7741, RFC 7587)."""
    pictures: list[Cut] = []
    sounds: list[bytes] = []
    with av.open(str(file), "r") as film:
        for packet in film.demux():
            if not packet.size:
                continue
            if packet.stream.type == "video":
                parts = tuple(payloads(bytes(packet), len(pictures)))
                pictures.append(Cut(parts, packet.is_keyframe))
            else:
                sounds.append(bytes(packet))
    return Reel(tuple(pictures), tuple(sounds))


def payloads(picture: bytes, number: int) -> Iterator[bytes]:
    """One picture's, each with a descriptor: where the picture begins, and its 15-bit number."""
    for start in range(0, len(picture), _LARGEST_PAYLOAD):
        flags = 0x80 if start else 0x90
        head = struct.pack("!BBH", flags, 0x80, 0x8000 | number & 0x7FFF)
        yield head + picture[start : start + _LARGEST_PAYLOAD]
