"""One person of the load: a real connection by aiortc, packets made beforehand.

ICE and DTLS are aiortc's; its coders and senders are left out, so that one core plays dozens of
people. Sends pictures, sound and reports, answers requests for keyframes and repeats, counts what
comes. Rests on the private names `media.peer` rests on.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Sequence
from struct import Struct
from typing import Any

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.rtp import (
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
)

from ekyc.bench.reel import FPS, SAMPLES, Reel
from ekyc.media import rtcp
from ekyc.media.rtp import HEADER, HEADER_BYTES, ONE_BYTE_PROFILE, payload_bounds
from ekyc.media.wire import Cell, Wire

_EXTENSION = Struct("!HHL")
_ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
_NTP_OFFSET_S = 2_208_988_800  # from 1900 to 1970
_REMEMBERED = 1024  # packets
_KNOWN_PICTURES = 900  # half a minute's
_MOST_MARKED = 256  # pictures a probe has under way
_MARK_BYTES = 16  # of a picture's end: enough to know it by
_WISHED_BITS_PER_S = 2_000_000
_MIMES = {"audio": "audio/opus", "video": "video/vp8"}


class Stream:
    """One stream a caller sends."""

    __slots__ = ("history", "octets", "packets", "payload_type", "sequence", "ssrc", "timestamp")

    def __init__(self, ssrc: int, payload_type: int, draw: random.Random) -> None:
        self.ssrc, self.payload_type = ssrc, payload_type
        self.sequence, self.timestamp = draw.randrange(1000, 20_000), draw.randrange(1 << 31)
        self.packets = self.octets = 0
        self.history: dict[int, bytes] = {}


class Caller:
    """One end of a call; `loss` is the share of its packets that never leave.

    A probe also decrypts the last packet of each picture it receives, and tells the time since
    `other` sent it.
    """

    def __init__(self, reel: Reel, *, loss: float, is_probe: bool, seed: int) -> None:
        self._reel, self._loss, self._is_probe = reel, loss, is_probe
        self._draw = random.Random(seed)
        self.other: Caller = self
        self.is_connected = asyncio.Event()
        self.is_silent = False
        """Sends nothing for the time being."""
        self.pictures_left: deque[float] = deque(maxlen=_KNOWN_PICTURES)
        """When the last of them left whole, seconds since 1970."""
        self.sent_pictures = self.key_requests = self.repeats = 0
        self.received: dict[int, int] = {}
        """Packets by their source."""
        self.received_pictures = 0
        self.latencies_s: list[float] = []
        self._marks: dict[bytes, float] = {}
        self._last_sequence: dict[int, int] = {}
        self._picture = self._sound = 0
        self._wants_key = False
        self._wire: Wire | None = None
        self._cell = Cell()
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection.on("connectionstatechange", self._changed)

    # The connection

    async def offer(self) -> str:
        """An offer of one picture and one sound, both ways."""
        for kind in ("audio", "video"):
            self._prepare(self._connection.addTransceiver(kind, direction="sendrecv"))
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return self._connection.localDescription.sdp

    async def take_answer(self, sdp: str) -> None:
        """Connect as the other side answered."""
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def answer(self, sdp: str) -> str:
        """The answer to an offer, both ways too."""
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        for transceiver in self._connection.getTransceivers():
            transceiver.direction = "sendrecv"
            self._prepare(transceiver)
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        return self._connection.localDescription.sdp

    def _prepare(self, transceiver: RTCRtpTransceiver) -> None:
        codecs = RTCRtpSender.getCapabilities(transceiver.kind).codecs
        wanted = [codec for codec in codecs if codec.mimeType.lower() == _MIMES[transceiver.kind]]
        transceiver.setCodecPreferences(wanted)
        transceiver.sender.send = _idle  # type: ignore[assignment]
        transceiver.receiver.receive = _idle  # type: ignore[assignment]

    def _changed(self) -> None:
        if self._connection.connectionState != "connected" or self._wire is not None:
            return
        own: dict[str, Any] = {each.kind: each for each in self._connection.getTransceivers()}
        dtls: Any = own["video"].sender.transport
        pair = dtls.transport._connection._nominated[1]
        self._wire = Wire(dtls, pair)
        self._video, self._audio = (
            Stream(own[kind].sender._ssrc, own[kind]._codecs[0].payloadType, self._draw)
            for kind in ("video", "audio")
        )
        extensions = own["video"]._headerExtensions
        self._sent_at = next((e.id for e in extensions if e.uri == _ABS_SEND_TIME), 0)
        pair.protocol.datagram_received = self._receiver(pair.protocol.datagram_received)
        self.is_connected.set()

    @property
    def may_talk(self) -> bool:
        """Whether there is a connection to send on, and something to say."""
        return self._wire is not None and not self.is_silent

    async def close(self) -> None:
        """Hang up."""
        if self._wire is not None:
            self._wire.close()
        await self._connection.close()

    # What it sends

    def send_picture(self) -> None:
        """The next picture, or the next whole one if somebody asked."""
        if self._wants_key:
            self._wants_key, self._picture = False, self._reel.next_key(self._picture)
        payloads = self._reel.pictures[self._picture].payloads
        self._picture = (self._picture + 1) % len(self._reel.pictures)
        self.sent_pictures += 1
        extension = self._extension()
        if self._is_probe:
            self._mark(payloads[-1])
        last = len(payloads) - 1
        for place, payload in enumerate(payloads):
            self._send(self._video, payload, extension, place == last)
        self._video.timestamp += 90_000 // FPS
        self.pictures_left.append(time.time())

    def _extension(self) -> bytes:
        if not self._sent_at:
            return b""
        fraction = int(time.time() % 64 * (1 << 18)) & 0xFFFFFF
        return _EXTENSION.pack(ONE_BYTE_PROFILE, 1, (self._sent_at << 4 | 2) << 24 | fraction)

    def _mark(self, payload: bytes) -> None:
        if len(self._marks) > _MOST_MARKED:
            self._marks.clear()
        self._marks[payload[-_MARK_BYTES:]] = time.monotonic()

    def send_sound(self) -> None:
        """The next packet of sound."""
        sounds = self._reel.sounds
        self._send(self._audio, sounds[self._sound % len(sounds)], b"", False)
        self._sound += 1
        self._audio.timestamp += SAMPLES

    def _send(self, stream: Stream, payload: bytes, extension: bytes, is_last: bool) -> None:
        sequence = stream.sequence
        packet = (
            HEADER.pack(
                0x90 if extension else 0x80,
                is_last << 7 | stream.payload_type,
                sequence,
                stream.timestamp & 0xFFFFFFFF,
                stream.ssrc,
            )
            + extension
            + payload
        )
        stream.history[sequence % _REMEMBERED] = packet
        stream.sequence = (sequence + 1) & 0xFFFF
        stream.packets += 1
        stream.octets += len(payload)
        self._emit(packet)

    def _emit(self, packet: bytes) -> None:
        """Repeats are lost as often as what they repeat."""
        if not (self._loss and self._draw.random() < self._loss) and self._wire is not None:
            self._wire.send(packet)

    def send_reports(self) -> None:
        """Sender reports, receiver reports and a wished bit rate; once a second."""
        ntp = int((time.time() + _NTP_OFFSET_S) * (1 << 32))
        parts = [
            bytes(
                RtcpSrPacket(
                    ssrc=stream.ssrc,
                    sender_info=RtcpSenderInfo(
                        ntp, stream.timestamp & 0xFFFFFFFF, stream.packets, stream.octets
                    ),
                )
            )
            for stream in (self._audio, self._video)
        ]
        for source, sequence in self._last_sequence.items():
            info = RtcpReceiverInfo(source, 0, 0, sequence, 10, 0, 0)
            parts.append(bytes(RtcpRrPacket(ssrc=self._video.ssrc, reports=[info])))
            parts.append(rtcp.bit_rate(self._video.ssrc, source, _WISHED_BITS_PER_S))
        assert self._wire is not None  # reports begin with the media
        self._wire.report(b"".join(parts))

    @property
    def sent(self) -> int:
        """Packets so far, the lost ones too, repeats left out."""
        return 0 if self._wire is None else self._video.packets + self._audio.packets

    # What it receives

    def _receiver(self, inner: Any) -> Any:
        received, last = self.received, self._last_sequence
        ends_picture = 0x80 | self._video.payload_type

        def datagram_received(data: bytes, address: Any) -> None:
            if not 127 < data[0] < 192:
                inner(data, address)
            elif 191 < data[1] < 224:
                self._reports(data)
            else:
                _, marked, sequence, _, source = HEADER.unpack_from(data)
                received[source] = received.get(source, 0) + 1
                last[source] = sequence
                if marked == ends_picture:
                    self._whole(data)

        return datagram_received

    def _whole(self, data: bytes) -> None:
        """The last packet of a picture came."""
        self.received_pictures += 1
        if self._is_probe:
            self._probe(data, time.monotonic())

    def _probe(self, data: bytes, at: float) -> None:
        assert self._wire is not None  # it receives on it
        clear = self._cell.view
        clear[: len(data)] = data
        length = self._wire.unprotect(self._cell, len(data))
        bounds = payload_bounds(clear, length) if length >= HEADER_BYTES else None
        if bounds is not None:
            sent_at = self.other._marks.pop(bytes(clear[bounds[1] - _MARK_BYTES : bounds[1]]), None)
            if sent_at is not None:
                self.latencies_s.append(at - sent_at)

    def _reports(self, data: bytes) -> None:
        assert self._wire is not None  # it receives on it
        clear = self._wire.unprotect_report(data)
        for packet in rtcp.parse(clear) if clear else ():
            self._take(packet)

    def _take(self, packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpPsfbPacket) and packet.fmt in {RTCP_PSFB_PLI, RTCP_PSFB_FIR}:
            self.key_requests += 1
            self._wants_key = True
        elif isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
            self._repeat(packet.lost)

    def _repeat(self, sequences: Sequence[int]) -> None:
        for sequence in sequences:
            packet = self._video.history.get(sequence % _REMEMBERED)
            if packet is not None and packet[2:4] == sequence.to_bytes(2, "big"):
                self.repeats += 1
                self._emit(packet)


async def _idle(_: object) -> None:
    """Stands for aiortc's own sending and receiving."""
