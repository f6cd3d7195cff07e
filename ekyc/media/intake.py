"""Datagrams of all media sockets: read in turns, many at a time, into memory that stays.

A loop that is woken for every datagram spends more on waking than on the datagram. Here one set of
sockets is looked at and everything that came is read; what is ordinary is passed on at once by
`pump`, and handed on to be kept and recorded later, much of it together: Python that runs for one
packet at a time finds its memory cold each time. docs/decisions/0011 has the figures.
"""

import asyncio
import ctypes
import errno
import select
import selectors
import socket
import time
from collections.abc import Callable, Mapping
from functools import partial
from struct import Struct
from typing import Any

from ekyc.media.guard import Address, Gate, Refused
from ekyc.media.pump import ALIGNED, DUE, LEFT, PASSED, Message, PortState, Pump, Vector, sockaddr
from ekyc.media.wire import Cell, TakesMedia, load_pump

_BURST = 32  # datagrams in one read; a picture of 1 Mbit/s is four
_LONGEST = 1600  # bytes read of one: more than the guard lets in
_SHORTEST = 1  # byte; what a packet is stands in its first two
_PORT = Struct("!H")
_NAME_BYTES = 32  # the largest is sockaddr_in6 with 28

_HOSTS: Mapping[int, slice] = {socket.AF_INET: slice(4, 8), socket.AF_INET6: slice(8, 24)}
"""Where the address lies in a sockaddr of this family (ip(7), ipv6(7)); the port is at 2."""


# Never waits, so that there is no need to let other threads run meanwhile.
_receive = ctypes.PyDLL(None).recvmmsg
_LENGTH_AT, _SIZE = Message.length.offset, ctypes.sizeof(Message)
_LENGTHS = Struct("=" + f"{_LENGTH_AT}xI{_SIZE - _LENGTH_AT - 4}x" * _BURST)


class Tray:
    """Places for the datagrams of one read."""

    def __init__(self) -> None:
        self.cells = [Cell() for _ in range(_BURST)]
        self.names = bytearray(_BURST * _NAME_BYTES)
        self.messages = (Message * _BURST)()
        self._vectors = (Vector * _BURST)()
        names = ctypes.addressof(ctypes.c_char.from_buffer(self.names))
        for place, (message, vector) in enumerate(zip(self.messages, self._vectors, strict=True)):
            vector.base, vector.length = self.cells[place].address, _LONGEST
            header = message.header
            header.name, header.name_length = names + place * _NAME_BYTES, _NAME_BYTES
            header.vectors, header.vector_count = ctypes.addressof(vector), 1

    def fill(self, descriptor: int) -> tuple[int, ...]:
        """Read what has come on a socket: the lengths, in the order of the places."""
        count: int = _receive(descriptor, self.messages, _BURST, socket.MSG_DONTWAIT, None)
        return _LENGTHS.unpack_from(self.messages)[:count] if count > 0 else ()

    def sender(self, place: int, family: int) -> Address:
        """Who sent what lies at this place."""
        name = self.names[place * _NAME_BYTES : (place + 1) * _NAME_BYTES]
        (port,) = _PORT.unpack_from(name, 2)
        return socket.inet_ntop(family, bytes(name[_HOSTS[family]])), port


class Port(asyncio.DatagramTransport):
    """One socket, as aioice expects it; media of a known address take the short way."""

    def __init__(self, intake: "Intake", own: socket.socket, protocol: Any, tray: Tray) -> None:
        super().__init__({"socket": own, "sockname": own.getsockname()})
        self._intake, self._protocol = intake, protocol
        self.socket, self.family = own, own.family
        self.known = b"\xff"
        """The party's address as the kernel names it; at first one that nobody has."""
        self.media: TakesMedia | None = None
        self.gate: Gate | None = None
        self.tray = tray
        self.state = PortState(tray=tray.messages)
        """What the short way knows of it."""
        self._is_closing = False

    def guard(self, gate: Gate) -> None:
        """Let this gate say what is too much."""
        self.gate = gate
        self.state.gate = ctypes.pointer(gate.state)

    def know(self, remote: Address | None, media: TakesMedia | None) -> None:
        """Media from this address are the party's, and go there; every socket of it is told."""
        self.settle()  # what came until now is for those who took it until now
        is_ours = remote is not None and (":" in remote[0]) == (self.family == socket.AF_INET6)
        known = b""
        if remote and media and is_ours:
            known = sockaddr(self.family, remote)[: _HOSTS[self.family].stop]
        self.known, self.media = known or b"\xff", media
        ctypes.memmove(self.state.known, known, len(known))
        self.state.known_length = len(known)
        # The leg itself is kept by `media`: libsrtp's sessions live as long as it does.
        self.state.leg = ctypes.pointer(media.state) if media else None

    def receive(self, place: int, length: int, at: float) -> None:
        """A datagram that lies in the tray, the long way."""
        tray, name_at = self.tray, place * _NAME_BYTES
        cell, known = tray.cells[place], self.known
        flags, kind = cell.view[0], cell.view[1]
        is_media = 127 < flags < 192 and not 191 < kind < 224  # RFC 7983, RFC 5761 §4
        # In one too short for that, these bytes are of the datagram that lay here before.
        is_known = length > _SHORTEST and tray.names[name_at : name_at + len(known)] == known
        if is_media and is_known:
            self._take(cell, length, at)
        else:
            sender = tray.sender(place, self.family)
            self._protocol.datagram_received(cell.data[:length], sender)

    def _take(self, cell: Cell, length: int, at: float) -> None:
        """Media of the known address."""
        gate, media = self.gate, self.media
        if gate is None or media is None:
            return
        try:
            if gate.fits(length, at):
                media.media(cell, length, at)
        except Exception as error:
            self.refuse(error)

    def refuse(self, error: Exception) -> None:
        """A packet broke its reader."""
        if self.gate is not None:
            self.gate.refuse(error)

    def settle(self) -> None:
        """Hand on what has gone the short way."""
        self._intake.settle()

    # What aioice asks of it

    def sendto(self, data: Any, addr: Any = None) -> None:
        """Send, or lose it as a network would."""
        try:
            self.socket.sendto(data, addr)
        except OSError as error:
            self._protocol.error_received(error)

    def is_closing(self) -> bool:
        """Whether nothing is read any more."""
        return self._is_closing

    def close(self) -> None:
        """Read nothing any more; the protocol is told."""
        if not self._is_closing:
            self._is_closing = True
            self._intake.forget(self)
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        """The same; nothing waits to be sent."""
        self.close()


class Waiting(selectors.EpollSelector):
    """The selector of a media worker's loop."""

    wait: Callable[[float | None], None] | None = None
    """Waits in place of the selector, at most so many seconds."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What the loop's own descriptors are ready for."""
        if self.wait is not None:
            self.wait(timeout)
            timeout = 0
        return super().select(timeout)


class Intake:
    """The sockets of a running loop; what has gone the short way is handed on every `gather_s`."""

    def __init__(self, gather_s: float) -> None:
        self._gather_s = gather_s
        self._loop = asyncio.get_running_loop()
        self._epoll = select.epoll()
        self._ports: dict[int, Port] = {}
        self._refused_before = Refused()
        self._datagrams_read = 0
        # The kernel notes how long a sender's address was, and never writes a longer one there.
        self._trays = {family: Tray() for family in _HOSTS}
        self._pump = load_pump()
        self._is_timed = self._waits_in_library = False
        """What says when the journal is to be handed on: a timer that runs, or the library."""
        self._loop.add_reader(self._epoll.fileno(), self._wake)

    def open(self, own: socket.socket, protocol: Any) -> Port:
        """Read this socket from now on; raises `OSError` when there are too many."""
        port = Port(self, own, protocol, self._trays[own.family])
        if self._pump is not None and not self._pump.watch(own.fileno(), port.state):
            own.close()
            raise OSError(errno.EMFILE, "too many sockets")
        self._ports[own.fileno()] = port
        self._epoll.register(own, select.EPOLLIN)
        protocol.connection_made(port)
        return port

    @property
    def datagrams(self) -> int:
        """Read so far, on all ports that ever were."""
        return self._datagrams_read if self._pump is None else self._pump.datagrams_read

    @property
    def refused(self) -> Refused:
        """What was not let in, on all ports that ever were."""
        total = Refused()
        gates = (port.gate.refused for port in self._ports.values() if port.gate is not None)
        for refused in (self._refused_before, *gates):
            total.add(refused)
        return total

    def forget(self, port: Port) -> None:
        """Close a port's socket. Others may have it open too: closing alone is not enough."""
        self.settle()
        if port.gate is not None:
            self._refused_before.add(port.gate.refused)
        if self._pump is not None:
            self._pump.watch(port.socket.fileno(), None)
        del self._ports[port.socket.fileno()]
        self._epoll.unregister(port.socket)
        port.socket.close()

    def settle(self) -> None:
        """Hand on what has gone the short way."""
        if self._pump is None:
            return
        journal, at = self._pump.journal(), 0
        while at < len(journal):
            came, index, stamp, size, descriptor, stream, sent_at, marker = PASSED.unpack_from(
                journal, at
            )
            at += PASSED.size
            payload, at = journal[at : at + size], at + size + -size % ALIGNED
            port, known = self._ports.get(descriptor), None if sent_at < 0 else sent_at
            if port is None or port.media is None:
                continue
            try:
                uplink = port.media.admitted[stream]
                uplink.passed(index, stamp, marker > 0, payload, known, came)
            except Exception as error:
                port.refuse(error)

    def wait_in(self, selector: Waiting) -> None:
        """Let the loop wait in the compiled library, if there is one, and not only wake for it."""
        if self._pump is not None:
            self._loop.remove_reader(self._epoll.fileno())
            self._epoll.register(selector.fileno(), select.EPOLLIN)
            self._waits_in_library = True
            selector.wait = partial(self._serve, self._pump, selector.fileno())

    def _serve(self, pump: Pump, loop: int, timeout_s: float | None) -> None:
        """In place of the loop's own waiting."""
        limit_s = -1.0 if timeout_s is None else timeout_s
        why = pump.wait(self._epoll.fileno(), loop, _BURST, limit_s, self._gather_s)
        if why == LEFT:
            self._loop.call_soon(self._go_on, pump)
        elif why == DUE:
            self._loop.call_soon(self.settle)

    def _go_on(self, pump: Pump) -> None:
        """Take what is left, and end the turn."""
        self._take(pump)
        self._wake()

    def _gathered(self) -> None:
        self._is_timed = False
        self.settle()

    def _wake(self) -> None:
        """Read all that came."""
        pump = self._pump
        if pump is None:
            self._read_all()
            return
        epoll = self._epoll.fileno()
        if not (self._is_timed or self._waits_in_library):
            self._is_timed = True
            self._loop.call_later(self._gather_s, self._gathered)
        while pump.turn(epoll, _BURST):
            self._take(pump)

    def _take(self, pump: Pump) -> None:
        """What is not ordinary goes the long way, after what came before it."""
        left, port = pump.left, self._ports.get(pump.left.port)
        try:
            if left.waiting:
                self.settle()
            if port is not None:  # something the loop did before has closed it
                port.receive(left.place, left.length, left.at)
        except BaseException:
            pump.break_off()
            raise

    def _read_all(self) -> None:
        """Everything goes the long way."""
        for descriptor, _ in self._epoll.poll(0):
            port = self._ports.get(descriptor)
            if port is None:  # one before it may have closed it
                continue
            lengths, at = port.tray.fill(descriptor), time.monotonic()
            self._datagrams_read += len(lengths)
            for place, length in enumerate(lengths):
                port.receive(place, length, at)
