"""The way to one address: packets encrypted and decrypted where they lie, by libsrtp.

Touches names that pylibsrtp and aiortc keep to themselves, as peer.py does; `libraries` looks at
start whether they still are what these two take them for.
"""

import contextlib
import ctypes
import os
import socket
from collections.abc import Sequence
from typing import Any, Protocol

import pylibsrtp
from pylibsrtp import Session

from ekyc.media import pump
from ekyc.media.guard import Address
from ekyc.media.pump import ROOM

_SOCKET_BYTES = 1 << 20  # a starved process must not lose a keyframe in the kernel

# A version that has none of these still carries the plain path.
_binding: Any = getattr(pylibsrtp, "_binding", None)
_ffi: Any = getattr(_binding, "ffi", None)
_library: Any = getattr(_binding, "lib", None)
_protect: Any = getattr(_library, "srtp_protect", None)
_unprotect: Any = getattr(_library, "srtp_unprotect", None)
_CRYPT = "srtp_err_status_t(*)(struct srtp_ctx_t_ *, void *, int *)"


class Cell:
    """Room for one datagram, in memory libsrtp works on."""

    __slots__ = ("address", "data", "pointer", "view")

    def __init__(self) -> None:
        self.data: Any = ctypes.create_string_buffer(ROOM)
        """Slices of it are copies: bytes."""
        self.view = memoryview(self.data).cast("B")
        self.address = ctypes.addressof(self.data)
        self.pointer: Any = _ffi and _ffi.cast("char *", self.address)


class Keeps(Protocol):
    """A stream whose packets go the short way."""

    def passed(
        self,
        index: int,
        timestamp: int,
        marker: bool,
        payload: bytes,
        sent_at: int | None,
        at: float,
    ) -> None:
        """A packet was counted and sent to every listener, a moment ago."""
        ...


class TakesMedia(Protocol):
    """Takes what comes from a party's present address; cells are used again afterwards."""

    @property
    def state(self) -> pump.LegState:
        """What the short way knows of it."""
        ...

    def media(self, cell: Cell, length: int, at: float) -> None:
        """A datagram of so many bytes, and when it came."""
        ...

    @property
    def admitted(self) -> Sequence[Keeps]:
        """Its streams, in the order they have in `state`."""
        ...


def load_pump() -> pump.Pump | None:
    """The compiled short way, if this machine has it."""
    if _protect is None or _unprotect is None:
        return None
    names = ("srtp_protect", "srtp_unprotect")
    protect, unprotect = (_ffi.addressof(_library, name) for name in names)
    if {_ffi.typeof(protect).cname, _ffi.typeof(unprotect).cname} != {_CRYPT}:
        return None  # C would call another version's in the old way
    return pump.load(protect=_address(protect), unprotect=_address(unprotect))


class Wire:
    """The encrypted way to one address."""

    def __init__(self, dtls: Any, pair: Any) -> None:
        self._receive: Session = dtls._rx_srtp
        self._send: Session = dtls._tx_srtp
        self._inbound, self._outbound = self._receive._srtp[0], self._send._srtp[0]
        self.state = pump.WireState(outbound=_address(self._outbound), descriptor=-1)
        """`unsent` in it counts packets the kernel did not take."""
        self.state.keeps = self._send
        self.inbound = _address(self._inbound)
        self._length = _ffi.new("int *")
        self._pair: Any = None
        self._socket: socket.socket | None = None
        self.follow(pair)

    @property
    def remote(self) -> Address:
        """Where packets go."""
        address: Address = self._pair.remote_addr
        return address

    def follow(self, pair: Any) -> None:
        """Send on this candidate pair from now on: the browser may change networks."""
        if pair is None or pair is self._pair:
            return
        theirs = pair.protocol.transport.get_extra_info("socket")
        own = socket.socket(fileno=os.dup(theirs.fileno()))
        self.close()
        self._socket = own
        self._socket.setblocking(False)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            self._socket.setsockopt(socket.SOL_SOCKET, option, _SOCKET_BYTES)
        self._pair, self._remote = pair, pair.remote_addr
        self._sendto = self._socket.sendto
        self.state.lead(self._socket, self._remote)

    def unprotect(self, cell: Cell, length: int) -> int:
        """Decrypt a packet where it stands; its length now, or 0 when it is not the party's."""
        box = self._length
        box[0] = length
        if _unprotect(self._inbound, cell.pointer, box):
            return 0
        return box[0]  # type: ignore[no-any-return]  # an int, as the declaration says

    def unprotect_report(self, data: bytes) -> bytes | None:
        """Decrypt an RTCP compound."""
        with contextlib.suppress(Exception):
            return bytes(self._receive.unprotect_rtcp(data))
        return None

    def forward(self, cell: Cell, start: int, end: int) -> None:
        """Encrypt in place a packet that stands in clear in a cell, and send it."""
        box = self._length
        box[0] = end - start
        if _protect(self._outbound, cell.pointer + start if start else cell.pointer, box):
            return
        try:
            self._sendto(cell.view[start : start + box[0]], self._remote)
        except OSError:  # a full socket: a packet that waits is worth less than the next one
            self.state.unsent += 1

    def send(self, packet: bytes) -> None:
        """Encrypt and send a packet made here."""
        with contextlib.suppress(Exception):
            self._emit(self._send.protect(packet))

    def report(self, compound: bytes) -> None:
        """Encrypt and send RTCP."""
        with contextlib.suppress(Exception):
            self._emit(self._send.protect_rtcp(compound))

    def _emit(self, data: bytes) -> None:
        try:
            self._sendto(data, self._remote)
        except OSError:
            self.state.unsent += 1

    def close(self) -> None:
        """Send nothing any more: what still comes ends in an error of the closed socket."""
        if self._socket is not None:
            self.state.descriptor = -1
            self._socket.close()
            self._socket = None


class PlainWire(Wire):
    """The way through aiortc's own transport, which decrypts and encrypts: slower, by fewer names.

    For the day a new version of a library has lost a name the other way needs.
    """

    def __init__(self, dtls: Any) -> None:
        self._dtls: Any = dtls
        self.state, self.inbound = pump.WireState(descriptor=-1), 0

    def follow(self, pair: Any) -> None:
        """aiortc follows the browser by itself."""

    def unprotect(self, cell: Cell, length: int) -> int:
        """As it is: aiortc has decrypted it."""
        return length

    def unprotect_report(self, data: bytes) -> bytes | None:
        """As it is."""
        return data

    def forward(self, cell: Cell, start: int, end: int) -> None:
        """Send a packet that stands in clear in a cell."""
        self._emit(cell.data[start:end])

    def send(self, packet: bytes) -> None:
        """Send a packet made here."""
        self._emit(packet)

    def report(self, compound: bytes) -> None:
        """Send RTCP, which aiortc tells apart by itself."""
        self._emit(compound)

    def _emit(self, data: bytes) -> None:
        """One step of aiortc's coroutine is all of it: a datagram is sent, or lost."""
        try:
            if self._dtls is not None:
                self._dtls._send_rtp(data).send(None)
        except StopIteration:
            return
        except Exception:
            self.state.unsent += 1  # not connected any more, or a number libsrtp has sent already

    def close(self) -> None:
        """Send nothing any more."""
        self._dtls = None


def _address(thing: Any) -> int:
    """Where something of libsrtp's lies; whoever keeps this keeps the thing too."""
    return int(_ffi.cast("uintptr_t", thing))
