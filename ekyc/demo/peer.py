"""A person at the far end of a call, without a browser: real WebRTC, pictures and sound to order.

`MediaClient` is the media alone: it makes an offer, takes the answer, sends and counts.
"""

import asyncio
import fractions
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import av
import numpy as np
import numpy.typing as npt
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack
from aiortc.mediastreams import MediaStreamTrack as Track

from ekyc.crew import Crew

Rgb = npt.NDArray[np.uint8]
Samples = npt.NDArray[np.int16]
VideoSource = Callable[[], Awaitable[Rgb]]
"""The next picture, (height, width, 3) RGB; asked for `FPS` times a second."""
AudioSource = Callable[[], Awaitable[Samples]]
"""The next 20 ms of sound: 960 samples, mono, 48 kHz."""

FPS = 15
SAMPLES = 960
RATE = 48_000
_VIDEO_BASE = fractions.Fraction(1, 90_000)
_AUDIO_BASE = fractions.Fraction(1, RATE)


@dataclass(slots=True)
class Received:
    """What came from the other side so far."""

    pictures: int = 0
    sounds: int = 0
    loud_sounds: int = 0
    last_picture: Rgb | None = None
    last_at: float = field(default_factory=time.monotonic)


class _Pace:
    """So many a second, from the first one asked for."""

    def __init__(self, per_s: float) -> None:
        self._interval_s = 1 / per_s
        self._began: float | None = None
        self.count = -1

    async def next(self) -> None:
        """Wait until the next one is due."""
        now = time.monotonic()
        self._began = now if self._began is None else self._began
        self.count += 1
        await asyncio.sleep(self._began + self.count * self._interval_s - now)


class _Camera(VideoStreamTrack):
    """Pictures of a source at their pace."""

    def __init__(self, source: VideoSource) -> None:
        super().__init__()
        self._source, self._pace = source, _Pace(FPS)

    async def recv(self) -> av.VideoFrame:
        await self._pace.next()
        frame = av.VideoFrame.from_ndarray(await self._source(), format="rgb24")
        frame.pts, frame.time_base = self._pace.count * (90_000 // FPS), _VIDEO_BASE
        return frame


class _Microphone(AudioStreamTrack):
    """Sound of a source, in pieces of 20 ms."""

    def __init__(self, source: AudioSource) -> None:
        super().__init__()
        self._source, self._pace = source, _Pace(RATE / SAMPLES)

    async def recv(self) -> av.AudioFrame:
        await self._pace.next()
        samples = await self._source()
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.time_base = RATE, _AUDIO_BASE
        frame.pts = self._pace.count * SAMPLES
        return frame


class MediaClient:
    """One browser's worth of WebRTC: a camera, a microphone, and a spare pair to receive on."""

    def __init__(self, video: VideoSource, audio: AudioSource) -> None:
        self.received = Received()
        self._crew = Crew()
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection.addTransceiver(_Microphone(audio), direction="sendrecv")
        camera = self._connection.addTransceiver(_Camera(video), direction="sendrecv")
        spare = [self._connection.addTransceiver(k, "recvonly") for k in ("audio", "video")]
        for transceiver in (camera, spare[1]):
            capabilities = RTCRtpSender.getCapabilities("video").codecs
            transceiver.setCodecPreferences(
                [c for c in capabilities if c.mimeType in {"video/VP8", "video/rtx"}]
            )
        self._connection.on("track", self._listen)

    async def offer(self) -> str:
        """The offer, with every candidate in it."""
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return self._connection.localDescription.sdp

    async def take_answer(self, sdp: str) -> None:
        """Connect as the server answered."""
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    @property
    def state(self) -> str:
        """aiortc's word for the connection's state."""
        return self._connection.connectionState

    def _listen(self, track: Track) -> None:
        hear = self._see if track.kind == "video" else self._hear
        self._crew.start(hear(track), name=f"demo.{track.kind}")

    async def _see(self, track: Track) -> None:
        while (frame := await _next(track)) is not None:
            if isinstance(frame, av.VideoFrame):
                self.received.pictures += 1
                self.received.last_at = time.monotonic()
                self.received.last_picture = np.asarray(
                    frame.to_ndarray(format="rgb24"), dtype=np.uint8
                )

    async def _hear(self, track: Track) -> None:
        while (frame := await _next(track)) is not None:
            if isinstance(frame, av.AudioFrame):
                self.received.sounds += 1
                self.received.loud_sounds += bool(np.abs(frame.to_ndarray()).max() > 1000)

    async def close(self) -> None:
        """Hang up; the server notices at once."""
        await self._connection.close()
        await self._crew.dismiss()


async def _next(track: Track) -> object | None:
    try:
        return await track.recv()
    except MediaStreamError:
        return None
