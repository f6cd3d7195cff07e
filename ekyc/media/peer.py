"""One party's connection: SDP, ICE and DTLS by aiortc, packets in and out by ourselves.

With wire.py the only module that touches names aiortc, aioice and pylibsrtp keep to themselves:
there is no public way to packets that are not decoded. `libraries` proves at start that they still
are what these two take them for; docs/decisions/0002 says why and what else was tried.
"""

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

from ekyc.domain.errors import Busy, EkycError, OfferRefused
from ekyc.media.guard import Address, Budget, Gate, Sort
from ekyc.media.offer import Offer, Section, Terms, paired, terms
from ekyc.media.wire import PlainWire, TakesMedia, Wire
from ekyc.settings.media import PacketPath

_TRANSACTION = slice(8, 20)  # in a STUN message (RFC 8489 §5)
_HANDSHAKE_QUEUE = 64  # datagrams; aiortc's own queue has no bound
_PLAIN_QUEUE = 512  # media too wait there on the plain path
_MIMES = {"audio": {"audio/opus"}, "video": {"video/vp8", "video/rtx"}}


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
        path: PacketPath,
        on_up: Callable[[Wire, Terms], TakesMedia | None],
        on_packet: Callable[[Sort, bytes, float], None],
        on_down: Callable[[], None],
    ) -> None:
        self._budget, self._is_plain = budget, path == "plain"
        self._on_up, self._on_packet, self._on_down = on_up, on_packet, on_down
        self._media: TakesMedia | None = None
        self._connection = RTCPeerConnection(
            RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        )
        self._connection.on("connectionstatechange", self._changed)
        self._gates: list[tuple[Any, Gate]] = []
        self._transceivers: list[RTCRtpTransceiver] = []
        self._terms: Terms | None = None
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

    async def answer(self, offer: Offer) -> str:
        """The answer to an examined offer, with all candidates; raises `OfferRefused`, `Busy`."""
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
        answer = self._connection.localDescription.sdp
        self._terms = terms(answer, offer.sections)
        return paired(answer)

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
        return transceiver

    def _guard_sockets(self) -> None:
        """Put a gate before every socket; from here on strangers reach nothing but checks."""
        ice = self._ice
        if not ice._protocols:
            raise Busy  # every port of the range is taken
        for protocol in ice._protocols:
            protocol.local_candidate.host = protocol.advertised
            gate = Gate(
                self._budget,
                validated=_validator(ice, protocol),
                expected=_expectation(ice, protocol),
            )
            self._gates.append((protocol.transport, gate))
            protocol.datagram_received = self._received(gate, protocol.datagram_received)
            protocol.transport.guard(gate)

    def _received(
        self, gate: Gate, inner: Callable[[bytes, Address], None]
    ) -> Callable[[bytes, tuple[Any, ...]], None]:
        queue, longest = self._ice._queue, _PLAIN_QUEUE if self._is_plain else _HANDSHAKE_QUEUE

        def datagram_received(data: bytes, address: tuple[Any, ...]) -> None:
            try:
                at = time.monotonic()
                sort = gate.admit(data, address[:2], at)
                if sort in {Sort.MEDIA, Sort.REPORT} and not self._is_plain:
                    self._on_packet(sort, data, at)
                elif sort is Sort.CHECK or (sort and queue.qsize() < longest):
                    inner(data, address[:2])
            except Exception as error:
                gate.refuse(error)

        return datagram_received

    def _changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected" and self._wire is None:
            assert self._terms is not None  # it was answered
            self._wire = self._open()
            self._media = self._on_up(self._wire, self._terms)
            self._open_gates()
        elif state in {"closed", "failed"} and not self._is_over:
            self._is_over = True
            self._on_down()

    def _open(self) -> Wire:
        if not self._is_plain:
            return Wire(self._dtls, self._ice._nominated[1])
        _divert(self._dtls, self._decrypted)
        return PlainWire(self._dtls)

    def _decrypted(self, sort: Sort, data: bytes) -> None:
        """On the plain path: what aiortc took in; an error here would end its reading."""
        try:
            self._on_packet(sort, data, time.monotonic())
        except Exception as error:
            self._gates[0][1].refuse(error)

    def refresh(self) -> None:
        """Follow the browser to the candidate pair it uses now; call about once a second."""
        if self._wire is not None and not self._is_plain:
            self._wire.follow(self._ice._nominated.get(1))
            self._open_gates()

    def _open_gates(self) -> None:
        remote = self._wire.remote if self._wire and not self._is_plain else None
        for port, gate in self._gates:
            if gate.remote != remote or port.media is not self._media:
                gate.remote = remote
                port.know(remote, self._media)

    @property
    def _dtls(self) -> Any:
        return self._transceivers[0].receiver.transport

    @property
    def _ice(self) -> Any:
        return self._dtls.transport._connection

    def settle(self) -> None:
        """Hand on what was passed on and not yet kept and recorded."""
        for port, _ in self._gates:
            port.settle()

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


def _divert(dtls: Any, take: Callable[[Sort, bytes], None]) -> None:
    """Have what aiortc decrypts handed here instead of to its own receivers."""

    async def media(data: bytes, arrival_time_ms: int) -> None:
        take(Sort.MEDIA, data)

    async def report(data: bytes) -> None:
        take(Sort.REPORT, data)

    dtls._handle_rtp_data, dtls._handle_rtcp_data = media, report


async def _idle(_: object) -> None:
    """Stands for aiortc's own sending and receiving."""


def _expectation(ice: Any, protocol: Any) -> Callable[[bytes], bool]:
    """A request names us (RFC 8445 §7.2.2), an answer repeats the number of what we asked."""
    name = f"{ice.local_username}:".encode()

    def is_expected(data: bytes) -> bool:
        return name in data or data[_TRANSACTION] in protocol.transactions

    return is_expected


def _validator(ice: Any, protocol: Any) -> Callable[[Address], bool]:
    succeeded = aioice.ice.CandidatePair.State.SUCCEEDED

    def is_validated(address: Address) -> bool:
        return any(
            pair.remote_addr == address and pair.state == succeeded and pair.protocol is protocol
            for pair in ice._check_list
        )

    return is_validated
