"""The naive server of the comparison: aiortc as its examples use it, in a process of its own.

Every picture is decoded, relayed by `MediaRelay`, coded again for the other side and once more by
`MediaRecorder`. Holds one call.
"""

import asyncio
import contextlib
import socket
from pathlib import Path

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.contrib.media import MediaRecorder, MediaRelay
from aiortc.mediastreams import MediaStreamError

from ekyc.bench.child import run
from ekyc.media.network import offer_addresses
from ekyc.media.pipe import Message, Pipe

_MIMES = {"audio/opus", "video/VP8"}


class Outlet(MediaStreamTrack):
    """A track to send whose source comes later."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.source: asyncio.Future[MediaStreamTrack] = asyncio.get_running_loop().create_future()

    async def recv(self) -> object:  # type: ignore[override]
        source = await asyncio.shield(self.source)
        return await source.recv()


class Side:
    """One party's connection, and its recording."""

    def __init__(self, file: Path) -> None:
        self.outlets = {kind: Outlet(kind) for kind in ("audio", "video")}
        self.other: Side = self
        self._relay, self._recorder = MediaRelay(), MediaRecorder(str(file))
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connection.on("track", self._heard)

    async def answer(self, sdp: str) -> str:
        """Connect, record and relay."""
        for kind, outlet in self.outlets.items():
            transceiver = self._connection.addTransceiver(outlet, direction="sendrecv")
            codecs = RTCRtpSender.getCapabilities(kind).codecs
            transceiver.setCodecPreferences([c for c in codecs if c.mimeType in _MIMES])
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        await self._recorder.start()
        return self._connection.localDescription.sdp

    def _heard(self, track: MediaStreamTrack) -> None:
        self._recorder.addTrack(self._relay.subscribe(track))
        self.other.outlets[track.kind].source.set_result(self._relay.subscribe(track))

    async def close(self) -> None:
        """End and write the rest."""
        with contextlib.suppress(MediaStreamError):  # it waits for a picture that will not come
            await self._recorder.stop()
        await self._connection.close()


async def _main(end: socket.socket) -> None:
    pipe = await Pipe.over(end)
    messages = pipe.messages()
    greeting: Message = await anext(messages)
    offer_addresses([greeting["host"]])
    sides = [Side(Path(greeting["folder"]) / f"{number}.mp4") for number in (0, 1)]
    sides[0].other, sides[1].other = sides[1], sides[0]
    pipe.send({"result": None})
    async for message in messages:
        pipe.send({"result": await sides[message["side"]].answer(message["sdp"])})
    await asyncio.gather(*(side.close() for side in sides))
    pipe.close()


if __name__ == "__main__":
    run(_main)
