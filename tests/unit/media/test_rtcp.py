"""Losses are counted, missing packets asked for in measure, bit rates kept within their bounds."""

import pytest
from aiortc.rtp import RtcpPsfbPacket, RtcpReceiverInfo, RtcpRrPacket, RtcpRtpfbPacket
from hypothesis import given, settings
from hypothesis import strategies as st

from ekyc.media import rtcp

KBPS = 1000


def a_reception(*sequences: int) -> rtcp.Reception:
    """These packets came, 20 ms apart."""
    reception = rtcp.Reception(90_000)
    for number, sequence in enumerate(sequences):
        reception.arrived(sequence, number * 1800, number * 0.02)
    return reception


def test_running_numbers_go_on_over_the_wrap() -> None:
    reception = rtcp.Reception(90_000)
    first, second, late, third = (
        reception.arrived(sequence, 0, 0.0) for sequence in (65_534, 0, 65_535, 1)
    )
    assert (second - first, late - first, third - first) == (2, 1, 3)


def test_a_packet_that_overtook_the_first_has_a_number_too() -> None:
    reception = a_reception(3)
    assert reception.arrived(2, 0, 0.0) == reception.arrived(3, 0, 0.0) - 1


def test_the_share_lost_is_of_the_last_interval() -> None:
    reception = a_reception(1, 2, 3, 5)
    assert reception.interval() == pytest.approx(0.2)
    assert reception.interval() == 0.0


def test_a_recovered_packet_is_not_lost() -> None:
    reception = a_reception(1, 3)
    reception.recovered()
    assert reception.interval() == 0.0


def test_a_report_says_what_came_and_how_long_ago_the_sender_spoke() -> None:
    reception = a_reception(10, 11, 13)
    block = reception.info(7, loss=0.25, heard=(0xABCD, 4.0), at=4.5)
    (report,) = rtcp.parse(rtcp.receiver_report(1, [block]))
    assert isinstance(report, RtcpRrPacket)
    (info,) = report.reports
    assert (info.ssrc, info.fraction_lost, info.packets_lost) == (7, 64, 1)
    assert (info.highest_sequence, info.lsr, info.dlsr) == (13, 0xABCD, 32_768)


def test_what_is_missing_is_asked_for_three_times_and_no_faster_than_the_interval() -> None:
    gaps = rtcp.Gaps(interval_s=0.03, tries=3)
    gaps.arrived(1)
    gaps.arrived(4)
    asked = [gaps.due(1 + ms / 1000) for ms in range(0, 200, 10)]
    assert [wanted for wanted in asked if wanted] == [[2, 3]] * 3
    assert [index for index, wanted in enumerate(asked) if wanted] == [0, 3, 6]


def test_what_came_late_is_not_asked_for_any_more() -> None:
    gaps = rtcp.Gaps(interval_s=0.03, tries=3)
    gaps.arrived(1)
    gaps.arrived(4)
    assert gaps.due(1.0) == [2, 3]
    gaps.arrived(3)
    assert gaps.due(2.0) == [2]


def test_a_gap_too_long_to_ask_for_is_left_to_a_keyframe() -> None:
    gaps = rtcp.Gaps(interval_s=0.03, tries=3)
    assert gaps.arrived(1)
    assert not gaps.arrived(1000)
    assert gaps.due(1.0) == []


@settings(max_examples=30)
@given(st.sets(st.integers(65_400, 65_700), min_size=1, max_size=60))
def test_a_request_names_every_missing_packet_over_the_wrap(indexes: set[int]) -> None:
    (request,) = rtcp.parse(rtcp.repeat_request(1, 2, sorted(indexes)))
    assert isinstance(request, RtcpRtpfbPacket)
    assert {lost & 0xFFFF for lost in request.lost} == {index & 0xFFFF for index in indexes}


def test_a_keyframe_asked_for_too_soon_is_asked_for_later_and_not_forgotten() -> None:
    keys = rtcp.KeyRequests(0.5)
    assert keys.ask(10.0)
    assert not keys.ask(10.2)
    assert not keys.due(10.4)
    assert keys.due(10.5)
    assert not keys.due(11.5)


def test_the_way_there_and_back_comes_from_the_listeners_own_report() -> None:
    trip = rtcp.RoundTrip()
    ntp = 0x1234_5678_9ABC_DEF0
    trip.sent(ntp, 100.0)
    blank = {"fraction_lost": 0, "packets_lost": 0, "highest_sequence": 0, "jitter": 0}
    trip.answered(RtcpReceiverInfo(ssrc=1, **blank, lsr=0x99, dlsr=0), 100.4)
    assert trip.seconds is None
    trip.answered(RtcpReceiverInfo(ssrc=1, **blank, lsr=rtcp.middle(ntp), dlsr=16_384), 100.3)
    assert trip.seconds == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("wishes", "loss", "allowed"),
    [
        ([], 0.0, 1500),
        ([224 * KBPS], 0.0, 700),  # a listener who has just joined does not blur the evidence
        ([224 * KBPS], 0.2, 224),  # the party's own line is bad: then it may
        ([900 * KBPS, 1200 * KBPS], 0.0, 900),
        ([9000 * KBPS], 0.0, 1500),
    ],
)
def test_a_camera_sends_what_listeners_take_within_floor_and_ceiling(
    wishes: list[int], loss: float, allowed: int
) -> None:
    limits = {"floor": 700 * KBPS, "ceiling": 1500 * KBPS, "yield_loss": 0.1}
    assert rtcp.allowed_bit_rate(wishes, loss=loss, **limits) == allowed * KBPS  # type: ignore[arg-type]


def test_a_wished_bit_rate_survives_its_packet() -> None:
    (packet,) = rtcp.parse(rtcp.bit_rate(1, 2, 1_234_944))
    assert isinstance(packet, RtcpPsfbPacket)
    assert rtcp.wished_bit_rate(packet) == 1_234_944


@given(st.binary(max_size=100))
def test_no_bytes_make_the_parser_fail_but_as_expected(data: bytes) -> None:
    try:
        packets = rtcp.parse(data)
    except ValueError:
        return
    for packet in packets:
        if isinstance(packet, RtcpPsfbPacket):
            rtcp.wished_bit_rate(packet)
