"""Packets from one party to those who hear it: decrypted, renumbered in place, encrypted, sent.

Never decoded. A listener sees one stream per voice for the whole call: when the source behind it
changes (somebody came back with a new connection) the numbers go on from where they were, because
SRTP refuses an index that runs backwards and a browser would not play it.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Protocol

from aiortc.rtp import RtcpReceiverInfo, RtcpSenderInfo

from ekyc.media import rtcp, vp8
from ekyc.media.offer import RATES, Heard, Kind
from ekyc.media.peer import Wire
from ekyc.media.rtp import HEADER, HEADER_BYTES, ONE_BYTE_PROFILE

_EXTENSION = Struct("!HHL")  # profile, length in words, one three-byte extension
_FIRST_INDEX = 1  # low: far from the wrap, where libsrtp could guess the wrong cycle


class Tap(Protocol):
    """Takes a copy of every packet of a stream."""

    def __call__(
        self, index: int, timestamp: int, marker: bool, payload: bytes, at: float, /
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """How lost packets and keyframes are asked for."""

    pli_interval_s: float
    nack_interval_s: float
    nack_tries: int
    history_packets: int


class Numbers:
    """A listener's numbering of one stream, over all the sources that ever fed it."""

    __slots__ = ("_at", "_floor", "_last", "_last_timestamp", "_rate", "_shift", "stamp_shift")

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._shift: int | None = None
        self.stamp_shift = 0
        """What is added to the source's time stamps."""
        self._last, self._last_timestamp, self._at = _FIRST_INDEX - 1, 0, 0.0
        self._floor = 0

    def switch(self) -> None:
        """The next packet comes from another source."""
        self._shift = None

    def map(self, index: int, timestamp: int, at: float) -> tuple[int, int] | None:
        """Sequence number and time stamp for the listener; None for what came before its time."""
        if self._shift is None:
            self._begin(index, timestamp, at)
        assert self._shift is not None  # _begin() set it
        number = index + self._shift
        if number < self._floor:
            return None
        stamp = (timestamp + self.stamp_shift) & 0xFFFFFFFF
        if number > self._last:
            self._last, self._last_timestamp, self._at = number, stamp, at
        return number & 0xFFFF, stamp

    def source_index(self, sequence: int) -> int:
        """The source's running number of a packet the listener knows by `sequence`."""
        step = ((sequence - self._last + 0x8000) & 0xFFFF) - 0x8000
        return self._last + step - (self._shift or 0)

    def _begin(self, index: int, timestamp: int, at: float) -> None:
        self._floor = self._last + 1
        self._shift = self._floor - index
        if self._at:
            ahead = self._last_timestamp + max(1, int((at - self._at) * self._rate))
            self.stamp_shift = (ahead - timestamp) & 0xFFFFFFFF


class Downlink:
    """One stream a party receives."""

    def __init__(self, wire: Wire, heard: Heard, *, sent_at_extension: int) -> None:
        self.wire, self.kind, self.ssrc = wire, heard.kind, heard.ssrc
        self._payload_type = heard.payload_type
        self._sent_at = sent_at_extension << 28 | 2 << 24 if sent_at_extension else 0
        self._numbers = Numbers(RATES[heard.kind])
        self._packets = self._octets = 0
        self.source: Uplink | None = None
        self.round_trip = rtcp.RoundTrip()

    def hear(self, source: "Uplink") -> None:
        """Take this stream from now on."""
        self._numbers.switch()
        self.source = source

    def forward(self, packet: "Arrived", source: Wire) -> None:
        """Send a packet that stands in clear in the source's buffer."""
        numbers = self._numbers.map(packet.index, packet.timestamp, packet.at)
        if numbers is None:
            return
        marked = packet.marker << 7 | self._payload_type
        view, start = source.clear, packet.start - HEADER_BYTES
        if packet.sent_at is not None and self._sent_at:
            start -= _EXTENSION.size
            _EXTENSION.pack_into(
                view, start + HEADER_BYTES, ONE_BYTE_PROFILE, 1, self._sent_at | packet.sent_at
            )
            HEADER.pack_into(view, start, 0x90, marked, *numbers, self.ssrc)
        else:
            HEADER.pack_into(view, start, 0x80, marked, *numbers, self.ssrc)
        self.wire.forward(source, start, packet.end)
        self._packets += 1
        self._octets += packet.end - packet.start

    def repeat(self, sequences: Iterable[int]) -> None:
        """Send again what the listener missed, if it is still in the history."""
        if self.source is None:
            return
        for sequence in sequences:
            index = self._numbers.source_index(sequence & 0xFFFF)
            kept = self.source.remembered(index)
            if kept is not None:
                stamp = (kept.timestamp + self._numbers.stamp_shift) & 0xFFFFFFFF
                marked = kept.marker << 7 | self._payload_type
                head = HEADER.pack(0x80, marked, sequence & 0xFFFF, stamp, self.ssrc)
                self.wire.send(head + kept.payload)

    def relay_report(self, info: RtcpSenderInfo, at: float) -> None:
        """Pass the source's clock on, so that picture and sound stay together."""
        stamp = (info.rtp_timestamp + self._numbers.stamp_shift) & 0xFFFFFFFF
        self.round_trip.sent(info.ntp_timestamp, at)
        self.wire.report(
            rtcp.sender_report(
                self.ssrc, info, timestamp=stamp, packets=self._packets, octets=self._octets
            )
        )

    def answered(self, report: RtcpReceiverInfo, at: float) -> None:
        """The listener says how this stream arrives."""
        self.round_trip.answered(report, at)


@dataclass(slots=True)
class Arrived:
    """A packet in its wire's buffer: where its payload lies, and its numbers."""

    start: int
    end: int
    sequence: int
    timestamp: int
    marker: bool
    sent_at: int | None
    at: float
    index: int = 0


@dataclass(slots=True)  # not frozen: one is made for every packet, and freezing costs a microsecond
class Kept:
    """A packet in the history."""

    index: int
    timestamp: int
    marker: bool
    payload: bytes


class Uplink:
    """One stream a party sends."""

    def __init__(self, wire: Wire, *, kind: Kind, ssrc: int, own: int, care: Care) -> None:
        self.wire, self.kind, self.ssrc = wire, kind, ssrc
        self._own, self._is_video = own, kind == "video"
        self.reception = rtcp.Reception(RATES[kind])
        self._gaps = rtcp.Gaps(interval_s=care.nack_interval_s, tries=care.nack_tries)
        self._keys = rtcp.KeyRequests(care.pli_interval_s)
        self._history: list[Kept | None] = [None] * care.history_packets
        self.heard_by: tuple[Downlink, ...] = ()
        self.tap: Tap | None = None
        self.report: tuple[int, int, float] | None = None
        """NTP and time stamp of the last sender report, and when it came."""
        self.octets = self.pictures = 0
        self.size = (0, 0)

    def take(self, packet: Arrived) -> None:
        """A packet came: pass it on to every listener, keep it, tap it."""
        packet.index = self.reception.arrived(packet.sequence, packet.timestamp, packet.at)
        self.deliver(packet)

    def take_again(self, packet: Arrived) -> None:
        """A packet came on the stream of repeats: a missing one, or one to fill the line."""
        if not self.reception.has_begun:
            return
        packet.index = self.reception.index_of(packet.sequence)
        if self.remembered(packet.index) is None:
            self.reception.recovered()
            self.deliver(packet)

    def deliver(self, packet: Arrived) -> None:
        """What happens to every packet whose running number is known."""
        view, listeners = self.wire.clear, self.heard_by
        self.octets += packet.end - packet.start
        payload = b""
        if self._is_video or self.tap is not None or len(listeners) > 1:
            payload = bytes(view[packet.start : packet.end])
        if self._is_video:
            self._look(packet, payload)
        for again, listener in enumerate(listeners):
            if again:  # the one before encrypted in place
                view[packet.start : packet.end] = payload
            listener.forward(packet, self.wire)
        if self.tap is not None:
            self.tap(packet.index, packet.timestamp, packet.marker, payload, packet.at)

    def _look(self, packet: Arrived, payload: bytes) -> None:
        slot = packet.index % len(self._history)
        self._history[slot] = Kept(packet.index, packet.timestamp, packet.marker, payload)
        self.pictures += packet.marker
        self.size = vp8.key_size(payload) or self.size
        if not self._gaps.arrived(packet.index):
            self.ask_key()
        if self._gaps.missing:
            self.ask_missing(packet.at)

    def remembered(self, index: int) -> Kept | None:
        """The packet with this running number, if it is among the last ones."""
        kept = self._history[index % len(self._history)]
        return kept if kept is not None and kept.index == index else None

    def ask_missing(self, at: float) -> None:
        """Ask for what is missing and due."""
        wanted = self._gaps.due(at)
        if wanted:
            self.wire.report(rtcp.repeat_request(self._own, self.ssrc, wanted))

    def ask_key(self) -> None:
        """Ask the camera for a whole picture, now or as soon as the interval allows."""
        if self._is_video and self._keys.ask(time.monotonic()):
            self.wire.report(rtcp.key_request(self._own, self.ssrc))

    def tick(self, at: float) -> None:
        """What was put off: keyframes asked for too soon, packets still missing."""
        if self._keys.due(at):
            self.wire.report(rtcp.key_request(self._own, self.ssrc))
        self.ask_missing(at)

    def reported(self, info: RtcpSenderInfo, at: float) -> None:
        """The party's sender report: pass it on."""
        self.report = (info.ntp_timestamp, info.rtp_timestamp, at)
        for listener in self.heard_by:
            listener.relay_report(info, at)

    def heard_at(self) -> tuple[int, float] | None:
        """The last sender report as our own report quotes it."""
        return None if self.report is None else (rtcp.middle(self.report[0]), self.report[2])

    def limit(self, bits_per_s: int) -> None:
        """Tell the camera how much to send at most."""
        self.wire.report(rtcp.bit_rate(self._own, self.ssrc, bits_per_s))


def connect(uplink: Uplink, listeners: Sequence[Downlink]) -> None:
    """Let these, and only these, hear a stream; new ones get a whole picture first."""
    for listener in listeners:
        if listener.source is not uplink:
            listener.hear(uplink)
            uplink.ask_key()
    uplink.heard_by = tuple(listeners)
