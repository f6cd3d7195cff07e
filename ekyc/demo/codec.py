"""Pictures and sound made into what a browser would have sent: VP8 and Opus, without a network."""

import base64
from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from typing import Final

import av
import numpy as np
from av.video.frame import PictureType
from PIL import Image

from ekyc.demo.face import HEIGHT, WIDTH, Rgb
from ekyc.demo.voice import RATE, speech
from ekyc.domain.pose import Point, Pose
from ekyc.media.vp8 import Picture
from ekyc.vision.face import FaceReader

BIT_RATE: Final = 600_000
KEY_EVERY: Final = 150
CLOCK: Final = 90_000
PACKET: Final = 960
"""Samples in one packet of sound: 20 ms."""

VOICE_S: Final = 8.0
"""How long a voice speaks before it says the same again."""

SMALL: Final = (320, 240)
"""As large as the pose worker is asked, pixels."""

_FAST: Final = {"deadline": "realtime", "cpu-used": "16", "lag-in-frames": "0"}
_SIMPLE: Final = {"application": "voip", "compression_level": "0"}


class Camera:
    """Encodes one picture after the other, at so many bits a second."""

    def __init__(self, fps: int, *, bit_rate: int = BIT_RATE) -> None:
        encoder = av.CodecContext.create("libvpx", "w")
        assert isinstance(encoder, av.VideoCodecContext)  # VP8 is a picture codec
        encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        encoder.time_base, encoder.bit_rate = Fraction(1, fps), bit_rate
        encoder.gop_size, encoder.options, encoder.thread_count = KEY_EVERY, _FAST, 1
        self._encoder, self._fps, self._count = encoder, fps, 0

    def encoded(self, picture: Rgb, *, is_key: bool = False) -> Iterator[Picture]:
        """What the encoder gives for this picture, usually one; a keyframe if it was asked for."""
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        if is_key:
            frame.pict_type = PictureType.I
        frame.pts, frame.time_base = self._count, Fraction(1, self._fps)
        self._count += 1
        for packet in self._encoder.encode(frame):
            assert packet.pts is not None  # an encoder passes on what it was given
            yield Picture(
                data=bytes(packet),
                is_key=packet.is_keyframe,
                timestamp=packet.pts * CLOCK // self._fps,
                width=WIDTH if packet.is_keyframe else 0,
                height=HEIGHT if packet.is_keyframe else 0,
            )


class Microphone:
    """Encodes a voice that goes on and on, 20 ms at a time."""

    def __init__(self, *, seed: int, pitch_hz: float) -> None:
        encoder = av.CodecContext.create("libopus", "w")
        assert isinstance(encoder, av.AudioCodecContext)  # Opus is a sound codec
        encoder.sample_rate, encoder.layout, encoder.format = RATE, "mono", "s16"
        encoder.options = _SIMPLE
        self._encoder, self._at = encoder, 0
        self._sound = speech(VOICE_S, seed=seed, pitch_hz=pitch_hz)

    def until(self, at_s: float) -> Iterator[tuple[int, bytes]]:
        """Packets up to this second: their time stamps and what is in them."""
        while self._at < at_s * RATE:
            piece = np.take(self._sound, range(self._at, self._at + PACKET), mode="wrap")
            frame = av.AudioFrame.from_ndarray(piece.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, self._at, Fraction(1, RATE)
            for packet in self._encoder.encode(frame):
                yield self._at, bytes(packet)
            self._at += PACKET


class Eye:
    """Sees what was encoded, as the pose worker does; `look` measures the newest picture."""

    def __init__(self, faces: FaceReader) -> None:
        decoder = av.CodecContext.create("vp8", "r")
        assert isinstance(decoder, av.VideoCodecContext)  # VP8 is a picture codec
        decoder.thread_count = 1
        self._decoder, self._faces = decoder, faces
        self._newest: av.VideoFrame | None = None

    def see(self, picture: Picture) -> None:
        """Decode it: those that follow build on it."""
        for frame in self._decoder.decode(av.Packet(picture.data)):
            self._newest = frame

    def picture(self) -> str:
        """The newest one as a JPEG in base64."""
        assert self._newest is not None  # somebody saw something first
        into = BytesIO()
        small = self._newest.reformat(width=SMALL[0], height=SMALL[1], format="rgb24").to_ndarray()
        Image.fromarray(np.asarray(small, np.uint8)).save(into, "JPEG")
        return base64.b64encode(into.getvalue()).decode()

    def look(self, front: tuple[Point, ...] | None, at_s: float) -> Pose:
        """The pose in the newest picture."""
        assert self._newest is not None  # somebody saw something first
        small = self._newest.reformat(width=SMALL[0], height=SMALL[1], format="rgb24").to_ndarray()
        found = self._faces.read(np.asarray(small, np.uint8), front=front)
        return Pose.of(found.to_json(), at_s)
