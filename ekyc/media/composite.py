"""Both parties of a call in one film: side by side, both voices, the date and time burnt in.

Decoded and encoded anew (VP8 and Opus), unlike a recording, which is never touched.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import av
import numpy as np

from ekyc.media import webm
from ekyc.media.pieces import Piece, pictures, sounds
from ekyc.media.tiles import Planes, View
from ekyc.media.voices import PACKET, RATE, Voice, mixed
from ekyc.vision.lettering import words

BAR_PX = 48
"""Under the pictures: who is who, and when it was."""

_KEY_EVERY_S, _CLUSTER_MS = 2, 1_000
_FAST = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0"}
_VOICE_BITS = 64_000
_PACKET_MS = PACKET * 1000 // RATE
_DARK = 40  # of a slate: told from a black picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be made; `names` and `gaps` hold a party's name and what its slate says."""

    began: datetime
    until_ms: int
    zone: str
    parties: Sequence[str]
    names: Mapping[str, str]
    gaps: Mapping[str, str]
    fps: int
    kbps: int
    width: int
    height: int
    """Of one party's picture; even, the height a multiple of four."""


def compose(
    plan: Plan, pieces: Mapping[str, Sequence[Piece]], write: Callable[[bytes], None]
) -> Iterator[float]:
    """Write the film record by record; yields the share that is done, again and again."""
    width, height = plan.width * len(plan.parties), plan.height + BAR_PX
    write(webm.header(width=width, height=height, started_at=plan.began))
    stage, camera = _Stage(plan, pieces), _Camera(plan, width, height)
    voices = [Voice(sounds(pieces[party])) for party in plan.parties]
    microphone, cluster, flushed_ms = _Microphone(), webm.Cluster(), 0
    for number in range(-(-plan.until_ms * plan.fps // 1000)):
        at_ms = number * 1000 // plan.fps
        if at_ms - flushed_ms >= _CLUSTER_MS and not cluster.is_empty:
            write(cluster.take())
            flushed_ms = at_ms
            cluster.tell(at_ms, plan.began + timedelta(milliseconds=at_ms))
            yield at_ms / plan.until_ms
        for packet, is_key in camera.shoot(stage.at(at_ms)):
            cluster.add(webm.VIDEO, at_ms, packet, is_key)
        for spoken_ms, packet in microphone.until(at_ms, voices):
            cluster.add(webm.AUDIO, spoken_ms, packet, True)
    for spoken_ms, packet in microphone.until(plan.until_ms - 1, voices):
        cluster.add(webm.AUDIO, spoken_ms, packet, True)
    write(cluster.take())
    yield 1.0


class _Stage:
    """The whole picture at a moment."""

    def __init__(self, plan: Plan, pieces: Mapping[str, Sequence[Piece]]) -> None:
        self._plan, self._zone, self._told = plan, ZoneInfo(plan.zone), ""
        self._whole = Planes.plain(plan.width * len(plan.parties), plan.height + BAR_PX)
        self._views = [
            View(pictures(pieces[party]), _slate(plan, plan.gaps[party])) for party in plan.parties
        ]
        for number, party in enumerate(plan.parties):
            name = words(plan.names[party], width=plan.width // 2, height=BAR_PX, size=20)
            left = number * plan.width + number * plan.width // 2  # at the outer edges
            self._whole.y[plan.height :, left : left + plan.width // 2] = name

    def at(self, ms: int) -> Planes:
        """Both pictures, and the clock between their names."""
        for number, view in enumerate(self._views):
            self._whole.put(view.at(ms), number * self._plan.width, 0)
        now = (self._plan.began + timedelta(milliseconds=ms)).astimezone(self._zone)
        told = f"{now:%d/%m/%Y %H:%M:%S} {_offset(now)}"
        if told != self._told:
            self._told = told
            clock = words(told, width=self._plan.width, height=BAR_PX, size=24)
            left = self._plan.width // 2
            self._whole.y[self._plan.height :, left : left + self._plan.width] = clock
        return self._whole


def _offset(now: datetime) -> str:
    """UTC+07:00."""
    sign = f"{now:%z}"
    return f"UTC{sign[:3]}:{sign[3:]}"


def _slate(plan: Plan, said: str) -> Planes:
    slate = Planes.plain(plan.width, plan.height)
    lettering = words(said, width=plan.width, height=plan.height, size=28)
    slate.y[:] = np.maximum(lettering, _DARK)
    return slate


class _Camera:
    """Encodes one picture after the other."""

    def __init__(self, plan: Plan, width: int, height: int) -> None:
        encoder = av.CodecContext.create("libvpx", "w")
        assert isinstance(encoder, av.VideoCodecContext)  # VP8 is a picture codec
        encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
        encoder.time_base, encoder.framerate = Fraction(1, plan.fps), Fraction(plan.fps)
        encoder.bit_rate, encoder.gop_size = plan.kbps * 1000, plan.fps * _KEY_EVERY_S
        encoder.options, encoder.thread_count = _FAST, 1
        self._encoder, self._count = encoder, 0

    def shoot(self, picture: Planes) -> Iterator[tuple[bytes, bool]]:
        """What the encoder gives for it, and whether it stands for itself."""
        frame = picture.frame()
        frame.pts = self._count
        self._count += 1
        for packet in self._encoder.encode(frame):
            yield bytes(packet), packet.is_keyframe


class _Microphone:
    """Encodes the mixed voices, 20 ms at a time."""

    def __init__(self) -> None:
        encoder = av.CodecContext.create("libopus", "w")
        assert isinstance(encoder, av.AudioCodecContext)  # Opus is a sound codec
        encoder.sample_rate, encoder.layout, encoder.format = RATE, "stereo", "s16"
        encoder.bit_rate = _VOICE_BITS
        self._encoder, self._count = encoder, 0

    def until(self, at_ms: int, voices: Sequence[Voice]) -> Iterator[tuple[int, bytes]]:
        """The packets up to this moment, and when each begins."""
        while self._count * _PACKET_MS <= at_ms:
            at = self._count * PACKET
            both = np.repeat(mixed(voices, at, PACKET), 2).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(both, format="s16", layout="stereo")
            frame.sample_rate, frame.pts = RATE, at
            for packet in self._encoder.encode(frame):
                yield self._count * _PACKET_MS, bytes(packet)
            self._count += 1
