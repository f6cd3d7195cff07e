"""What the relay says and hears about its streams: reports, repeats, keyframes, bit rates.

RFC 3550 (reports), RFC 4585 (NACK, PLI), draft-alvestrand-rmcat-remb-03 (REMB). Times are seconds
of a steady clock.
"""

from collections.abc import Collection, Iterable
from struct import pack, unpack

from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
    clamp_packets_lost,
    pack_remb_fci,
    pack_rtcp_packet,
)

from ekyc.media.pump import StreamState

_FIRST_CYCLE = 1 << 16  # so that packets which overtook the first one have a running number too
_UNITS_PER_S = 65_536  # of the short times in reports
_REMEMBERED_REPORTS = 8
_LARGEST_RATE = 1 << 40  # bit/s; the field could say more than a number of 64 bits
_LONGEST_GAP = 256  # packets; beyond it a keyframe is cheaper than the repeats


class Reception:
    """Counts one stream's packets as RFC 3550 appendix A does."""

    def __init__(self, rate: int) -> None:
        self.state = StreamState(rate=rate, base=-1, highest=-1)
        self._prior_expected = self._prior_received = 0

    def arrived(self, sequence: int, timestamp: int, at: float) -> int:
        """Count a packet and give its running number, which does not wrap at 65536."""
        state = self.state
        state.received += 1
        transit = at * state.rate - timestamp
        if state.highest < 0:
            state.base = state.highest = sequence + _FIRST_CYCLE
            state.transit = transit
            return state.highest
        index = self.index_of(sequence)
        state.highest = max(state.highest, index)
        moved = abs(transit - state.transit)
        state.transit = transit
        if moved < state.rate:  # a second or more is a jump of the sender's clock, not jitter
            state.jitter += (moved - state.jitter) / 16
        return index

    def index_of(self, sequence: int) -> int:
        """The running number of a packet near the newest one."""
        highest = self.state.highest
        return highest + ((sequence - highest + 0x8000) & 0xFFFF) - 0x8000

    def recovered(self) -> None:
        """Count a packet that was missing and came on the stream of repeats (RTX)."""
        self.state.received += 1

    @property
    def newest(self) -> int:
        """The highest running number that came."""
        return self.state.highest

    @property
    def has_begun(self) -> bool:
        """Whether anything came yet."""
        return self.state.highest >= 0

    def interval(self) -> float:
        """Share of packets lost since the last call, 0 to 1."""
        received = self.state.received
        expected = self.state.highest - self.state.base + 1
        wanted = expected - self._prior_expected
        came = received - self._prior_received
        self._prior_expected, self._prior_received = expected, received
        return max(0.0, (wanted - came) / wanted) if wanted > 0 else 0.0

    def info(
        self, ssrc: int, *, loss: float, heard: "tuple[int, float] | None", at: float
    ) -> bytes:
        """One block of a receiver report; `heard` is the last sender report and when it came."""
        state = self.state
        lost = state.highest - state.base + 1 - state.received
        block = RtcpReceiverInfo(
            ssrc=ssrc,
            fraction_lost=min(255, int(loss * 256)),
            packets_lost=clamp_packets_lost(lost),
            highest_sequence=(state.highest - _FIRST_CYCLE) & 0xFFFFFFFF,
            jitter=int(state.jitter) & 0xFFFFFFFF,
            lsr=heard[0] if heard else 0,
            dlsr=int((at - heard[1]) * _UNITS_PER_S) & 0xFFFFFFFF if heard else 0,
        )
        return bytes(block)


class Gaps:
    """Which packets are missing, and which of them are worth asking for now.

    Each is asked for `tries` times, `interval_s` apart: asking at every arrival made a storm of
    100 000 requests when the server was starved.
    """

    def __init__(self, *, interval_s: float, tries: int) -> None:
        self._interval_s, self._tries = interval_s, tries
        self._next = -1
        self._asked_at = 0.0
        self.missing: dict[int, int] = {}
        """Running number → how many times it may still be asked for."""

    def arrived(self, index: int) -> bool:
        """Note a packet's running number; False when too many are missing to ask for them."""
        if index == self._next:
            self._next += 1
            return True
        if self._next < 0:
            self._next = index + 1
        if index < self._next:
            self.missing.pop(index, None)
            return True
        gap = range(self._next, index)
        self._next = index + 1
        if len(gap) + len(self.missing) > _LONGEST_GAP:
            self.missing.clear()
            return False
        self.missing.update(dict.fromkeys(gap, self._tries))
        return True

    def due(self, at: float) -> list[int]:
        """Running numbers to ask for now, ascending."""
        if not self.missing or at - self._asked_at < self._interval_s:
            return []
        self._asked_at = at
        wanted = sorted(index for index, left in self.missing.items() if left > 0)
        self.missing = {index: left - 1 for index, left in self.missing.items() if left > 0}
        return wanted


class KeyRequests:
    """Requests for a keyframe, one per interval; one that comes too soon is kept, not lost."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._sent_at = float("-inf")
        self._is_wanted = False

    def ask(self, at: float) -> bool:
        """Whether to send a request now; if not, `due` will say when."""
        self._is_wanted = True
        return self.due(at)

    def due(self, at: float) -> bool:
        """Whether a kept request may be sent now."""
        if not self._is_wanted or at - self._sent_at < self._interval_s:
            return False
        self._sent_at, self._is_wanted = at, False
        return True


class RoundTrip:
    """The way to a listener and back, from the reports it sends about relayed sender reports."""

    def __init__(self) -> None:
        self._sent: dict[int, float] = {}
        self.seconds: float | None = None

    def sent(self, ntp: int, at: float) -> None:
        """A sender report with this 64-bit NTP time was relayed."""
        self._sent[middle(ntp)] = at
        while len(self._sent) > _REMEMBERED_REPORTS:
            del self._sent[next(iter(self._sent))]

    def answered(self, report: RtcpReceiverInfo, at: float) -> None:
        """The listener's block about this stream came."""
        sent_at = self._sent.get(report.lsr)
        if sent_at is not None:
            self.seconds = max(0.0, at - sent_at - report.dlsr / _UNITS_PER_S)


def ntp(seconds: float) -> int:
    """Seconds in units of an NTP time."""
    return int(seconds * (1 << 32))


def middle(ntp: int) -> int:
    """The middle 32 of an NTP time's 64 bits, as reports quote it."""
    return ntp >> 16 & 0xFFFFFFFF


def parse(data: bytes) -> list[AnyRtcpPacket]:
    """The packets of a compound; raises ValueError when it is malformed."""
    try:
        return RtcpPacket.parse(data)
    except Exception as error:  # struct.error, IndexError, …: hostile bytes fail in many ways
        raise ValueError("malformed RTCP") from error


def receiver_report(own: int, blocks: list[bytes]) -> bytes:
    """A receiver report of these blocks (at most 31)."""
    report = bytes(RtcpRrPacket(ssrc=own))
    return (
        pack("!BBH", 0x80 | len(blocks), report[1], 1 + 6 * len(blocks))
        + report[4:]
        + b"".join(blocks)
    )


def sender_report(ssrc: int, *, ntp: int, stamp: int, packets: int, octets: int) -> bytes:
    """A sender report: the time stamp that belongs to an NTP time, and what was sent so far."""
    info = RtcpSenderInfo(
        ntp_timestamp=ntp,
        rtp_timestamp=stamp,
        packet_count=packets & 0xFFFFFFFF,
        octet_count=octets & 0xFFFFFFFF,
    )
    return bytes(RtcpSrPacket(ssrc=ssrc, sender_info=info))


def key_request(own: int, media: int) -> bytes:
    """Ask for a whole picture (PLI)."""
    return bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=own, media_ssrc=media))


def repeat_request(own: int, media: int, indexes: Iterable[int]) -> bytes:
    """Ask for packets again (NACK); `indexes` are ascending running numbers."""
    fields: list[tuple[int, int]] = []
    start = -17
    for index in indexes:
        if index - start <= 16:
            first, mask = fields[-1]
            fields[-1] = (first, mask | 1 << (index - start - 1))
        else:
            start = index
            fields.append((index & 0xFFFF, 0))
    body = pack("!LL", own, media) + b"".join(pack("!HH", *field) for field in fields)
    return pack_rtcp_packet(RTCP_RTPFB, RTCP_RTPFB_NACK, body)


def bit_rate(own: int, media: int, bits_per_s: int) -> bytes:
    """Tell a sender how much to send at most (REMB)."""
    fci = pack_remb_fci(bits_per_s, [media])
    return bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=own, media_ssrc=0, fci=fci))


def wished_bit_rate(packet: RtcpPsfbPacket) -> int | None:
    """What a listener says it can take, bit/s; None when it is no such message."""
    if len(packet.fci) < 8 or packet.fci[:4] != b"REMB":
        return None
    high, low = unpack("!BH", packet.fci[5:8])
    mantissa, exponent = int((high & 0x03) << 16 | low), int(high >> 2)
    return min(mantissa << exponent, _LARGEST_RATE)


def allowed_bit_rate(
    wishes: Collection[int], *, loss: float, floor: int, ceiling: int, yield_loss: float
) -> int:
    """What a camera may send, bit/s: the listeners' least wish, within floor and ceiling.

    A freshly joined listener wishes for about 224 kbit/s, which once cut the customer's picture
    to 480 lines for 20 s: evidence does not follow the listener's line, only its own loss.
    """
    least = min(wishes, default=ceiling)
    if loss <= yield_loss:
        least = max(least, floor)
    return min(least, ceiling)
