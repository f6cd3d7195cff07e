"""One party's connection: SDP, ICE and DTLS by aiortc, packets in and out by ourselves.

The only module that touches names aiortc, aioice and pylibsrtp keep to themselves: there is no
public way to packets that are not decoded. `check_libraries` proves at start that they still are
what this module takes them for; docs/decisions/0002 says why and what else was tried.
"""

import contextlib
import os
import socket
import time
from collections.abc import Callable
from typing import Any

import aioice.ice
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from pylibsrtp import Session, _binding

from ekyc.domain.errors import Busy, EkycError, OfferRefused
from ekyc.media.guard import Address, Budget, Gate, Sort
from ekyc.media.offer import Heard, Offer, Section, Sent, Terms

_ROOM = 2048  # a datagram, and what encryption appends to it
_SOCKET_BYTES = 1 << 20  # a starved process must not lose a keyframe in the kernel
_HANDSHAKE_QUEUE = 64  # datagrams; aiortc's own queue has no bound
_ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
_protect, _unprotect = _binding.lib.srtp_protect, _binding.lib.srtp_unprotect
_MIMES = {"audio": {"audio/opus"}, "video": {"video/vp8", "video/rtx"}}


class LibraryChanged(RuntimeError):
    """A private name this module rests on is gone: the installed version is not the tested one."""


class Cell:
    """Room for one datagram, in memory libsrtp works on."""

    __slots__ = ("address", "data", "pointer", "view")

    def __init__(self) -> None:
        self.pointer = _binding.ffi.new("char[]", _ROOM)
        self.address = int(_binding.ffi.cast("uintptr_t", self.pointer))
        self.data = _binding.ffi.buffer(self.pointer)
        """Slices of it are copies: bytes."""
        self.view = memoryview(self.data)


TakeMedia = Callable[[Cell, int, float], None]
"""Takes a datagram of so many bytes, and when it came; the cell is used again afterwards."""


class Wire:
    """The encrypted way to one address."""

    def __init__(self, dtls: Any, pair: Any) -> None:
        self._receive: Session = dtls._rx_srtp
        self._send: Session = dtls._tx_srtp
        self._inbound, self._outbound = self._receive._srtp[0], self._send._srtp[0]
        self._length = _binding.ffi.new("int *")
        self.unsent = 0
        """Packets the kernel did not take."""
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
        self.close()
        theirs = pair.protocol.transport.get_extra_info("socket")
        self._socket = socket.socket(fileno=os.dup(theirs.fileno()))
        self._socket.setblocking(False)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            self._socket.setsockopt(socket.SOL_SOCKET, option, _SOCKET_BYTES)
        self._pair, self._remote = pair, pair.remote_addr
        self._sendto = self._socket.sendto

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
            self.unsent += 1

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
            self.unsent += 1

    def close(self) -> None:
        """Send nothing any more: what still comes ends in an error of the closed socket."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class Peer:
    """The server's end of one browser's connection.

    `on_up` is called once with the open wire and says who takes every datagram of media in its cell
    that comes from the party's present address; `on_packet` with reports and with media from an
    address it has only just begun to use, both with the instant on the steady clock; `on_down` once
    when the connection is over.
    """

    def __init__(
        self,
        budget: Budget,
        *,
        on_up: Callable[[Wire, Terms], TakeMedia | None],
        on_packet: Callable[[Sort, bytes, float], None],
        on_down: Callable[[], None],
    ) -> None:
        self._budget = budget
        self._on_up, self._on_packet, self._on_down = on_up, on_packet, on_down
        self._media: TakeMedia | None = None
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection.on("connectionstatechange", self._changed)
        self._gates: list[tuple[Any, Gate]] = []
        self._transceivers: list[RTCRtpTransceiver] = []
        self._sections: tuple[Section, ...] = ()
        self._wire: Wire | None = None
        self._began = time.monotonic()
        self._is_over = False

    @property
    def is_up(self) -> bool:
        """Whether the wire is open."""
        return self._wire is not None and not self._is_over

    def is_late(self, at: float, limit_s: float) -> bool:
        """Whether the connection should have come about by now."""
        return not self.is_up and at - self._began > limit_s

    @property
    def refused(self) -> int:
        """Datagrams the guard did not let in."""
        return sum(gate.refused.total for _, gate in self._gates)

    async def answer(self, offer: Offer) -> str:
        """The answer to an examined offer, with all candidates; raises `OfferRefused`, `Busy`."""
        self._sections = offer.sections
        for section in offer.sections:
            self._transceivers.append(self._transceiver(section))
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
            await self._dtls.transport.iceGatherer.gather()
            self._guard_sockets()
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except EkycError:
            raise
        except Exception as error:  # aiortc trusts an offer in many ways; any of them may fail
            raise OfferRefused from error
        return self._connection.localDescription.sdp

    def _transceiver(self, section: Section) -> RTCRtpTransceiver:
        direction = "sendrecv" if section.is_taken else "sendonly"
        transceiver = self._connection.addTransceiver(section.kind, direction=direction)
        capabilities = RTCRtpSender.getCapabilities(section.kind).codecs
        transceiver.setCodecPreferences(
            [codec for codec in capabilities if codec.mimeType.lower() in _MIMES[section.kind]]
        )
        # Without these no task of aiortc's ever reads, decodes or sends a packet.
        transceiver.sender.send = _idle  # type: ignore[assignment]
        transceiver.receiver.receive = _idle  # type: ignore[assignment]
        # One stream per receive pair, so that a page can tell the spare pair from the first.
        before = [t for t in self._transceivers if t.kind == section.kind]
        transceiver.sender._stream_id = f"pair-{len(before)}"
        return transceiver

    def _guard_sockets(self) -> None:
        """Put a gate before every socket; from here on strangers reach nothing but checks."""
        ice = self._ice
        if not ice._protocols:
            raise Busy  # every port of the range is taken
        for protocol in ice._protocols:
            protocol.local_candidate.host = protocol.advertised
            gate = Gate(self._budget, validated=_validator(ice, protocol))
            self._gates.append((protocol.transport, gate))
            protocol.datagram_received = self._received(gate, protocol.datagram_received)
            protocol.transport.guard(gate)

    def _received(
        self, gate: Gate, inner: Callable[[bytes, Address], None]
    ) -> Callable[[bytes, tuple[Any, ...]], None]:
        queue = self._ice._queue

        def datagram_received(data: bytes, address: tuple[Any, ...]) -> None:
            try:
                at = time.monotonic()
                sort = gate.admit(data, address[:2], at)
                if sort is Sort.MEDIA or sort is Sort.REPORT:
                    self._on_packet(sort, data, at)
                elif sort is Sort.CHECK or (sort and queue.qsize() < _HANDSHAKE_QUEUE):
                    inner(data, address[:2])
            except Exception as error:
                gate.refuse(error)

        return datagram_received

    def _changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected" and self._wire is None:
            self._wire = Wire(self._dtls, self._ice._nominated[1])
            self._media = self._on_up(self._wire, self._terms())
            self._open_gates()
        elif state in {"closed", "failed"} and not self._is_over:
            self._is_over = True
            self._on_down()

    def refresh(self) -> None:
        """Follow the browser to the candidate pair it uses now; call about once a second."""
        if self._wire is not None:
            self._wire.follow(self._ice._nominated.get(1))
            self._open_gates()

    def _open_gates(self) -> None:
        remote = self._wire.remote if self._wire else None
        for port, gate in self._gates:
            gate.remote = remote
            port.know(remote, self._media)

    def _terms(self) -> Terms:
        sections = list(zip(self._sections, self._transceivers, strict=True))
        sent = [_sent(section, own) for section, own in sections if section.is_taken]
        kinds: dict[str, list[Heard]] = {"audio": [], "video": []}
        for section, own in sections:
            if own.currentDirection in {"sendrecv", "sendonly"}:
                kinds[section.kind].append(
                    Heard(
                        kind=section.kind,
                        payload_type=_number(own),
                        ssrc=own.sender._ssrc,
                    )
                )
        longest = max(len(streams) for streams in kinds.values())
        pairs = [
            tuple(streams[i] for streams in kinds.values() if i < len(streams))
            for i in range(longest)
        ]
        extensions = [e for _, own in sections for e in own._headerExtensions]
        sent_at = next((e.id for e in extensions if e.uri == _ABS_SEND_TIME), 0)
        return Terms(sent=tuple(sent), pairs=tuple(pairs), sent_at_extension=sent_at)

    @property
    def _dtls(self) -> Any:
        return self._transceivers[0].receiver.transport

    @property
    def _ice(self) -> Any:
        return self._dtls.transport._connection

    def mute(self) -> None:
        """Take no media any more: another connection has the party's place."""
        self._media = None
        self._open_gates()

    async def close(self) -> None:
        """End the connection; the browser is told."""
        self._is_over = True
        self.mute()
        if self._wire is not None:
            self._wire.close()
        await self._connection.close()


async def _idle(_: object) -> None:
    """Stands for aiortc's own sending and receiving."""


def _number(own: RTCRtpTransceiver) -> int:
    """Payload type of the codec both sides chose."""
    number = own._codecs[0].payloadType
    assert number is not None  # the offer named it
    return number


def _sent(section: Section, own: RTCRtpTransceiver) -> Sent:
    codec = own._codecs[0]
    repair = next((c for c in own._codecs if c.parameters.get("apt") == codec.payloadType), None)
    ssrcs = section.ssrcs
    return Sent(
        kind=section.kind,
        payload_type=_number(own),
        ssrc=ssrcs[0] if ssrcs else None,
        repair_type=repair.payloadType if repair else None,
        repair_ssrc=ssrcs[1] if repair and len(ssrcs) > 1 else None,
    )


def _validator(ice: Any, protocol: Any) -> Callable[[Address], bool]:
    succeeded = aioice.ice.CandidatePair.State.SUCCEEDED

    def is_validated(address: Address) -> bool:
        return any(
            pair.remote_addr == address and pair.state == succeeded and pair.protocol is protocol
            for pair in ice._check_list
        )

    return is_validated


async def check_libraries() -> None:
    """Raise `LibraryChanged` when a private name is missing; a few milliseconds, once at start."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        transceiver = connection.addTransceiver("video")
        dtls = transceiver.receiver.transport
        ice = getattr(dtls.transport, "_connection", None)
        wanted = [
            (dtls, ("_rx_srtp", "_tx_srtp")),
            (transceiver, ("_codecs", "_headerExtensions")),
            (transceiver.sender, ("_ssrc", "_stream_id", "send")),
            (transceiver.receiver, ("receive",)),
            (ice, ("_protocols", "_check_list", "_nominated", "_queue")),
            (aioice.ice, ("get_host_addresses",)),
            (aioice.ice.StunProtocol, ("datagram_received",)),
            (aioice.ice.CandidatePair, ("State", "remote_addr")),
            (Session(), ("_srtp",)),
            (_binding.lib, ("srtp_protect", "srtp_unprotect")),
        ]
        missing = [f"{owner!r}.{n}" for owner, names in wanted for n in names if _lacks(owner, n)]
    finally:
        await connection.close()
    if missing:
        raise LibraryChanged(
            "ekyc needs aiortc 1.16, aioice 0.13 and pylibsrtp 1.0; missing: " + ", ".join(missing)
        )


def _lacks(owner: object, name: str) -> bool:
    return not hasattr(owner, name)
