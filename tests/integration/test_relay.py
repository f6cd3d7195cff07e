"""The relay with real SRTP between real sockets: what each listener gets, packet by packet."""

import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import pack
from types import SimpleNamespace

import pytest
from aiortc.rtp import (
    RTCP_PSFB_PLI,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
)
from pylibsrtp import Policy, Session

from ekyc.media import rtcp
from ekyc.media.guard import Sort
from ekyc.media.leg import Leg
from ekyc.media.offer import Heard, Sent, Terms
from ekyc.media.relay import Care, Uplink, connect
from ekyc.media.rtp import HEADER
from ekyc.media.wire import Wire

CARE = Care(pli_interval_s=0.5, nack_interval_s=0.03, nack_tries=3, history_packets=64)
AUDIO, VIDEO, REPAIR = 96, 97, 98
AT = 100.0
Packet = tuple[int, int, int, int, bytes]
"""Sequence number, time stamp, source, payload type, payload."""


def a_session(key: bytes, kind: int) -> Session:
    """As DTLS would have made it."""
    policy = Policy(key=key, ssrc_type=kind, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM)
    policy.allow_repeat_tx, policy.window_size = True, 1024
    return Session(policy)


@dataclass
class Browser:
    """The far end of one leg: a socket, keys, and what it decrypts."""

    ssrc: int
    extension: int
    leg: Leg = field(init=False)
    uplinks: list[Uplink] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self._servers = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        up, down = os.urandom(28), os.urandom(28)
        self._protect = a_session(up, Policy.SSRC_ANY_OUTBOUND)
        self._unprotect = a_session(down, Policy.SSRC_ANY_INBOUND)
        self.wire = Wire(
            SimpleNamespace(
                _rx_srtp=a_session(up, Policy.SSRC_ANY_INBOUND),
                _tx_srtp=a_session(down, Policy.SSRC_ANY_OUTBOUND),
            ),
            SimpleNamespace(
                protocol=SimpleNamespace(
                    transport=SimpleNamespace(get_extra_info=lambda name: self._servers)
                ),
                remote_addr=self.socket.getsockname(),
            ),
        )
        self.leg = Leg(self.wire, self._terms(), CARE, on_uplink=self.uplinks.append)

    def _terms(self) -> Terms:
        sent = (
            Sent(
                kind="audio",
                payload_type=AUDIO,
                ssrc=self.ssrc,
                repair_type=None,
                repair_ssrc=None,
            ),
            Sent(
                kind="video",
                payload_type=VIDEO,
                ssrc=self.ssrc + 1,
                repair_type=REPAIR,
                repair_ssrc=self.ssrc + 2,
            ),
        )
        pairs = tuple(
            (
                Heard(kind="audio", payload_type=AUDIO + 10, ssrc=self.ssrc + 100 * pair),
                Heard(kind="video", payload_type=VIDEO + 10, ssrc=self.ssrc + 100 * pair + 1),
            )
            for pair in (1, 2)
        )
        return Terms(sent=sent, pairs=pairs, sent_at_extension=self.extension)

    def show(
        self,
        sequence: int,
        payload: bytes,
        *,
        ssrc: int = 1,
        kind: int = VIDEO,
        stamp: int = 0,
        marker: bool = False,
        at: float = AT,
    ) -> None:
        """Send one packet of video with its time of sending, 0xABCDEF."""
        extension = pack("!HHL", 0xBEDE, 1, self.extension << 28 | 2 << 24 | 0xABCDEF)
        head = HEADER.pack(0x90, marker << 7 | kind, sequence, stamp, self.ssrc + ssrc)
        self.leg.receive(Sort.MEDIA, self._protect.protect(head + extension + payload), at)

    def report(self, packet: object, *, at: float = AT) -> None:
        """Send one RTCP packet."""
        self.leg.receive(Sort.REPORT, self._protect.protect_rtcp(bytes(packet)), at)  # type: ignore[call-overload]

    def _datagrams(self) -> Iterator[bytes]:
        while True:
            try:
                yield self.socket.recv(2048)
            except BlockingIOError:
                return

    def received(self, *, lost: int | None = None) -> list[Packet]:
        """The media that came since the last look, but for the one with the index `lost`."""
        packets = []
        media = (data for data in self._datagrams() if not 192 <= data[1] <= 223)
        for number, data in enumerate(media):
            if number == lost:
                continue
            clear = self._unprotect.unprotect(data)
            first, marked, sequence, stamp, ssrc = HEADER.unpack_from(clear)
            start = 12
            if first & 0x10:
                assert clear[12:20] == pack(
                    "!HHL", 0xBEDE, 1, self.extension << 28 | 2 << 24 | 0xABCDEF
                )
                start = 20
            packets.append((sequence, stamp, ssrc, marked & 0x7F, clear[start:]))
        return packets

    def heard(self) -> list[object]:
        """The reports that came since the last look."""
        clear = (
            self._unprotect.unprotect_rtcp(data)
            for data in self._datagrams()
            if 192 <= data[1] <= 223
        )
        return [packet for compound in clear for packet in rtcp.parse(compound)]

    def close(self) -> None:
        """Both sockets."""
        self.wire.close()
        self.socket.close()
        self._servers.close()


@pytest.fixture
def people() -> Iterator[list[Browser]]:
    """Three browsers; nobody hears anybody yet."""
    three = [Browser(1000, 3), Browser(2000, 5), Browser(3000, 7)]
    yield three
    for browser in three:
        browser.close()


def hears(speaker: Browser, *listeners: tuple[Browser, int]) -> None:
    """Let these, and only these, hear the newest video of a speaker, on these receive pairs."""
    connect(speaker.uplinks[-1], [one.leg.pairs[pair]["video"] for one, pair in listeners])


def test_every_listener_gets_the_same_payload_under_its_own_numbers(
    people: list[Browser],
) -> None:
    speaker, first, second = people
    speaker.show(500, b"before anybody listened")
    hears(speaker, (first, 0), (second, 1), (speaker, 0))
    for number in range(3):
        speaker.show(501 + number, b"picture %d" % number, stamp=9000 + number * 6000)
    payloads = [b"picture 0", b"picture 1", b"picture 2"]
    for listener, ssrc in ((first, 2101), (second, 3201), (speaker, 1101)):
        received = listener.received()
        assert [packet[4] for packet in received] == payloads
        assert [packet[0] for packet in received] == [1, 2, 3]
        assert {packet[2:4] for packet in received} == {(ssrc, VIDEO + 10)}
        assert received[1][1] - received[0][1] == 6000


def test_a_listener_who_missed_a_packet_gets_it_again(people: list[Browser]) -> None:
    speaker, listener, _ = people
    speaker.show(65_534, b"first")
    hears(speaker, (listener, 0))
    for number in range(4):
        speaker.show((65_535 + number) & 0xFFFF, b"%d" % number, stamp=number)
    assert [packet[0] for packet in listener.received(lost=2)] == [1, 2, 4]
    listener.report(RtcpRtpfbPacket(fmt=1, ssrc=1, media_ssrc=2101, lost=[3, 999]))
    (again,) = listener.received()
    assert (again[0], again[4]) == (3, b"2")


def test_a_repeat_of_a_missing_packet_is_passed_on_and_one_of_a_known_packet_is_not(
    people: list[Browser],
) -> None:
    speaker, listener, _ = people
    speaker.show(10, b"ten")
    hears(speaker, (listener, 0))
    speaker.show(11, b"eleven")
    speaker.show(13, b"thirteen")
    (asked,) = [one for one in speaker.heard() if isinstance(one, RtcpRtpfbPacket)]
    assert (asked.media_ssrc, asked.lost) == (1001, [12])
    speaker.show(1, pack("!H", 12) + b"twelve", ssrc=2, kind=REPAIR)
    speaker.show(2, pack("!H", 11) + b"eleven", ssrc=2, kind=REPAIR)
    speaker.show(3, b"", ssrc=2, kind=REPAIR)
    received = [(packet[0], packet[4]) for packet in listener.received()]
    assert received == [(1, b"eleven"), (3, b"thirteen"), (2, b"twelve")]
    assert speaker.uplinks[0].reception.interval() == 0.0


def test_a_repeat_is_byte_for_byte_what_was_sent(people: list[Browser]) -> None:
    """Under one number AES-GCM may seal one packet only."""
    speaker, listener, _ = people
    speaker.show(10, b"ten")
    hears(speaker, (listener, 0))
    speaker.show(11, b"eleven")
    sent = [data for data in listener._datagrams() if not 192 <= data[1] <= 223]
    listener.report(RtcpRtpfbPacket(fmt=1, ssrc=1, media_ssrc=2101, lost=[1]))
    again = [data for data in listener._datagrams() if not 192 <= data[1] <= 223]
    assert len(sent) == 1
    assert again == sent


def test_a_packet_that_comes_after_its_repeat_is_not_sent_twice(people: list[Browser]) -> None:
    speaker, listener, _ = people
    speaker.show(10, b"ten")
    hears(speaker, (listener, 0))
    speaker.show(11, b"eleven")
    speaker.show(13, b"thirteen")
    speaker.show(1, pack("!H", 12) + b"twelve", ssrc=2, kind=REPAIR)
    speaker.show(12, b"other")
    assert [packet[4] for packet in listener.received()] == [b"eleven", b"thirteen", b"twelve"]


def test_a_picture_kept_back_for_a_while_leaves_no_gap_and_begins_whole(
    people: list[Browser],
) -> None:
    speaker, listener, _ = people
    speaker.show(10, b"ten")
    hears(speaker, (listener, 0))
    speaker.show(11, b"eleven")
    hears(speaker)
    speaker.show(12, b"twelve")
    speaker.heard()
    hears(speaker, (listener, 0))
    speaker.leg.tick(time.monotonic() + 1)
    speaker.show(13, b"thirteen", at=AT + 1)
    received = [(packet[0], packet[4]) for packet in listener.received()]
    assert received == [(1, b"eleven"), (2, b"thirteen")]
    assert [one for one in speaker.heard() if isinstance(one, RtcpPsfbPacket)]
    listener.report(RtcpRtpfbPacket(fmt=1, ssrc=1, media_ssrc=2101, lost=[1]))
    assert listener.received() == []


def test_what_the_speakers_own_line_lost_is_not_laid_to_the_listeners(
    people: list[Browser],
) -> None:
    speaker, listener, _ = people
    speaker.show(10, b"ten")
    hears(speaker, (listener, 0))
    for number in {*range(11, 20)} - {15}:  # one of ten was lost on the way up
        speaker.show(number, b"picture")
    speaker.leg.account(AT)

    def says(lost: float) -> float:
        blank = {"packets_lost": 0, "highest_sequence": 0, "jitter": 0, "lsr": 0, "dlsr": 0}
        share = int(lost * 256)
        report = RtcpReceiverInfo(ssrc=2101, fraction_lost=share, **blank)
        listener.report(RtcpRrPacket(ssrc=1, reports=[report]))
        return listener.leg.heard_loss(AT)

    assert says(0.1) == 0
    assert says(0.6) == pytest.approx(0.5, abs=0.01)
    speaker.show(29, b"picture")
    speaker.leg.account(AT + 1)
    assert says(0.9) == 0  # so much was lost before that nobody can tell


def test_what_somebody_who_left_had_sent_is_not_answered_with_a_packet_of_who_came(
    people: list[Browser],
) -> None:
    speaker, listener, again = people
    speaker.show(7, b"old")
    hears(speaker, (listener, 0))
    speaker.show(8, b"old")
    speaker.show(9, b"old")
    again.show(7, b"new")
    hears(again, (listener, 0))
    again.show(8, b"new", at=AT + 2)
    assert [packet[0] for packet in listener.received()] == [1, 2, 3]
    listener.report(RtcpRtpfbPacket(fmt=1, ssrc=1, media_ssrc=2101, lost=[1, 2]))
    assert listener.received() == []


def test_who_comes_back_goes_on_under_the_same_numbers(people: list[Browser]) -> None:
    speaker, listener, again = people
    speaker.show(40_000, b"old", stamp=5)
    hears(speaker, (listener, 0))
    speaker.show(40_001, b"old", stamp=90_005, at=AT)
    again.show(7, b"new", stamp=3)
    hears(again, (listener, 0))
    again.show(8, b"new", stamp=4, at=AT + 2)
    old, new = listener.received()
    assert new[0] == old[0] + 1
    assert new[1] - old[1] == 2 * 90_000
    assert new[2] == old[2]


def test_a_listeners_wish_for_a_keyframe_reaches_the_camera(people: list[Browser]) -> None:
    speaker, listener, _ = people
    speaker.show(1, b"x")
    hears(speaker, (listener, 0))  # asks for one itself
    assert [one.fmt for one in speaker.heard() if isinstance(one, RtcpPsfbPacket)] == [
        RTCP_PSFB_PLI
    ]
    listener.report(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=1, media_ssrc=2101))
    assert speaker.heard() == []  # too soon, but kept
    speaker.uplinks[0].tick(1e12)
    (asked,) = speaker.heard()
    assert isinstance(asked, RtcpPsfbPacket)
    assert asked.media_ssrc == 1001


def clock_told(listener: Browser) -> list[tuple[float, int]]:
    """Sender reports that came: the server's time in seconds, and the time stamp."""
    reports = [one for one in listener.heard() if isinstance(one, RtcpSrPacket)]
    assert {report.ssrc for report in reports} <= {2101}
    infos = [report.sender_info for report in reports]
    return [(info.ntp_timestamp / (1 << 32), info.rtp_timestamp) for info in infos]


def reports(speaker: Browser, *, seconds: int, stamp: int, at: float) -> None:
    """A speaker says what its own clock shows at a time stamp."""
    info = RtcpSenderInfo(
        ntp_timestamp=seconds << 32, rtp_timestamp=stamp, packet_count=9, octet_count=9
    )
    speaker.report(RtcpSrPacket(ssrc=speaker.ssrc + 1, sender_info=info), at=at)


def test_the_speakers_clock_is_told_often_at_first_and_then_twice_a_second(
    people: list[Browser],
) -> None:
    speaker, listener, _ = people
    speaker.show(1, b"x", stamp=1000)
    hears(speaker, (listener, 0))
    speaker.show(2, b"x", stamp=1000)
    stamp = listener.received()[0][1]
    reports(speaker, seconds=256, stamp=4000, at=AT)
    for tenth in range(32):
        speaker.leg.tick(AT + tenth / 10 + 0.001)
    told = clock_told(listener)
    since = [round(one[0] - told[0][0], 3) for one in told]
    assert since == [tenth / 10 for tenth in range(20)] + [2.4, 2.9]
    stamps = [(one[1] - stamp) & 0xFFFFFFFF for one in told]
    assert stamps == [3090 + round(seconds * 90_000) for seconds in since]


def test_a_listener_who_comes_late_is_told_the_clock_at_once(people: list[Browser]) -> None:
    speaker, listener, _ = people
    speaker.show(1, b"x", stamp=1000)
    reports(speaker, seconds=256, stamp=4000, at=AT)
    hears(speaker, (listener, 0))
    speaker.leg.tick(AT + 3)
    assert clock_told(listener) == [], "no packet came yet: nobody knows its time stamps"
    speaker.show(2, b"x", stamp=300_000, at=AT + 3)
    (packet,) = listener.received()
    speaker.leg.tick(AT + 3)
    ((_, stamp),) = clock_told(listener)
    assert (stamp - packet[1]) & 0xFFFFFFFF == (4000 + 3 * 90_000 - 300_000) & 0xFFFFFFFF


def test_the_clock_goes_on_when_the_voice_comes_back_from_another_machine(
    people: list[Browser],
) -> None:
    """Its own clock may be hours behind, which a browser would take as a report out of the past."""
    speaker, listener, again = people
    speaker.show(1, b"x", stamp=1000)
    hears(speaker, (listener, 0))
    speaker.show(2, b"x", stamp=1000)
    reports(speaker, seconds=10_000, stamp=1000, at=AT)
    speaker.leg.tick(AT)
    again.show(7, b"x", stamp=9)
    hears(again, (listener, 0))
    again.show(8, b"x", stamp=9, at=AT + 2)
    reports(again, seconds=300, stamp=9, at=AT + 2)
    again.leg.tick(AT + 2)
    before, after = clock_told(listener)
    assert after[0] - before[0] == pytest.approx(2)
    assert (after[1] - before[1]) & 0xFFFFFFFF == 2 * 90_000


def test_a_speaker_whose_clock_runs_wild_breaks_nothing(people: list[Browser]) -> None:
    speaker, listener, _ = people
    speaker.show(1, b"x")
    hears(speaker, (listener, 0))
    speaker.show(2, b"x")
    for seconds in (0, (1 << 32) - 1):
        reports(speaker, seconds=seconds, stamp=(1 << 32) - 1, at=AT + seconds)
        speaker.leg.tick(AT + seconds)
    assert len(clock_told(listener)) == 2


def test_what_was_not_agreed_on_goes_nowhere(people: list[Browser]) -> None:
    speaker, listener, _ = people
    speaker.show(1, b"x")
    hears(speaker, (listener, 0))
    speaker.show(2, b"another source", ssrc=77)
    speaker.show(3, b"another codec", ssrc=78, kind=120)
    speaker.leg.receive(Sort.MEDIA, b"\x80\x61" + os.urandom(60), AT)
    speaker.leg.receive(Sort.REPORT, b"\x80\xc8" + os.urandom(60), AT)
    assert listener.received() == []
    assert len(speaker.uplinks) == 1


def test_a_party_is_told_how_its_stream_arrives(people: list[Browser]) -> None:
    speaker, *_ = people
    for sequence in (1, 2, 4):
        speaker.show(sequence, b"\x10" + bytes(99), marker=True)
    arrival = speaker.leg.account(speaker.leg.last_heard + 1)
    assert arrival.loss == pytest.approx(0.25)
    (report,) = [one for one in speaker.heard() if isinstance(one, RtcpRrPacket)]
    assert [info.ssrc for info in report.reports] == [1001]
    assert report.reports[0].packets_lost == 1


def test_a_connection_that_is_over_holds_nobody_elses_pictures(people: list[Browser]) -> None:
    """Who heard each other would keep each other alive, with all they remember."""
    one, other, _ = people
    for speaker, listener in ((one, other), (other, one)):
        speaker.show(1, b"picture")
        hears(speaker, (listener, 0))
    one.leg.close()
    assert (one.uplinks[0].heard_by, one.uplinks[0].tap) == ((), None)
    assert one.leg.pairs[0]["video"].source is None
    assert other.leg.pairs[0]["video"].source is None
    assert other.leg.uplinks["video"].heard_by, "who is still there is still heard"
