"""Datagrams of all media sockets: read in turns, many at a time, into memory that stays.

A loop that is woken for every datagram spends more on waking than on the datagram. Here one set of
sockets is looked at, everything that came is read, and then it rests for a moment: what comes
meanwhile is read together. docs/decisions/0011 has the figures.
"""

import asyncio
import ctypes
import select
import socket
import sys
import time
from collections.abc import Mapping
from struct import Struct
from typing import Any

from ekyc.media.guard import Address, Gate, Refused
from ekyc.media.peer import Cell, TakeMedia

_BURST = 32  # datagrams in one read; a picture of 1 Mbit/s is four
_LONGEST = 1600  # bytes read of one: more than the guard lets in
_SHORTEST = 1  # byte; what a packet is stands in its first two
_PORT = Struct("!H")
_NAME_BYTES = 32  # the largest is sockaddr_in6 with 28

_HOSTS: Mapping[int, slice] = {socket.AF_INET: slice(4, 8), socket.AF_INET6: slice(8, 24)}
"""Where the address lies in a sockaddr of this family (ip(7), ipv6(7)); the port is at 2."""


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Header(ctypes.Structure):
    """struct msghdr (recvmsg(2))."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Message(ctypes.Structure):
    """struct mmsghdr (recvmmsg(2)): what was asked, and how long the datagram is."""

    _fields_ = (("header", _Header), ("length", ctypes.c_uint))


# Never waits, so that there is no need to let other threads run meanwhile.
_receive = ctypes.PyDLL(None).recvmmsg
_LENGTH_AT, _SIZE = _Message.length.offset, ctypes.sizeof(_Message)
_LENGTHS = Struct("=" + f"{_LENGTH_AT}xI{_SIZE - _LENGTH_AT - 4}x" * _BURST)


class Tray:
    """Places for the datagrams of one read."""

    def __init__(self) -> None:
        self.cells = [Cell() for _ in range(_BURST)]
        self.names = bytearray(_BURST * _NAME_BYTES)
        self._messages = (_Message * _BURST)()
        self._vectors = (_Vector * _BURST)()
        names = ctypes.addressof(ctypes.c_char.from_buffer(self.names))
        for place, (message, vector) in enumerate(zip(self._messages, self._vectors, strict=True)):
            vector.base, vector.length = self.cells[place].address, _LONGEST
            header = message.header
            header.name, header.name_length = names + place * _NAME_BYTES, _NAME_BYTES
            header.vectors, header.vector_count = ctypes.addressof(vector), 1

    def fill(self, descriptor: int) -> tuple[int, ...]:
        """Read what has come on a socket: the lengths, in the order of the places."""
        count: int = _receive(descriptor, self._messages, _BURST, socket.MSG_DONTWAIT, None)
        return _LENGTHS.unpack_from(self._messages)[:count] if count > 0 else ()

    def sender(self, place: int, family: int) -> Address:
        """Who sent what lies at this place."""
        name = self.names[place * _NAME_BYTES : (place + 1) * _NAME_BYTES]
        (port,) = _PORT.unpack_from(name, 2)
        return socket.inet_ntop(family, bytes(name[_HOSTS[family]])), port


class Port(asyncio.DatagramTransport):
    """One socket, as aioice expects it; media of a known address take the short way."""

    def __init__(self, intake: "Intake", own: socket.socket, protocol: Any) -> None:
        super().__init__({"socket": own, "sockname": own.getsockname()})
        self._intake, self._protocol = intake, protocol
        self.socket, self.family = own, own.family
        self.known = b"\xff"
        """The party's address as the kernel names it; at first one that nobody has."""
        self.media: TakeMedia | None = None
        self.gate: Gate | None = None
        self._is_closing = False

    def guard(self, gate: Gate) -> None:
        """Let this gate say what is too much."""
        self.gate = gate

    def know(self, remote: Address | None, media: TakeMedia | None) -> None:
        """Media from this address are the party's, and go there; every socket of it is told."""
        is_ours = remote is not None and (":" in remote[0]) == (self.family == socket.AF_INET6)
        self.known = self._name(remote) if remote and media and is_ours else b"\xff"
        self.media = media

    def _name(self, remote: Address) -> bytes:
        family = self.family
        name = bytearray(_HOSTS[family].stop)
        name[:2] = int(family).to_bytes(2, sys.byteorder)
        _PORT.pack_into(name, 2, remote[1])
        name[_HOSTS[family]] = socket.inet_pton(family, remote[0])
        return bytes(name)

    def take(self, cell: Cell, length: int, at: float) -> None:
        """Media of the known address."""
        gate, media = self.gate, self.media
        if gate is None or media is None:
            return
        try:
            if gate.fits(length, at):
                media(cell, length, at)
        except Exception as error:
            gate.refuse(error)

    def other(self, data: bytes, sender: Address) -> None:
        """Everything that is not media of a known address."""
        self._protocol.datagram_received(data, sender)

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


class Intake:
    """The sockets of a running loop; between two looks it rests for `rest_s`."""

    def __init__(self, rest_s: float) -> None:
        self._rest_s = rest_s
        self._loop = asyncio.get_running_loop()
        self._epoll = select.epoll()
        self._ports: dict[int, Port] = {}
        self._refused_before = Refused()
        self.datagrams = 0
        """Read so far, on all ports that ever were."""
        # The kernel notes how long a sender's address was, and never writes a longer one there.
        self._trays = {family: Tray() for family in _HOSTS}
        self._loop.add_reader(self._epoll.fileno(), self._wake)

    def open(self, own: socket.socket, protocol: Any) -> Port:
        """Read this socket from now on."""
        port = self._ports[own.fileno()] = Port(self, own, protocol)
        self._epoll.register(own, select.EPOLLIN)
        protocol.connection_made(port)
        return port

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
        if port.gate is not None:
            self._refused_before.add(port.gate.refused)
        del self._ports[port.socket.fileno()]
        self._epoll.unregister(port.socket)
        port.socket.close()

    def _wake(self) -> None:
        self._loop.remove_reader(self._epoll.fileno())
        self._turn()

    def _turn(self) -> None:
        """Read all that came; rest if there was something, else wait to be woken."""
        came = self._epoll.poll(0)
        try:
            for descriptor, _ in came:
                port = self._ports.get(descriptor)
                if port is not None:  # one before it may have closed it
                    self._read(port)
        finally:  # what one datagram breaks must not end everybody's calls
            if came:
                self._loop.call_later(self._rest_s, self._turn)
            else:
                self._loop.add_reader(self._epoll.fileno(), self._wake)

    def _read(self, port: Port) -> None:
        """One burst; what is left comes with the next turn, after the others."""
        tray = self._trays[port.family]
        lengths = tray.fill(port.socket.fileno())
        at = time.monotonic()
        self.datagrams += len(lengths)
        known, names = port.known, tray.names
        width, name_at = len(known), 0
        for cell, length in zip(tray.cells, lengths, strict=False):
            flags, kind = cell.view[0], cell.view[1]
            is_media = 127 < flags < 192 and not 191 < kind < 224  # RFC 7983, RFC 5761 §4
            # In one too short for that, these bytes are of the datagram that lay here before.
            is_known = length > _SHORTEST and names[name_at : name_at + width] == known
            if is_media and is_known:
                port.take(cell, length, at)
            else:
                sender = tray.sender(name_at // _NAME_BYTES, port.family)
                port.other(cell.data[:length], sender)
            name_at += _NAME_BYTES
