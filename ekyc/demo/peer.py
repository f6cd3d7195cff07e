"""A person at the far end of a call, without a browser: real WebRTC, pictures and sound to order.

`MediaClient` is the media alone: it makes an offer, takes the answer, sends and counts.
`CallClient` brings it into a call, speaking the WebSocket's protocol as a page does.
"""

import asyncio
import contextlib
import fractions
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Generic, Protocol, Self, TypeVar

import aiohttp
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
from yarl import URL

from ekyc.crew import Crew
from ekyc.media.network import offer_addresses

Rgb = npt.NDArray[np.uint8]
Samples = npt.NDArray[np.int16]
Message = dict[str, Any]
PictureSource = Callable[[], Rgb]
"""The picture of this moment, (height, width, 3) RGB; asked for `FPS` times a second."""

FPS = 15
RATE = 48_000
SAMPLES = 960
"""In one packet of sound: 20 ms."""

_LOOPBACK = "127.0.0.1"
_LOUD = 1000  # of 32767
_PING_S = 5.0
_ANSWER_S = 15.0
_VIDEO_BASE, _AUDIO_BASE = fractions.Fraction(1, 90_000), fractions.Fraction(1, RATE)


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

    def __init__(self, source: PictureSource) -> None:
        super().__init__()
        self._source, self._pace = source, _Pace(FPS)

    async def recv(self) -> av.VideoFrame:
        await self._pace.next()
        picture = await asyncio.to_thread(self._source)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = self._pace.count * (90_000 // FPS), _VIDEO_BASE
        return frame


class _Microphone(AudioStreamTrack):
    """A sound, over and over."""

    def __init__(self, sound: Samples) -> None:
        super().__init__()
        self._sound, self._pace = sound, _Pace(RATE / SAMPLES)

    async def recv(self) -> av.AudioFrame:
        await self._pace.next()
        at = self._pace.count * SAMPLES
        piece = np.take(self._sound, range(at, at + SAMPLES), mode="wrap").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = RATE, _AUDIO_BASE, at
        return frame


class MediaClient:
    """One browser's worth of WebRTC: a camera, a microphone, and a spare pair to receive on."""

    def __init__(self, picture: PictureSource, sound: Samples, *, at_home: bool = True) -> None:
        if at_home:  # the server is on this machine; aioice leaves loopback out by itself
            offer_addresses([_LOOPBACK])
        self.received, self.third = Received(), Received()
        """What came from the other party, and on the spare pair."""
        self._crew = Crew()
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection.addTransceiver(_Microphone(sound), direction="sendrecv")
        self._camera = self._connection.addTransceiver(_Camera(picture), direction="sendrecv")
        self._spare = [self._connection.addTransceiver(k, "recvonly") for k in ("audio", "video")]
        for transceiver in (self._camera, self._spare[1]):
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

    async def packets_sent(self) -> int:
        """How many packets of pictures have left so far."""
        report = await self._camera.sender.getStats()
        return sum(each.packetsSent for each in report.values() if each.type == "outbound-rtp")

    def _listen(self, track: Track) -> None:
        hear = _see if track.kind == "video" else _hear
        is_spare = any(track is each.receiver.track for each in self._spare)
        came = self.third if is_spare else self.received
        self._crew.start(hear(track, came), name=f"demo.{track.kind}")

    async def close(self) -> None:
        """Hang up; the server notices at once."""
        await self._connection.close()
        await self._crew.dismiss()


async def _see(track: Track, received: Received) -> None:
    while (frame := await _next(track)) is not None:
        if isinstance(frame, av.VideoFrame):
            received.pictures += 1
            received.last_at = time.monotonic()
            received.last_picture = np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)


async def _hear(track: Track, received: Received) -> None:
    while (frame := await _next(track)) is not None:
        if isinstance(frame, av.AudioFrame):
            received.sounds += 1
            received.loud_sounds += bool(np.abs(frame.to_ndarray()).max() > _LOUD)


async def _next(track: Track) -> object | None:
    try:
        return await track.recv()
    except MediaStreamError:
        return None


def is_at_home(address: str) -> bool:
    """Whether the server at this address is on this machine."""
    return URL(address).host in {"localhost", _LOOPBACK}


class CallRefused(Exception):
    """The server sent an `error` message; its code is the argument."""


class FarEnd(Protocol):
    """The media of somebody in a call: `MediaClient`, or the bench's load."""

    async def offer(self) -> str:
        """The offer, with every candidate in it."""
        ...

    async def take_answer(self, sdp: str) -> None:
        """Connect as the server answered."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


End = TypeVar("End", bound=FarEnd)


class CallClient(Generic[End]):
    """Somebody in a call: joins with a pass, offers, and hears what the server says.

    Inside its `async with` block the media flows; leaving it hangs up, as the pages' button does.
    One who is not `polite` only goes away, as a browser that is closed.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        address: str,
        token: str,
        *,
        media: End,
        hear: Callable[[Message], None],
        polite: bool = True,
    ) -> None:
        self._http, self._url, self._token = http, f"{address}/ws/call", token
        self._polite = polite
        self._hear = hear
        self.media = media
        self.quality: Message = {}
        """The newest `quality` message; empty before the first."""
        self.ended = asyncio.Event()
        """Set when the server ends the call, or hangs up."""
        self.is_over = False
        """Whether the server said so; else only the line is gone, and one joins anew."""
        self._joined: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._answered: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._crew = Crew()

    async def __aenter__(self) -> Self:
        self._socket = await self._http.ws_connect(self._url)
        self._crew.start(self._listen(), name="demo.listen")
        self._crew.start(self._beat(), name="demo.beat")
        try:
            async with asyncio.timeout(_ANSWER_S):
                await self._socket.send_json({"type": "join", "pass": self._token})
                await self._joined
                await self._socket.send_json({"type": "offer", "sdp": await self.media.offer()})
                await self.media.take_answer((await self._answered)["sdp"])
        except BaseException:
            await self._close()
            raise
        return self

    async def _listen(self) -> None:
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._take(message.json())
        self._fail("closed")
        self.ended.set()

    def _take(self, message: Message) -> None:
        kind = message["type"]
        if kind == "error":
            self._fail(message["code"])
        elif not self._joined.done():
            self._joined.set_result(message)
        if kind == "answer" and not self._answered.done():
            self._answered.set_result(message)
        elif kind == "quality":
            self.quality = message
        elif kind == "ended":
            self.is_over = True
            self.ended.set()
        self._hear(message)

    def _fail(self, code: str) -> None:
        waiting = self._answered if self._joined.done() else self._joined
        if not waiting.done():
            waiting.set_exception(CallRefused(code))

    async def _beat(self) -> None:
        with contextlib.suppress(ConnectionError):  # `_listen` notices that nobody is there
            while True:
                await asyncio.sleep(_PING_S)
                await self._socket.send_json({"type": "ping"})

    async def _close(self) -> None:
        self._joined.cancel()
        self._answered.cancel()
        with contextlib.suppress(ConnectionError):
            await self._socket.close()
        await self.media.close()
        await self._crew.dismiss()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._polite:
            with contextlib.suppress(ConnectionError):
                await self._socket.send_json({"type": "leave"})
        await self._close()
