"""One party's open connection: its streams, and what its browser asks for."""

import time
from collections.abc import Callable
from ctypes import pointer
from dataclasses import dataclass

from aiortc.rtp import (
    RTCP_PSFB_APP,
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

from ekyc.media import rtcp
from ekyc.media.guard import Sort
from ekyc.media.offer import Kind, Sent, Terms
from ekyc.media.pulse import Traffic
from ekyc.media.pump import LegState
from ekyc.media.relay import Arrived, Care, Downlink, Uplink, connect
from ekyc.media.rtp import HEADER, HEADER_BYTES, payload_bounds, three_byte_extension
from ekyc.media.wire import Cell, Wire

_PLAIN = 0x80  # first byte of a packet without padding, extension and contributing sources
_NTP_ZERO_S = 2_208_988_800  # from 1900 to 1970
_MOST_REPEATS = 64  # packets per request: more is an attack, or a stream that needs a keyframe


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What came on one leg since the last look."""

    kbps: float
    loss: float
    fps: float
    sound: bool


class Leg:
    """The streams of one open connection, up and down."""

    def __init__(
        self, wire: Wire, terms: Terms, care: Care, *, on_uplink: Callable[[Uplink], None]
    ) -> None:
        self._wire, self._care, self._on_uplink = wire, care, on_uplink
        self._cell = Cell()
        self._arrived = Arrived(self._cell)
        self._sent = {sent.kind: sent for sent in terms.sent}
        self._sent_at = terms.sent_at_extension
        self.pairs = [
            {
                heard.kind: Downlink(wire, heard, sent_at_extension=terms.sent_at_extension)
                for heard in pair
            }
            for pair in terms.pairs
        ]
        self._down = {down.ssrc: down for pair in self.pairs for down in pair.values()}
        self._own = next(iter(self._down), 1)
        self.uplinks: dict[Kind, Uplink] = {}
        self.state = LegState(inbound=wire.inbound, sent_at_extension=terms.sent_at_extension)
        """What the short way knows of this leg; its streams in the order they were admitted."""
        self.state.keeps = wire
        self.admitted: list[Uplink] = []
        self._by_ssrc: dict[int, Uplink] = {}
        self._repairs: dict[int, Uplink] = {}
        self.state.last_heard = self._counted_at = time.monotonic()
        self._ntp_at_zero_s = time.time() - time.monotonic() + _NTP_ZERO_S
        """NTP's time at the steady clock's zero, as the clock stands now: set in the middle of a
        connection, it moves neither picture nor sound."""
        self._clock_ahead: int | None = None
        self.wish: int | None = None
        """Bit/s this listener says it can take."""

    def receive(self, sort: Sort, data: bytes, at: float) -> None:
        """A datagram that one of the party's addresses sent."""
        if sort is Sort.MEDIA:
            self._cell.view[: len(data)] = data
            self.media(self._cell, len(data), at)
        else:
            self._reports(data, at)

    # Media

    def media(self, cell: Cell, length: int, at: float) -> None:
        """A packet of the party's, encrypted; the cell may be used again afterwards."""
        length = self._wire.unprotect(cell, length)
        if length < HEADER_BYTES:
            return
        view = cell.view
        first, marked, sequence, timestamp, ssrc = HEADER.unpack_from(view)
        start, end, sent_at = HEADER_BYTES, length, None
        if first != _PLAIN:
            bounds = payload_bounds(view, length)
            if bounds is None:
                return
            start, end = bounds
            if self._sent_at:
                sent_at = three_byte_extension(view, start, self._sent_at)
        self.state.last_heard = at
        packet = self._arrived  # one object for all: making one each time costs a microsecond
        packet.cell, packet.start, packet.end = cell, start, end
        packet.sequence, packet.timestamp, packet.marker = sequence, timestamp, marked > 127
        packet.sent_at, packet.at = sent_at, at
        uplink = self._by_ssrc.get(ssrc)
        if uplink is not None:
            uplink.take(packet)
        else:
            self._unfamiliar(ssrc, marked & 0x7F, packet)

    def _unfamiliar(self, ssrc: int, payload_type: int, packet: Arrived) -> None:
        """A repeat, the first packet of an agreed stream, or nothing we agreed on."""
        repaired = self._repairs.get(ssrc) or self._repair(ssrc, payload_type)
        if repaired is not None:
            self._repeated(repaired, packet)
            return
        uplink = self._admit(ssrc, payload_type)
        if uplink is not None:
            uplink.take(packet)

    def _admit(self, ssrc: int, payload_type: int) -> Uplink | None:
        for kind, sent in self._sent.items():
            if sent.payload_type == payload_type and sent.ssrc in {None, ssrc}:
                if kind in self.uplinks:
                    return None
                uplink = Uplink(self._wire, kind=kind, ssrc=ssrc, own=self._own, care=self._care)
                self.uplinks[kind] = self._by_ssrc[ssrc] = uplink
                self.state.streams[len(self.admitted)] = pointer(uplink.state)
                self.admitted.append(uplink)
                self.state.stream_count = len(self.admitted)
                self._on_uplink(uplink)
                return uplink
        return None

    def _repair(self, ssrc: int, payload_type: int) -> Uplink | None:
        for kind, sent in self._sent.items():
            if sent.repair_type == payload_type and _may_repair(sent, ssrc):
                uplink = self.uplinks.get(kind)
                if uplink is not None:
                    self._repairs[ssrc] = uplink
                return uplink
        return None

    def _repeated(self, uplink: Uplink, packet: Arrived) -> None:
        """RFC 4588: the payload begins with the number the packet had the first time."""
        if packet.end - packet.start > 2:
            view = packet.cell.view
            packet.sequence = view[packet.start] << 8 | view[packet.start + 1]
            packet.start += 2
            uplink.take_again(packet)

    # Reports

    def _reports(self, data: bytes, at: float) -> None:
        clear = self._wire.unprotect_report(data)
        if clear is None:
            return
        self.state.last_heard = at
        for packet in rtcp.parse(clear):
            self._handle(packet, at)

    def _handle(self, packet: AnyRtcpPacket, at: float) -> None:
        if isinstance(packet, RtcpSrPacket):
            uplink = self._by_ssrc.get(packet.ssrc)
            if uplink is not None:
                self._clock_ahead = self._clock_ahead or self._ahead(packet.sender_info, at)
                uplink.reported(packet.sender_info, at, ahead=self._clock_ahead)
        if isinstance(packet, RtcpSrPacket | RtcpRrPacket):
            self._answered(packet.reports, at)
        elif isinstance(packet, RtcpPsfbPacket):
            self._picture_asked(packet)
        elif isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
            down = self._down.get(packet.media_ssrc)
            if down is not None:
                down.repeat(packet.lost[:_MOST_REPEATS])

    def _ahead(self, info: RtcpSenderInfo, at: float) -> int:
        """By how much our clock is ahead of the party's, NTP; the same for its picture and sound.

        Listeners are told our time: another browser, or another machine, may go on with the stream.
        """
        return rtcp.ntp(at + self._ntp_at_zero_s) - info.ntp_timestamp

    def _answered(self, reports: list[RtcpReceiverInfo], at: float) -> None:
        for report in reports:
            down = self._down.get(report.ssrc)
            if down is not None:
                down.answered(report, at)

    def _picture_asked(self, packet: RtcpPsfbPacket) -> None:
        if packet.fmt == RTCP_PSFB_APP:
            wish = rtcp.wished_bit_rate(packet)
            self.wish = self.wish if wish is None else wish
        elif packet.fmt == RTCP_PSFB_PLI:
            self._ask_key(packet.media_ssrc)
        elif packet.fmt == RTCP_PSFB_FIR and len(packet.fci) >= 4:
            self._ask_key(int.from_bytes(packet.fci[:4], "big"))

    def _ask_key(self, ssrc: int) -> None:
        down = self._down.get(ssrc)
        if down is not None and down.source is not None:
            down.source.ask_key()

    # Once in a while

    def tick(self, at: float) -> None:
        """What was put off."""
        for uplink in self.uplinks.values():
            uplink.tick(at)

    def account(self, at: float) -> Arrival:
        """Report to the party what came from it, and say so here; about once a second."""
        elapsed = max(at - self._counted_at, 1e-3)
        self._counted_at = at
        blocks, losses, octets, pictures, sound = [], [0.0], 0, 0, False
        for uplink in self.uplinks.values():
            loss = uplink.reception.interval()
            uplink.lately_lost.append(loss)
            losses.append(loss)
            blocks.append(
                uplink.reception.info(uplink.ssrc, loss=loss, heard=uplink.heard_at(), at=at)
            )
            came = uplink.state
            octets, pictures = octets + came.octets, pictures + came.pictures
            sound = sound or (uplink.kind == "audio" and came.octets > 0)
            came.octets = came.pictures = 0
        self._wire.report(rtcp.receiver_report(self._own, blocks))
        kbps, fps = octets * 8 / 1000 / elapsed, pictures / elapsed
        return Arrival(kbps=kbps, loss=max(losses), fps=fps, sound=sound)

    def close(self) -> None:
        """Let go of everybody who is heard or hears: else each keeps the other's pictures alive."""
        for uplink in self.uplinks.values():
            connect(uplink, ())
            uplink.tap = None
        for down in self._down.values():
            down.source = None

    @property
    def traffic(self) -> Traffic:
        """What was sent to the party."""
        passed_on = sum(down.state.packets for down in self._down.values())
        return Traffic(passed_on=passed_on, unsent=self._wire.state.unsent)

    @property
    def last_heard(self) -> float:
        """When something came that was the party's."""
        return self.state.last_heard

    def heard_loss(self, at: float) -> float:
        """The worst share lost of what is sent to the party, 0 to 1."""
        return max((down.loss(at) for down in self._down.values()), default=0.0)

    @property
    def round_trip_s(self) -> float | None:
        """The newest known way there and back."""
        known = [d.round_trip.seconds for d in self._down.values()]
        return next((seconds for seconds in known if seconds is not None), None)


def _may_repair(sent: Sent, ssrc: int) -> bool:
    return sent.repair_ssrc in {None, ssrc} and ssrc != sent.ssrc
