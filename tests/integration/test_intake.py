"""Datagrams on real sockets: who sent them, which way they take; none is lost in a burst."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from ekyc.media.guard import Budget, Gate
from ekyc.media.intake import Intake, Port
from ekyc.media.pump import LegState
from ekyc.media.wire import Cell, Keeps
from tests.branch import eventually

MEDIA, CHECK = b"\x80\x60" + bytes(10), b"\x00\x01" + bytes(18)
LOOPBACK = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}


class Keeper:
    """Stands for aioice's protocol, and for a leg: keeps what it is given."""

    def __init__(self) -> None:
        self.state = LegState()
        self.closes: Port | None = None
        self.other: list[tuple[bytes, Any]] = []
        self.came: list[bytes] = []
        self.is_lost = False

    def connection_made(self, transport: object) -> None:
        """The port is open."""

    def connection_lost(self, error: object) -> None:
        """The port is closed."""
        self.is_lost = True

    def datagram_received(self, data: bytes, address: object) -> None:
        """The long way."""
        self.other.append((data, address))

    def media(self, cell: Cell, length: int, at: float) -> None:
        """Media of the party's."""
        self.came.append(bytes(cell.data[:length]))
        if self.closes is not None:
            self.closes.close()

    @property
    def admitted(self) -> Sequence[Keeps]:
        """No stream of it is known, so no packet is ordinary."""
        return ()


@contextmanager
def a_socket(family: socket.AddressFamily) -> Iterator[socket.socket]:
    with socket.socket(family, socket.SOCK_DGRAM) as one:
        one.bind((LOOPBACK[family], 0))
        one.setblocking(False)
        yield one


@pytest.fixture
async def intake() -> Intake:
    """Of the test's own loop."""
    return Intake(gather_s=0.002)


def opened(intake: Intake, family: socket.AddressFamily) -> tuple[Port, Keeper]:
    """A port of the call's, whose party is not known yet."""
    own = socket.socket(family, socket.SOCK_DGRAM)
    own.bind((LOOPBACK[family], 0))
    own.setblocking(False)
    keeper = Keeper()
    port = intake.open(own, keeper)
    budget = Budget(packets=1000, octets=1_000_000, stranger_checks=5)
    port.guard(Gate(budget, validated=lambda address: False, expected=lambda data: True))
    return port, keeper


@pytest.mark.parametrize("families", [(4, 6), (6, 4)], ids=["4 then 6", "6 then 4"])
async def test_media_of_the_party_go_the_short_way_in_both_worlds_of_addresses(
    intake: Intake, families: tuple[int, int]
) -> None:
    for version in families:
        family = socket.AF_INET if version == 4 else socket.AF_INET6
        port, keeper = opened(intake, family)
        with a_socket(family) as party, a_socket(family) as stranger:
            port.know(party.getsockname()[:2], keeper)
            for sender in (party, stranger):
                sender.sendto(MEDIA, port.socket.getsockname())
            party.sendto(CHECK, port.socket.getsockname())

            async def has_all(kept: Keeper = keeper) -> bool:
                return len(kept.came) + len(kept.other) == 3

            await eventually(has_all)
            assert keeper.came == [MEDIA]
            assert sorted(keeper.other) == sorted(
                [(MEDIA, stranger.getsockname()[:2]), (CHECK, party.getsockname()[:2])]
            )
        port.close()


async def test_a_party_of_one_world_closes_the_short_way_on_sockets_of_the_other(
    intake: Intake,
) -> None:
    for family, stranger in (
        (socket.AF_INET, ("2001:db8::1", 9)),
        (socket.AF_INET6, ("192.0.2.1", 9)),
    ):
        port, keeper = opened(intake, family)
        port.know(stranger, keeper)
        with a_socket(family) as somebody:
            somebody.sendto(MEDIA, port.socket.getsockname())

            async def has_one(kept: Keeper = keeper) -> bool:
                return bool(kept.other or kept.came)

            await eventually(has_one)
        assert keeper.came == []
        port.close()


async def test_a_burst_comes_whole_and_in_order_and_nothing_empty_is_taken_for_media(
    intake: Intake,
) -> None:
    port, keeper = opened(intake, socket.AF_INET)
    with a_socket(socket.AF_INET) as party:
        port.know(party.getsockname(), keeper)
        before = intake.datagrams
        burst = [MEDIA + number.to_bytes(2, "big") for number in range(100)]
        for datagram in burst:
            party.sendto(datagram, port.socket.getsockname())
        party.sendto(b"", port.socket.getsockname())

        async def has_all() -> bool:
            return bool(keeper.other)

        await eventually(has_all)
        assert keeper.came == burst
        assert keeper.other == [(b"", party.getsockname())]
        assert intake.datagrams - before == 101
    port.close()


async def test_what_was_not_let_in_stays_counted_when_its_port_is_closed(intake: Intake) -> None:
    ports = [opened(intake, socket.AF_INET)[0] for _ in range(2)]
    for port in ports:
        assert port.gate is not None
        port.gate.admit(MEDIA, ("192.0.2.1", 9), 1.0)
    ports[0].close()
    assert (intake.refused.strangers, intake.refused.total) == (2, 2)
    ports[1].close()
    assert intake.refused.strangers == 2


async def test_a_port_closed_by_what_another_said_is_read_no_more(intake: Intake) -> None:
    first, said = opened(intake, socket.AF_INET)
    second, silent = opened(intake, socket.AF_INET)
    with a_socket(socket.AF_INET) as party:
        for port, keeper, other in ((first, said, second), (second, silent, first)):
            keeper.closes = other
            port.know(party.getsockname(), keeper)
        for port in (first, second):
            party.sendto(MEDIA, port.socket.getsockname())

        async def is_over() -> bool:
            return said.is_lost or silent.is_lost

        await eventually(is_over)
        await asyncio.sleep(0.02)
        assert len(said.came) + len(silent.came) == 1
    for port in (first, second):
        port.close()


async def test_a_datagram_that_breaks_its_reader_does_not_end_everybodys_calls(
    intake: Intake,
) -> None:
    broken, breaking = opened(intake, socket.AF_INET)
    port, keeper = opened(intake, socket.AF_INET)
    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, said: failures.append(said))

    def fail(data: bytes, address: object) -> None:
        raise IndexError

    breaking.datagram_received = fail  # type: ignore[method-assign]
    with a_socket(socket.AF_INET) as stranger:
        stranger.sendto(CHECK, broken.socket.getsockname())

        async def has_failed() -> bool:
            return bool(failures)

        await eventually(has_failed)
        stranger.sendto(CHECK, port.socket.getsockname())

        async def is_heard() -> bool:
            return bool(keeper.other)

        await eventually(is_heard)
    for each in (broken, port):
        each.close()
