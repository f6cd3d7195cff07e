"""The short way of ordinary packets, compiled (pump.c), and what it shares with Python.

Counters and numbers that both ways change lie in structures of C. Where nothing was compiled,
because the machine has no compiler, every packet takes the long way, which can do everything and
costs more. docs/decisions/0011 has the figures.
"""

import ctypes
import socket
import sys
from enum import Enum
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from struct import Struct

import structlog

log = structlog.get_logger(__name__)

ROOM = 2048
"""Bytes of a cell: a datagram, and what encryption appends to it."""
MOST_LISTENERS = 4
_MOST_STREAMS = 4
_VERSION = 2
_SOCKADDR_BYTES, _KNOWN_BYTES = 128, 28
PASSED, ALIGNED = Struct("=dqIIiiiB3x"), 8
"""Of a packet in the journal: when it came, running number, time stamp, bytes of payload, the
descriptor it came on, place of the stream in its leg, time of sending (negative: not said), marker.
The payload takes up a multiple of `ALIGNED` bytes."""


def sockaddr(family: int, address: tuple[str, int]) -> bytes:
    """An address as the kernel knows it: struct sockaddr_in (ip(7)) or sockaddr_in6 (ipv6(7))."""
    host, port = socket.inet_pton(family, address[0]), address[1].to_bytes(2, "big")
    head = int(family).to_bytes(2, sys.byteorder) + port
    return head + (host + bytes(8) if family == socket.AF_INET else bytes(4) + host + bytes(4))


LEFT, DUE = 1, 2
"""Why `wait` came back: something came that is not ordinary; the journal is old enough."""


class WireState(ctypes.Structure):
    """The encrypted way to one address."""

    outbound: int | None
    remote: "ctypes.Array[ctypes.c_ubyte]"
    remote_length: int
    descriptor: int
    unsent: int
    keeps: object = None
    """What `outbound` lies in: it must live as long as somebody may send by it."""

    _fields_ = (
        ("outbound", ctypes.c_void_p),
        ("remote", ctypes.c_ubyte * _SOCKADDR_BYTES),
        ("remote_length", ctypes.c_uint32),
        ("descriptor", ctypes.c_int32),
        ("unsent", ctypes.c_uint64),
    )

    def lead(self, own: socket.socket, remote: tuple[str, int]) -> None:
        """Send on this socket to this address from now on."""
        name = sockaddr(own.family, remote)
        ctypes.memmove(self.remote, name, len(name))
        self.remote_length, self.descriptor = len(name), own.fileno()


class NumbersState(ctypes.Structure):
    """A listener's numbering of one stream."""

    shift: int
    last: int
    floor: int
    at: float
    stamp_shift: int
    last_stamp: int
    is_following: int

    _fields_ = (
        ("shift", ctypes.c_int64),
        ("last", ctypes.c_int64),
        ("floor", ctypes.c_int64),
        ("at", ctypes.c_double),
        ("stamp_shift", ctypes.c_uint32),
        ("last_stamp", ctypes.c_uint32),
        ("is_following", ctypes.c_int32),
    )


class ListenerState(ctypes.Structure):
    """One stream a party receives."""

    wire: "ctypes._Pointer[WireState]"
    numbers: NumbersState
    packets: int
    octets: int
    ssrc: int
    sent_at: int
    payload_type: int

    _fields_ = (
        ("wire", ctypes.POINTER(WireState)),
        ("numbers", NumbersState),
        ("packets", ctypes.c_uint64),
        ("octets", ctypes.c_uint64),
        ("ssrc", ctypes.c_uint32),
        ("sent_at", ctypes.c_uint32),
        ("payload_type", ctypes.c_uint8),
    )


class StreamState(ctypes.Structure):
    """One stream a party sends."""

    base: int
    highest: int
    received: int
    rate: float
    jitter: float
    transit: float
    octets: int
    pictures: int
    ssrc: int
    is_video: int
    listener_count: int
    listeners: "ctypes.Array[ctypes._Pointer[ListenerState]]"

    _fields_ = (
        ("base", ctypes.c_int64),
        ("highest", ctypes.c_int64),
        ("received", ctypes.c_uint64),
        ("rate", ctypes.c_double),
        ("jitter", ctypes.c_double),
        ("transit", ctypes.c_double),
        ("octets", ctypes.c_uint64),
        ("pictures", ctypes.c_uint64),
        ("ssrc", ctypes.c_uint32),
        ("is_video", ctypes.c_int32),
        ("listener_count", ctypes.c_int32),
        ("listeners", ctypes.POINTER(ListenerState) * MOST_LISTENERS),
    )


class GateState(ctypes.Structure):
    """What is taken in one second."""

    second: float
    packets: int
    octets: int
    packet_limit: int
    octet_limit: int
    over_budget: int
    malformed: int

    _fields_ = (
        ("second", ctypes.c_double),
        ("packets", ctypes.c_uint64),
        ("octets", ctypes.c_uint64),
        ("packet_limit", ctypes.c_uint64),
        ("octet_limit", ctypes.c_uint64),
        ("over_budget", ctypes.c_uint64),
        ("malformed", ctypes.c_uint64),
    )


class LegState(ctypes.Structure):
    """The streams of one connection."""

    inbound: int | None
    keeps: object = None
    """What `inbound` lies in."""
    last_heard: float
    sent_at_extension: int
    stream_count: int
    streams: "ctypes.Array[ctypes._Pointer[StreamState]]"

    _fields_ = (
        ("inbound", ctypes.c_void_p),
        ("last_heard", ctypes.c_double),
        ("sent_at_extension", ctypes.c_int32),
        ("stream_count", ctypes.c_int32),
        ("streams", ctypes.POINTER(StreamState) * _MOST_STREAMS),
    )


class Vector(ctypes.Structure):
    """struct iovec (readv(2))."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class Header(ctypes.Structure):
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


class Message(ctypes.Structure):
    """struct mmsghdr (recvmmsg(2)): what was asked, and how long the datagram is."""

    _fields_ = (("header", Header), ("length", ctypes.c_uint))


class PortState(ctypes.Structure):
    """One socket, and whose media come to it."""

    tray: "ctypes._Pointer[Message]"
    leg: "ctypes._Pointer[LegState] | None"
    gate: "ctypes._Pointer[GateState]"
    known_length: int
    known: "ctypes.Array[ctypes.c_ubyte]"

    _fields_ = (
        ("tray", ctypes.POINTER(Message)),
        ("leg", ctypes.POINTER(LegState)),
        ("gate", ctypes.POINTER(GateState)),
        ("known_length", ctypes.c_uint32),
        ("known", ctypes.c_ubyte * _KNOWN_BYTES),
    )


class LeftState(ctypes.Structure):
    """A datagram that has to go the long way."""

    at: float
    port: int
    place: int
    length: int
    waiting: int

    _fields_ = (
        ("at", ctypes.c_double),
        ("port", ctypes.c_int32),
        ("place", ctypes.c_int32),
        ("length", ctypes.c_int32),
        ("waiting", ctypes.c_int32),
    )


class Pump:
    """The compiled library. One thread only: it reads sockets into the trays of their ports."""

    def __init__(self, library: ctypes.CDLL, patient: ctypes.CDLL) -> None:
        self.turn = library.pump_turn
        """`turn(epoll, burst)`: read and pass on what has come; true when something came that is
        not ordinary: it is told in `left`, and the turn goes on with the next call."""
        self.left = LeftState.from_address(library.pump_left())
        self.wait = patient.pump_wait
        """`wait(epoll, loop, burst, timeout, gather)`: pass on what is ordinary until Python is
        wanted: `LEFT`, `DUE`, or neither. Other threads run meanwhile, and must not come here."""
        self._watch, self._journal = library.pump_watch, library.pump_journal
        self.break_off = library.pump_break
        """What `left` told could not be taken: the next turn begins anew."""
        self._datagrams = ctypes.c_uint64.in_dll(library, "pump_datagrams")
        self._used = ctypes.c_uint32()
        self._used_at = ctypes.byref(self._used)

    @property
    def datagrams_read(self) -> int:
        """Since the process began."""
        return self._datagrams.value

    def watch(self, descriptor: int, port: PortState | None) -> bool:
        """Read this socket from now on, or no more; False when there is no place for it."""
        return not self._watch(descriptor, port and ctypes.byref(port))

    def journal(self) -> bytes:
        """What was passed on since the last time, in order: each a `PASSED`, then its payload."""
        start = self._journal(self._used_at)
        return ctypes.string_at(start, self._used.value)


class Standing(Enum):
    """Whether packets can take the short way here."""

    READY = "ready"
    OUTDATED = "outdated"
    """Compiled from another version: `./run` compiles it anew."""
    MISSING = "missing"


def standing() -> Standing:
    """How it stands with the library on this machine."""
    path = _library()
    if path is None:
        return Standing.MISSING
    return Standing.OUTDATED if _compiled(path) is None else Standing.READY


def load(*, protect: int, unprotect: int) -> Pump | None:
    """Begin to use the library, if there is one; the addresses are those of libsrtp's functions."""
    path = _library()
    if path is None:
        return None
    compiled = _compiled(path)
    if compiled is None:
        log.warning("pump.outdated")
        return None
    compiled.pump_use(ctypes.c_void_p(protect), ctypes.c_void_p(unprotect))
    compiled.pump_turn.argtypes = (ctypes.c_int, ctypes.c_int)
    compiled.pump_watch.argtypes = (ctypes.c_int, ctypes.c_void_p)
    compiled.pump_journal.restype = compiled.pump_left.restype = ctypes.c_void_p
    patient = ctypes.CDLL(str(path))
    patient.pump_wait.argtypes = (
        *(ctypes.c_int, ctypes.c_int, ctypes.c_int),
        *(ctypes.c_double, ctypes.c_double),
    )
    return Pump(compiled, patient)


def _library() -> Path | None:
    paths = (Path(__file__).with_name(f"_pump{suffix}") for suffix in EXTENSION_SUFFIXES)
    return next((path for path in paths if path.exists()), None)


def _compiled(path: Path) -> ctypes.PyDLL | None:
    """The library, if it is ours; it never waits: other threads need not run meanwhile."""
    try:
        compiled = ctypes.PyDLL(str(path))
    except OSError:  # of another processor, or cut off
        return None
    return compiled if _is_ours(compiled) else None


def _is_ours(compiled: ctypes.CDLL) -> bool:
    """Whether it was compiled from the file beside us."""
    if getattr(compiled, "pump_version", lambda: 0)() != _VERSION:
        return False
    structures = (
        *(WireState, ListenerState, StreamState, GateState, LegState, PortState),
        *(PASSED, LeftState, Message),
    )
    own = [one.size if isinstance(one, Struct) else ctypes.sizeof(one) for one in structures]
    sizes = (ctypes.c_uint32 * len(structures))()
    compiled.pump_sizes(sizes)
    return list(sizes) == own
