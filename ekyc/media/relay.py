"""Packets from one party to those who hear it: decrypted, renumbered in place, encrypted, sent.

Never decoded. A listener sees one stream per voice for the whole call: when the source behind it
changes (somebody came back with a new connection) the numbers go on from where they were, because
SRTP refuses an index that runs backwards and a browser would not play it.
"""

import math
import time
from collections import deque
from collections.abc import Iterable, Sequence
from ctypes import pointer
from dataclasses import dataclass
from struct import Struct
from typing import Protocol

from aiortc.rtp import RtcpReceiverInfo, RtcpSenderInfo

from ekyc.media import rtcp, vp8
from ekyc.media.offer import RATES, Heard, Kind
from ekyc.media.pump import MOST_LISTENERS, ListenerState, NumbersState
from ekyc.media.rtp import HEADER, HEADER_BYTES, ONE_BYTE_PROFILE
from ekyc.media.wire import Cell, Wire

_EXTENSION = Struct("!HHL")  # profile, length in words, one three-byte extension
_REPORT_S = 0.5
_REPORTS_AT_ONCE = 20  # Chromium draws its line through so many: another voice's must not weigh
_SAID_S = 6.0  # browsers report on sound every five seconds
_HIDES = 0.2  # of few packets, a second's share lost is off by as much
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

    def __init__(self, rate: int, state: NumbersState) -> None:
        self._rate, self._state = rate, state
        state.last = _FIRST_INDEX - 1

    @property
    def stamp_shift(self) -> int:
        """What is added to the source's time stamps."""
        return self._state.stamp_shift

    def switch(self) -> None:
        """The next packet comes from another source."""
        self._state.is_following = False

    @property
    def has_begun(self) -> bool:
        """Whether a packet of the present source was numbered, so that `stamp_shift` is its own."""
        return bool(self._state.is_following)

    def map(self, index: int, timestamp: int, at: float) -> tuple[int, int] | None:
        """Sequence number and time stamp for the listener; None for what came before its time."""
        state = self._state
        if not state.is_following:
            self._follow(index, timestamp, at)
        number = index + state.shift
        stamp = (timestamp + state.stamp_shift) & 0xFFFFFFFF
        if number > state.last:
            state.last, state.last_stamp, state.at = number, stamp, at
        elif number < state.floor:
            return None
        return number & 0xFFFF, stamp

    def source_index(self, sequence: int) -> int | None:
        """The present source's number of what the listener knows by `sequence`; None: another's."""
        state = self._state
        number = state.last + ((sequence - state.last + 0x8000) & 0xFFFF) - 0x8000
        is_here = state.is_following and number >= state.floor
        return number - state.shift if is_here else None

    def _follow(self, index: int, timestamp: int, at: float) -> None:
        state = self._state
        state.is_following = True
        state.floor = state.last + 1
        state.shift = state.floor - index
        if state.at:
            ahead = state.last_stamp + max(1, int((at - state.at) * self._rate))
            state.stamp_shift = (ahead - timestamp) & 0xFFFFFFFF


class Downlink:
    """One stream a party receives."""

    def __init__(self, wire: Wire, heard: Heard, *, sent_at_extension: int) -> None:
        self.wire, self.kind, self.ssrc = wire, heard.kind, heard.ssrc
        self._payload_type = heard.payload_type
        self._sent_at = sent_at_extension << 28 | 2 << 24 if sent_at_extension else 0
        self.state = ListenerState(
            wire=pointer(wire.state),
            ssrc=heard.ssrc,
            sent_at=self._sent_at,
            payload_type=heard.payload_type,
        )
        self._numbers = Numbers(RATES[heard.kind], self.state.numbers)
        self._reported_at, self._reports = 0.0, 0
        self.source: Uplink | None = None
        self.round_trip = rtcp.RoundTrip()
        self._lost, self._lost_at = 0.0, float("-inf")

    def hear(self, source: "Uplink") -> None:
        """Take this stream from now on."""
        self._numbers.switch()
        self._reports = 0
        self.source = source

    def rest(self) -> None:
        """Take nothing any more; what may come later begins anew."""
        self.source = None

    def forward(self, packet: "Arrived") -> None:
        """Send a packet that stands in clear in its cell."""
        numbers = self._numbers.map(packet.index, packet.timestamp, packet.at)
        if numbers is None:
            return
        marked = packet.marker << 7 | self._payload_type
        view, start = packet.cell.view, packet.start - HEADER_BYTES
        if packet.sent_at is not None and self._sent_at:
            start -= _EXTENSION.size
            _EXTENSION.pack_into(
                view, start + HEADER_BYTES, ONE_BYTE_PROFILE, 1, self._sent_at | packet.sent_at
            )
            HEADER.pack_into(view, start, 0x90, marked, *numbers, self.ssrc)
        else:
            HEADER.pack_into(view, start, 0x80, marked, *numbers, self.ssrc)
        self.wire.forward(packet.cell, start, packet.end)
        self.state.packets += 1
        self.state.octets += packet.end - packet.start

    def repeat(self, sequences: Iterable[int]) -> None:
        """Send again what the listener missed, if it is still in the history.

        Byte for byte what was sent: a number stands for one packet only, or AES-GCM breaks.
        """
        if self.source is None:
            return
        for sequence in sequences:
            index = self._numbers.source_index(sequence & 0xFFFF)
            kept = None if index is None else self.source.remembered(index)
            if kept is not None:
                _, timestamp, marker, payload, sent_at = kept
                stamp = (timestamp + self._numbers.stamp_shift) & 0xFFFFFFFF
                marked = marker << 7 | self._payload_type
                has_time = sent_at is not None and self._sent_at
                first = 0x90 if has_time else 0x80
                head = HEADER.pack(first, marked, sequence & 0xFFFF, stamp, self.ssrc)
                if has_time:
                    head += _EXTENSION.pack(ONE_BYTE_PROFILE, 1, self._sent_at | (sent_at or 0))
                self.wire.send(head + payload)

    def tell_clock(self, at: float) -> None:
        """Pass the source's clock on, so that picture and sound stay together.

        At every tick at first, then twice a second.
        """
        is_early = self._reports >= _REPORTS_AT_ONCE and at - self._reported_at < _REPORT_S
        if is_early or self.source is None or not self._numbers.has_begun:
            return
        clock = self.source.clock(at)
        if clock is None:
            return
        self._reported_at = at
        self._reports += 1
        ntp, stamp = clock
        self.round_trip.sent(ntp, at)
        report = rtcp.sender_report(
            self.ssrc,
            ntp=ntp,
            stamp=(stamp + self._numbers.stamp_shift) & 0xFFFFFFFF,
            packets=self.state.packets,
            octets=self.state.octets,
        )
        self.wire.report(report)

    def answered(self, report: RtcpReceiverInfo, at: float) -> None:
        """The listener says how this stream arrives."""
        self.round_trip.answered(report, at)
        self._lost, self._lost_at = report.fraction_lost / 256, at

    def loss(self, at: float) -> float:
        """The share of what we sent that did not arrive, as the listener said lately; else 0.

        Gaps the source's own line left are passed on as gaps: they are taken off. Where it left
        many nothing can be told about this one.
        """
        if self.source is None or at - self._lost_at >= _SAID_S:
            return 0.0
        gaps = max(self.source.lately_lost, default=0.0)
        return max(0.0, self._lost - gaps) if gaps < _HIDES else 0.0


@dataclass(slots=True)
class Arrived:
    """A packet in clear: where its payload lies in its cell, and its numbers."""

    cell: Cell
    start: int = 0
    end: int = 0
    sequence: int = 0
    timestamp: int = 0
    marker: bool = False
    sent_at: int | None = None
    at: float = 0.0
    index: int = 0


Kept = tuple[int, int, bool, bytes, int | None]
"""A packet in the history: running number, time stamp, marker, payload, time of sending; no class,
for speed."""


class Uplink:
    """One stream a party sends."""

    def __init__(self, wire: Wire, *, kind: Kind, ssrc: int, own: int, care: Care) -> None:
        self.wire, self.kind, self.ssrc = wire, kind, ssrc
        self._own, self._is_video = own, kind == "video"
        self.reception = rtcp.Reception(RATES[kind])
        self.state = self.reception.state
        """Octets and pictures in it are those since the last account."""
        self.state.ssrc, self.state.is_video = ssrc, self._is_video
        self._gaps = rtcp.Gaps(interval_s=care.nack_interval_s, tries=care.nack_tries)
        self._keys = rtcp.KeyRequests(care.pli_interval_s)
        self._history: list[Kept | None] = [None] * care.history_packets
        self.heard_by: tuple[Downlink, ...] = ()
        self.tap: Tap | None = None
        self.report: tuple[int, int, float] | None = None
        """NTP and time stamp of the last sender report, and when it came."""
        self._ahead = 0
        self.lately_lost: deque[float] = deque(maxlen=math.ceil(_SAID_S) + 1)
        """The share that never came, of each of the last seconds."""
        self.size = (0, 0)

    def take(self, packet: Arrived) -> None:
        """A packet came: pass it on to every listener, keep it, tap it."""
        packet.index = self.reception.arrived(packet.sequence, packet.timestamp, packet.at)
        if not self._is_known(packet.index):
            self.deliver(packet)

    def take_again(self, packet: Arrived) -> None:
        """A packet came on the stream of repeats: a missing one, or one to fill the line."""
        if not self.reception.has_begun:
            return
        packet.index = self.reception.index_of(packet.sequence)
        if not self._is_known(packet.index):
            self.reception.recovered()
            self.deliver(packet)

    def _is_known(self, index: int) -> bool:
        """Whether a picture's packet was passed on, or might have been longer ago than we know.

        Its repeat may come before it, and differs from it in the time of sending.
        """
        if not self._is_video:
            return False
        is_old = index <= self.reception.newest - len(self._history)
        return is_old or self.remembered(index) is not None

    def deliver(self, packet: Arrived) -> None:
        """What happens to every packet whose running number is known."""
        start, end = packet.start, packet.end
        self.state.octets += end - start
        self.state.pictures += self._is_video and packet.marker
        payload = packet.cell.data[start:end]
        is_used = False
        for listener in self.heard_by:
            if is_used:  # the one before encrypted in place
                packet.cell.view[start:end] = payload
            listener.forward(packet)
            is_used = True
        self.passed(
            packet.index, packet.timestamp, packet.marker, payload, packet.sent_at, packet.at
        )

    def passed(
        self,
        index: int,
        timestamp: int,
        marker: bool,
        payload: bytes,
        sent_at: int | None,
        at: float,
    ) -> None:
        """A packet was counted and sent to every listener: keep it, tap it."""
        if self._is_video:
            history = self._history
            history[index % len(history)] = index, timestamp, marker, payload, sent_at
            if payload and payload[0] & 0x10:  # a picture begins
                self.size = vp8.key_size(payload) or self.size
            if not self._gaps.arrived(index):
                self.ask_key()
            if self._gaps.missing:
                self.ask_missing(at)
        if self.tap is not None:
            self.tap(index, timestamp, marker, payload, at)

    def remembered(self, index: int) -> Kept | None:
        """The packet with this running number, if it is among the last ones."""
        kept = self._history[index % len(self._history)]
        return kept if kept is not None and kept[0] == index else None

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
        """What was put off: keyframes asked for too soon, packets still missing, the clock."""
        if self._keys.due(at):
            self.wire.report(rtcp.key_request(self._own, self.ssrc))
        self.ask_missing(at)
        for listener in self.heard_by:
            listener.tell_clock(at)

    def reported(self, info: RtcpSenderInfo, at: float, *, ahead: int) -> None:
        """The party's sender report, and by how much our clock is ahead of the party's (NTP)."""
        self.report = (info.ntp_timestamp, info.rtp_timestamp, at)
        self._ahead = ahead

    def clock(self, at: float) -> tuple[int, int] | None:
        """The time stamp that belongs to this instant of our clock (NTP), as the party reports it.

        A browser reports its sound every five seconds and is needed twice before a listener can
        put it beside the picture; what it would say in between follows from what it said.
        """
        if self.report is None:
            return None
        ntp, stamp, came_at = self.report
        passed = at - came_at
        ours = (ntp + self._ahead + rtcp.ntp(passed)) & 0xFFFFFFFF_FFFFFFFF
        return ours, stamp + round(passed * RATES[self.kind])

    def heard_at(self) -> tuple[int, float] | None:
        """The last sender report as our own report quotes it."""
        return None if self.report is None else (rtcp.middle(self.report[0]), self.report[2])

    def limit(self, bits_per_s: int) -> None:
        """Tell the camera how much to send at most."""
        self.wire.report(rtcp.bit_rate(self._own, self.ssrc, bits_per_s))


def connect(uplink: Uplink, listeners: Sequence[Downlink]) -> None:
    """Let these, and only these, hear a stream; new ones get a whole picture first."""
    for listener in uplink.heard_by:
        if listener not in listeners and listener.source is uplink:
            listener.rest()
    for listener in listeners:
        if listener.source is not uplink:
            listener.hear(uplink)
            uplink.ask_key()
    uplink.heard_by = tuple(listeners)
    state = uplink.state
    state.listener_count = len(listeners)
    for place, listener in enumerate(listeners[:MOST_LISTENERS]):
        state.listeners[place] = pointer(listener.state)
