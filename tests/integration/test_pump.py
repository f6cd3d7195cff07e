"""The short way of ordinary packets and the long way of all packets do the same.

Nothing is encrypted here; both ways read real sockets and send on real sockets.
"""

import asyncio
import ctypes
import random
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from struct import pack
from typing import Any, cast

import pytest

from ekyc.media import pump, rtcp
from ekyc.media.guard import Budget, Gate
from ekyc.media.intake import Intake, Waiting
from ekyc.media.leg import Leg
from ekyc.media.offer import Heard, Sent, Terms
from ekyc.media.relay import Care, Downlink, Uplink, connect
from ekyc.media.wire import Cell
from tests.branch import eventually

AUDIO, VIDEO, REPAIR, EXTENSION = 96, 97, 98, 3
SSRC = {AUDIO: 1000, VIDEO: 1001, REPAIR: 1002}
LISTENERS = 2
SENT = (
    Sent(kind="audio", payload_type=AUDIO, ssrc=1000, repair_type=None, repair_ssrc=None),
    Sent(kind="video", payload_type=VIDEO, ssrc=1001, repair_type=REPAIR, repair_ssrc=1002),
)
PLAIN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(
    lambda session, packet, length: 0
)
"""Stands for both of libsrtp's: what is in clear stays in clear."""


class ClearWire:
    """A wire without encryption."""

    def __init__(self, own: socket.socket, remote: tuple[str, int]) -> None:
        self.state, self.inbound = pump.WireState(), 0
        self.state.lead(own, remote)
        self._own, self._remote = own, remote
        self.reports: list[bytes] = []

    def unprotect(self, cell: Cell, length: int) -> int:
        """The packet as it came."""
        return length

    def unprotect_report(self, data: bytes) -> bytes | None:
        """The compound as it came."""
        return data

    def forward(self, cell: Cell, start: int, end: int) -> None:
        """Send it."""
        self._own.sendto(cell.view[start:end], self._remote)

    def send(self, packet: bytes) -> None:
        """Send it."""
        self._own.sendto(packet, self._remote)

    def report(self, compound: bytes) -> None:
        """Keep what was said."""
        self.reports.append(compound)


@dataclass
class Call:
    """One who sends, those who hear it, and what became of it."""

    intake: Intake
    sender: socket.socket
    ears: list[socket.socket]
    leg: Leg
    wires: list[ClearWire]
    gate: Gate
    address: tuple[str, int]
    kept: list[tuple[int, int, bool, bytes]] = field(default_factory=list)

    def heard(self) -> list[list[bytes]]:
        """What reached each listener."""
        return [list(_drained(ear)) for ear in self.ears]

    def numbers(self) -> list[tuple[int, ...]]:
        """What is counted of each stream."""
        fields = ("base", "highest", "received", "octets", "pictures", "ssrc")
        streams = [uplink.state for uplink in self.leg.uplinks.values()]
        return [tuple(getattr(state, name) for name in fields) for state in streams]

    def refused(self) -> int:
        """What the gate did not let in."""
        return self.gate.refused.total


def _drained(ear: socket.socket) -> Iterator[bytes]:
    while True:
        try:
            yield ear.recv(2048)
        except BlockingIOError:
            return


def _socket(stack: ExitStack) -> socket.socket:
    own = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    own.bind(("127.0.0.1", 0))
    own.setblocking(False)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    return own


class Nobody:
    """Stands for aioice's protocol: what strangers send goes there."""

    def connection_made(self, transport: object) -> None:
        """The port is open."""

    def connection_lost(self, error: object) -> None:
        """The port is closed."""

    def datagram_received(self, data: bytes, address: object) -> None:
        """Nobody cares."""


@contextmanager
def a_call(
    *, short: bool, packets_per_s: int = 100_000, selector: Waiting | None = None
) -> Iterator[Call]:
    """A call on the short way, or on the long one."""
    with ExitStack() as stack:
        intake = Intake(gather_s=0.001)
        if short:
            plain = ctypes.cast(PLAIN, ctypes.c_void_p).value or 0
            intake._pump = pump.load(protect=plain, unprotect=plain)
            assert intake._pump is not None, "this machine has a compiler: ./run test builds it"
        else:
            intake._pump = None
        if selector is not None:
            intake.wait_in(selector)
        ears = [_socket(stack) for _ in range(LISTENERS)]
        wires = [ClearWire(_socket(stack), ear.getsockname()) for ear in ears]
        downs = [
            {
                one.kind: Downlink(
                    cast(Any, wire),
                    Heard(kind=one.kind, payload_type=one.payload_type + 10, ssrc=at),
                    sent_at_extension=EXTENSION if place else 0,
                )
                for at, one in enumerate(SENT, 2000)
            }
            for place, wire in enumerate(wires)
        ]
        own = ClearWire(_socket(stack), ears[0].getsockname())
        # Keyframes are asked for by the clock: once, or a slow machine would ask more often.
        care = Care(pli_interval_s=3600, nack_interval_s=0.0, nack_tries=3, history_packets=64)
        gate = Gate(
            Budget(packets=packets_per_s, octets=1 << 30, stranger_checks=5),
            validated=lambda address: False,
            expected=lambda data: True,
        )

        def admitted(uplink: Uplink) -> None:
            connect(uplink, [down[uplink.kind] for down in downs])
            uplink.tap = lambda index, stamp, marker, payload, at: call.kept.append(
                (index, stamp, marker, payload)
            )

        terms = Terms(sent=SENT, pairs=(), sent_at_extension=EXTENSION)
        leg = Leg(cast(Any, own), terms, care, on_uplink=admitted)
        sender = _socket(stack)
        port = intake.open(_socket(stack), Nobody())
        port.guard(gate)
        port.know(sender.getsockname(), leg)
        call = Call(
            intake=intake,
            sender=sender,
            ears=ears,
            leg=leg,
            wires=[own, *wires],
            gate=gate,
            address=port.socket.getsockname(),
        )
        yield call
        port.close()


async def played(call: Call, datagrams: list[bytes]) -> None:
    """Send all of it, some at a time, and wait until it was read."""
    before = call.intake.datagrams
    for start in range(0, len(datagrams), 40):
        for datagram in datagrams[start : start + 40]:
            call.sender.sendto(datagram, call.address)
        await asyncio.sleep(0)

    async def is_read() -> bool:
        return call.intake.datagrams - before == len(datagrams)

    await eventually(is_read)
    call.intake.settle()


def a_packet(
    kind: int, number: int, stamp: int, payload: bytes, draw: random.Random, *, first: int = 0x80
) -> bytes:
    """An RTP packet; sometimes with an extension or two, or with padding."""
    extensions = padding = b""
    if draw.random() < 0.5:
        first |= 0x10
        elements = b"\x00" * draw.randrange(3) + bytes([draw.choice([3, 4]) << 4 | 2]) + b"abc"
        elements += bytes(-len(elements) % 4)
        extensions = pack("!HH", 0xBEDE, len(elements) // 4) + elements
    if draw.random() < 0.1:
        first |= 0x20
        padding = bytes(3) + b"\x04"
    marked = kind | draw.randrange(2) << 7
    head = pack("!BBHLL", first, marked, number & 0xFFFF, stamp & 0xFFFFFFFF, SSRC[kind])
    return head + extensions + payload + padding


def traffic(draw: random.Random, count: int = 400) -> list[bytes]:
    """What a browser sends on a bad line, and what somebody with its keys might."""
    numbers = {AUDIO: draw.randrange(1 << 16), VIDEO: 65_400}
    stamp, sent, held = draw.randrange(1 << 32), [], []
    for _ in range(count):
        kind = draw.choice([AUDIO, VIDEO, VIDEO, VIDEO])
        numbers[kind] += 1
        stamp += 960
        payload = bytes([0x10 * draw.randrange(2)]) + draw.randbytes(draw.randrange(60))
        packet = a_packet(kind, numbers[kind], stamp, payload, draw)
        fate = draw.random()
        if fate < 0.05:  # lost
            continue
        if fate < 0.1:  # late
            held.append(packet)
            continue
        sent.append(packet)
        if 0.15 <= fate < 0.2 and held:
            sent.append(held.pop(0))
        sent += _company(fate, packet, numbers[VIDEO], payload, draw)
    return sent


def _company(
    fate: float, packet: bytes, newest: int, payload: bytes, draw: random.Random
) -> list[bytes]:
    """What comes with a packet."""
    if fate < 0.15:  # itself, a second time
        return [packet]
    if 0.2 <= fate < 0.24:  # a repeat on its own stream (RFC 4588)
        again = pack("!H", (newest - draw.randrange(8)) & 0xFFFF) + payload
        return [a_packet(REPAIR, draw.randrange(1 << 16), 0, again, draw)]
    if 0.24 <= fate < 0.28:  # garbage that looks like the next packet
        return [_mutilated(packet, draw)]
    return [rtcp.key_request(1, 2)] if 0.28 <= fate < 0.3 else []


def _mutilated(packet: bytes, draw: random.Random) -> bytes:
    data = bytearray(packet)
    data[3] = (data[3] + 1) & 0xFF
    for _ in range(draw.randrange(1, 4)):
        data[draw.randrange(2, len(data))] = draw.randrange(256)
    data[0] = draw.choice([0x80, 0x90, 0xA0, 0xB0, 0x8F, 0x9F, data[0]])
    return bytes(data[: draw.choice([len(data), draw.randrange(12, len(data) + 1)])])


@pytest.mark.parametrize("seed", range(12))
async def test_listeners_recorder_and_reports_cannot_tell_the_two_ways_apart(seed: int) -> None:
    datagrams = traffic(random.Random(seed))
    with a_call(short=False) as long, a_call(short=True) as short:
        for call in (long, short):
            await played(call, datagrams)
        assert short.heard() == long.heard()
        assert short.kept == long.kept
        assert short.numbers() == long.numbers()
        assert short.refused() == long.refused()
        assert short.wires[0].reports == long.wires[0].reports
        newest = long.leg.uplinks["video"].reception.newest
        for index in range(newest - 64, newest + 1):
            ways = [call.leg.uplinks["video"].remembered(index) for call in (short, long)]
            assert ways[0] == ways[1]


async def test_what_is_ordinary_goes_the_short_way() -> None:
    draw = random.Random(1)
    datagrams = [
        a_packet(VIDEO, number, 3000 * number, b"\x10" + bytes(40), draw) for number in range(200)
    ]
    with a_call(short=True) as call:
        taken: list[int] = []
        long_way = call.leg.media

        def media(cell: Cell, length: int, at: float) -> None:
            taken.append(length)
            long_way(cell, length, at)

        call.leg.media = media  # type: ignore[method-assign]
        await played(call, datagrams)
        assert len(call.kept) == 200
        assert len(taken) == 1  # the first, with which the stream begins


async def test_a_flood_of_the_partys_own_is_cut_off_on_both_ways_alike() -> None:
    draw = random.Random(2)
    datagrams = [a_packet(AUDIO, number, 960 * number, b"a" * 20, draw) for number in range(300)]
    for is_short in (False, True):
        with a_call(short=is_short, packets_per_s=100) as call:
            await played(call, datagrams)
            assert call.gate.refused.over_budget == 200
            assert len(call.kept) == 100


async def test_a_source_that_changed_is_followed_before_it_goes_the_short_way_again() -> None:
    draw = random.Random(3)
    first = [a_packet(AUDIO, number, 960 * number, b"a" * 20, draw) for number in range(50)]
    again = [a_packet(AUDIO, 50 + number, 960 * number, b"b" * 20, draw) for number in range(50)]
    sequences: list[list[int]] = []
    for is_short in (False, True):
        with a_call(short=is_short) as call:
            await played(call, first)
            audio = call.leg.uplinks["audio"]
            for listener in audio.heard_by:
                listener.hear(audio)
            await played(call, again)
            sequences.append([int.from_bytes(p[2:4], "big") for p in call.heard()[0]])
    assert sequences[0] == sequences[1]
    assert sequences[0] == list(range(sequences[0][0], sequences[0][0] + 100))


async def test_a_closed_wire_loses_packets_and_says_how_many() -> None:
    draw = random.Random(4)
    datagrams = [a_packet(AUDIO, number, 960 * number, b"a" * 20, draw) for number in range(20)]
    with a_call(short=True) as call:
        await played(call, datagrams[:10])
        call.wires[1].state.descriptor = -1
        await played(call, datagrams[10:])
        assert call.wires[1].state.unsent == 10
        assert [len(heard) for heard in call.heard()] == [10, 20]
        assert len(call.kept) == 20


def test_a_loop_that_waits_in_the_library_does_what_another_does_and_keeps_its_time() -> None:
    datagrams = traffic(random.Random(5))

    async def heard(selector: Waiting | None) -> tuple[object, ...]:
        with a_call(short=True, selector=selector) as call:
            ticks: list[int] = []
            loop = asyncio.get_running_loop()
            loop.call_later(0.01, ticks.append, 1)
            in_thread = asyncio.create_task(asyncio.to_thread(sum, range(1000)))
            await played(call, datagrams)
            assert await in_thread == sum(range(1000))
            await asyncio.sleep(0.02)
            assert ticks == [1]
            return call.heard(), call.kept, call.numbers(), call.refused()

    selector = Waiting()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
        waiting = runner.run(heard(selector))
    with asyncio.Runner() as runner:
        assert waiting == runner.run(heard(None))


def test_what_was_passed_on_is_recorded_while_nothing_else_happens() -> None:
    draw = random.Random(6)
    datagrams = [a_packet(AUDIO, number, 960 * number, b"a" * 20, draw) for number in range(20)]

    async def kept(selector: Waiting) -> None:
        with a_call(short=True, selector=selector) as call:
            await played(call, datagrams[:1])
            for datagram in datagrams[1:]:
                call.sender.sendto(datagram, call.address)
            await asyncio.sleep(0.2)  # no settling by hand
            assert len(call.kept) == 20

    selector = Waiting()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
        runner.run(kept(selector))


def plain(kind: int, number: int, payload: bytes) -> bytes:
    """A packet without anything unusual."""
    return pack("!BBHLL", 0x80, kind | 0x80, number, 3000 * number, SSRC[kind]) + payload


@pytest.mark.parametrize("is_short", [False, True])
async def test_a_leg_that_is_closed_reaches_nobody(is_short: bool) -> None:
    with a_call(short=is_short) as call:
        await played(call, [plain(AUDIO, number, b"a" * 20) for number in range(10)])
        call.heard()
        call.leg.close()
        await played(call, [plain(AUDIO, number, b"a" * 20) for number in range(10, 20)])
        assert call.heard() == [[], []]
        assert len(call.kept) == 10


async def test_what_was_passed_on_for_somebody_is_kept_before_another_has_the_place() -> None:
    with a_call(short=True) as call:
        await played(call, [plain(AUDIO, number, b"a" * 20) for number in range(10)])
        for number in range(10, 20):
            call.sender.sendto(plain(AUDIO, number, b"a" * 20), call.address)
        call.intake._wake()
        assert len(call.kept) == 10  # the rest waits to be gathered
        (port,) = call.intake._ports.values()
        port.know(None, None)
        assert len(call.kept) == 20


@pytest.mark.parametrize("is_short", [False, True])
async def test_a_repeat_that_overtakes_its_packet_is_the_only_one_sent_under_its_number(
    is_short: bool,
) -> None:
    # Two contents under one number would be two messages under one nonce of AES-GCM.
    with a_call(short=is_short) as call:
        await played(call, [plain(VIDEO, number, b"\x10" + bytes(30)) for number in range(10)])
        call.heard()
        early = pack("!BBHLL", 0x80, REPAIR, 5, 30_000, SSRC[REPAIR]) + pack("!H", 10) + b"early"
        await played(call, [early, plain(VIDEO, 10, b"late")])
        assert [packet[12:] for packet in call.heard()[0]] == [b"early"]


async def test_more_listeners_than_the_short_way_serves_are_all_served() -> None:
    with a_call(short=True) as call:
        await played(call, [plain(AUDIO, 0, b"a" * 20)])
        audio = call.leg.uplinks["audio"]
        connect(audio, [*audio.heard_by] * 3)
        call.heard()
        await played(call, [plain(AUDIO, number, b"a" * 20) for number in range(1, 4)])
        assert [len(heard) for heard in call.heard()] == [9, 9]
