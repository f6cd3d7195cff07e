"""The packet path under a fuzzer: what somebody with a call's keys could send.

Encryption is left out, because whoever sends garbage in a call has its keys; everything behind
it is the product's own: the gate, RTP and its extensions, repeats, RTCP, VP8 descriptors, order,
recorder. Connection checks go through aioice as at a call's port. An exception is a finding.
"""

import contextlib
import random
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from struct import pack
from typing import Any, cast

import aioice.stun
from aiortc.rtp import (
    RtcpByePacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
)

from ekyc.crew import Crew
from ekyc.media import rtcp, vp8
from ekyc.media.guard import Address, Budget, Gate, Sort
from ekyc.media.offer import Heard, Sent, Terms
from ekyc.media.party import Party
from ekyc.media.pump import WireState
from ekyc.media.recorder import Recorder
from ekyc.media.relay import Downlink, connect
from ekyc.media.rtp import HEADER, payload_bounds, three_byte_extension
from ekyc.media.wire import Cell
from ekyc.settings import Media
from tests.samples import MemorySink, packets, pictures, sounds

AUDIO, VIDEO, REPAIR = 96, 97, 98
SSRC = {AUDIO: 1000, VIDEO: 1001, REPAIR: 1002}
EXTENSION = 3
ZERO = 100.0
HERE: Address = ("127.0.0.1", 5000)
LARGEST = 1500
MEDIA = Media()


class OpenWire:
    """A wire without encryption; what is sent on it is gone."""

    def __init__(self) -> None:
        self.state = WireState(descriptor=-1)
        self.inbound = 0
        self.remote = HERE

    def unprotect(self, cell: Cell, length: int) -> int:
        """The packet as it came."""
        return length

    def unprotect_report(self, data: bytes) -> bytes | None:
        """The compound as it came; one that cannot be read is a ValueError that `Peer` counts."""
        try:
            rtcp.parse(data)
        except ValueError:
            return None
        return data

    def forward(self, cell: Cell, start: int, end: int) -> None:
        """What would be encrypted lies within the cell, with room for the tag behind it."""
        assert 0 <= start < end <= len(cell.view) - 16, (start, end)

    def send(self, packet: bytes) -> None:
        """Nothing but a whole packet is sent."""
        assert len(packet) >= HEADER.size

    def report(self, compound: bytes) -> None:
        """Only what can be read is said."""
        assert rtcp.parse(compound)


class StandIn:
    """Stands for the connection behind a party."""

    is_up = True

    def settle(self) -> None:
        """Nothing goes the short way here."""

    def refresh(self) -> None:
        """The address stays."""

    def is_late(self, at: float, limit_s: float) -> bool:
        """It stands."""
        return False


def _terms(of: int) -> Terms:
    sent = (
        Sent(kind="audio", payload_type=AUDIO, ssrc=of, repair_type=None, repair_ssrc=None),
        Sent(
            kind="video",
            payload_type=VIDEO,
            ssrc=of + 1,
            repair_type=REPAIR,
            repair_ssrc=of + 2,
        ),
    )
    heard = (
        Heard(kind="audio", payload_type=AUDIO + 10, ssrc=of + 100),
        Heard(kind="video", payload_type=VIDEO + 10, ssrc=of + 101),
    )
    return Terms(sent=sent, pairs=(heard,), sent_at_extension=EXTENSION)


class Room:
    """A recorded party that sends what the fuzzer says, and one who hears it."""

    def __init__(self) -> None:
        self.sink = MemorySink()
        self._stand_in = cast(Any, StandIn())
        self._party = Party(
            "customer",
            MEDIA,
            Crew(),
            came=lambda party: None,
            left=lambda party: None,
            changed=self._connect,
        )
        far = cast(Any, OpenWire())
        self._listener = {
            heard.kind: Downlink(far, heard, sent_at_extension=EXTENSION)
            for heard in _terms(2000).pairs[0]
        }
        self._gate = Gate(
            Budget(packets=2000, octets=1 << 20, stranger_checks=50),
            validated=lambda at: False,
            expected=lambda data: True,
        )
        self._gate.remote = HERE
        wire = cast(Any, OpenWire())
        self._party._peer = self._stand_in
        self._party._up(self._stand_in, wire, _terms(SSRC[AUDIO]))
        started_at = datetime(2026, 1, 1, tzinfo=UTC)
        self._party.record(Recorder(self.sink, zero=ZERO, started_at=started_at, cluster_ms=500))
        self._at = ZERO

    def _connect(self) -> None:
        for kind, uplink in self._party.leg.uplinks.items() if self._party.leg else ():
            connect(uplink, [self._listener[kind]])

    def take(self, datagram: bytes, waited_s: float) -> None:
        """One datagram from the party's address, this long after the one before."""
        self._at += waited_s
        sort = self._gate.admit(datagram, HERE, self._at)
        if sort is Sort.MEDIA or sort is Sort.REPORT:
            self._party._packet(self._stand_in, sort, datagram, self._at)
        elif sort is Sort.CHECK:
            _check(datagram)

    def end(self) -> None:
        """What happens once a second: gaps given up, reports made, clusters written."""
        self._party.tick(self._at + 1)
        self._party.account("room", self._at + 1)


def _check(datagram: bytes) -> None:
    # aioice expects a ValueError of what it cannot read, and gives a struct.error for attributes
    # cut short; `Peer` counts that as malformed and goes on.
    with contextlib.suppress(ValueError, struct.error):
        aioice.stun.parse_message(datagram)


def every_parser(data: bytes) -> None:
    """One datagram before everything that reads it without knowing a call; raises what they do."""
    if len(data) >= HEADER.size:
        bounds = payload_bounds(data, len(data))
        if bounds is not None:
            start, end = bounds
            assert HEADER.size <= start <= end <= len(data)
            three_byte_extension(data, start, EXTENSION)
    described = vp8.descriptor_bytes(data)
    assert described is None or described < len(data)
    vp8.key_size(data)
    with contextlib.suppress(ValueError):  # what `parse` promises
        for packet in rtcp.parse(data):
            if isinstance(packet, RtcpPsfbPacket):
                rtcp.wished_bit_rate(packet)
    _check(data)


def datagrams(data: bytes) -> Iterator[tuple[bytes, float]]:
    """Cut an input: milliseconds to wait (one byte), length (two bytes), datagram."""
    at = 0
    while at + 3 <= len(data):
        waited_s, length = data[at] / 1000, int.from_bytes(data[at + 1 : at + 3], "big") % LARGEST
        yield data[at + 3 : at + 3 + length], waited_s
        at += 3 + length


def whole_call(data: bytes) -> None:
    """Everything an input says, in a room of its own; raises what the packet path raises."""
    room = Room()
    for datagram, waited_s in datagrams(data):
        room.take(datagram, waited_s)
    room.end()


# Inputs to begin with


def _packed(*parts: tuple[int, bytes]) -> bytes:
    return b"".join(
        bytes([waited_ms]) + len(datagram).to_bytes(2, "big") + datagram
        for waited_ms, datagram in parts
    )


def _rtp(
    kind: int, sequence: int, payload: bytes, *, stamp: int = 0, marker: bool = False
) -> bytes:
    extension = pack("!HHL", 0xBEDE, 1, EXTENSION << 28 | 2 << 24 | 0xABCDEF)
    head = HEADER.pack(0x90, marker << 7 | kind, sequence & 0xFFFF, stamp, SSRC[kind])
    return head + extension + payload


def _film(first: int, *, pictures_shown: int = 4) -> list[bytes]:
    """Consecutive video packets from this sequence number on."""
    made, sequence = [], first
    for number, picture in enumerate(pictures(pictures_shown, size=(64, 48))):
        for marker, payload in packets(picture, picture_id=number):
            made.append(_rtp(VIDEO, sequence, payload, stamp=number * 6000, marker=marker))
            sequence += 1
    return made


def _reports() -> list[bytes]:
    info = RtcpSenderInfo(ntp_timestamp=1 << 40, rtp_timestamp=6000, packet_count=9, octet_count=99)
    block = RtcpReceiverInfo(
        ssrc=2101, fraction_lost=3, packets_lost=5, highest_sequence=9, jitter=1, lsr=7, dlsr=8
    )
    return [
        bytes(RtcpSrPacket(ssrc=SSRC[VIDEO], sender_info=info, reports=[block])),
        bytes(RtcpRrPacket(ssrc=SSRC[VIDEO], reports=[block])),
        rtcp.key_request(SSRC[VIDEO], SSRC[VIDEO] + 100),
        rtcp.repeat_request(SSRC[VIDEO], SSRC[VIDEO] + 100, [3, 4, 9]),
        rtcp.bit_rate(SSRC[VIDEO], SSRC[VIDEO] + 100, 500_000),
        bytes(RtcpByePacket(sources=[SSRC[VIDEO]])),
    ]


def seeds() -> dict[str, bytes]:
    """Honest traffic by name: from here the fuzzer finds its way."""
    film, sound = _film(10), [_rtp(AUDIO, n, s, stamp=n * 960) for n, s in enumerate(sounds(6))]
    wrap = _film(0xFFFE)
    shuffled = random.Random(1).sample(film, len(film))
    repeat = _rtp(REPAIR, 1, pack("!H", 12) + film[2][20:])
    padded = film[0][:1].replace(b"\x90", b"\xb0") + film[0][1:] + b"\0\0\0\4"
    check = aioice.stun.Message(
        message_method=aioice.stun.Method.BINDING, message_class=aioice.stun.Class.REQUEST
    )
    check.attributes["USERNAME"] = "abcd:efgh"
    check.attributes["PRIORITY"] = 1
    check.add_message_integrity(b"password")
    return {
        "film": _packed(*((10, packet) for packet in film)),
        "wrap": _packed(*((1, packet) for packet in wrap)),
        "shuffled": _packed(*((1, packet) for packet in shuffled)),
        "gap": _packed(*((40, packet) for packet in film[:2] + film[3:]), (1, repeat)),
        "sound": _packed(*((20, packet) for packet in sound)),
        "padding": _packed((1, film[0]), (1, padded)),
        "reports": _packed((1, film[0]), *((200, report) for report in _reports())),
        "compound": _packed((1, film[0]), (1, b"".join(_reports()))),
        "check": _packed((1, bytes(check))),
    }
