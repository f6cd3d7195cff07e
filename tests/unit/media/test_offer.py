"""An offer is read before aiortc sees it: limits, codecs, and whom the party may send as."""

import contextlib
import string

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from ekyc.domain.errors import NoCommonCodec, OfferRefused
from ekyc.media.offer import Offer, examine

SESSION = (
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE {mids}",
    "a=fingerprint:sha-256 " + ":".join(["AB"] * 32),
    "a=setup:actpass",
    "a=ice-ufrag:abcd",
    "a=ice-pwd:abcdefghijklmnopqrstuv",
)
OPUS = ("96", "a=rtpmap:96 opus/48000/2")
VP8 = ("97 98", "a=rtpmap:97 VP8/90000", "a=rtpmap:98 rtx/90000", "a=fmtp:98 apt=97")
H264 = ("102", "a=rtpmap:102 H264/90000")


def a_section(mid: int, kind: str, codec: tuple[str, ...], direction: str) -> list[str]:
    """One media section as Chromium writes it."""
    return [
        f"m={kind} 9 UDP/TLS/RTP/SAVPF {codec[0]}",
        "c=IN IP4 0.0.0.0",
        f"a={direction}",
        f"a=mid:{mid}",
        "a=rtcp-mux",
        *codec[1:],
        f"a=ssrc:{1000 + mid} cname:x",
        f"a=candidate:1 1 udp 2130706431 10.1.2.{mid} 5000 typ host",
        "a=end-of-candidates",
    ]


def an_offer(*sections: tuple[str, tuple[str, ...], str], without: str = "", more: str = "") -> str:
    """An offer of these sections; by default those of our own pages."""
    chosen = sections or (
        ("audio", OPUS, "sendrecv"),
        ("video", VP8, "sendrecv"),
        ("audio", OPUS, "recvonly"),
        ("video", VP8, "recvonly"),
    )
    mids = " ".join(str(mid) for mid in range(len(chosen)))
    lines = [line.format(mids=mids) for line in SESSION]
    for mid, section in enumerate(chosen):
        lines += a_section(mid, *section)
    kept = [line for line in lines if not without or not line.startswith(without)]
    return "\r\n".join([*kept, more, ""])


def examined(sdp: str) -> Offer:
    """With the limits of the settings."""
    return examine(sdp, max_bytes=32_768, max_sections=6)


def test_our_pages_offer_is_taken_with_its_spare_pair() -> None:
    offer = examined(an_offer())
    assert [section.kind for section in offer.sections] == ["audio", "video"] * 2
    assert [section.is_taken for section in offer.sections] == [True, True, False, False]
    assert offer.sections[1].ssrcs == (1001,)


def test_addresses_named_in_an_offer_are_never_followed() -> None:
    offer = examined(an_offer())
    assert "candidate" not in offer.sdp
    assert "10.1.2" not in offer.sdp


def test_a_second_camera_is_not_taken() -> None:
    offer = examined(
        an_offer(
            ("audio", OPUS, "sendrecv"), ("video", VP8, "sendrecv"), ("video", VP8, "sendrecv")
        )
    )
    assert [section.is_taken for section in offer.sections] == [True, True, False]


@pytest.mark.parametrize(
    "codecs", [(OPUS, H264), (("0", "a=rtpmap:0 PCMU/8000"), VP8)], ids=["H264 only", "PCMU only"]
)
def test_a_browser_without_our_codecs_is_told_so(
    codecs: tuple[tuple[str, ...], tuple[str, ...]],
) -> None:
    with pytest.raises(NoCommonCodec):
        examined(an_offer(("audio", codecs[0], "sendrecv"), ("video", codecs[1], "sendrecv")))


@pytest.mark.parametrize(
    "sdp",
    [
        "",
        "hello",
        "v=0\r\nm=audio",
        an_offer(("audio", OPUS, "sendrecv")),
        an_offer(*[("audio", OPUS, "sendrecv"), ("video", VP8, "sendrecv")] * 4),
        an_offer(more="a=x:" + "y" * 33_000),
        an_offer(more="m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:9"),
        an_offer(without="a=fingerprint"),
        an_offer(without="a=ice-pwd"),
        an_offer(without="a=ice-ufrag"),
        an_offer(without="a=rtcp-mux"),
        an_offer(without="a=group"),
        an_offer(without="a=mid:2"),
        an_offer(without="a=sendrecv"),
        an_offer().replace("97 98", "97 400"),
    ],
)
def test_an_offer_that_is_not_ours_is_refused(sdp: str) -> None:
    with pytest.raises(OfferRefused):
        examined(sdp)


SIGNS = string.printable + "\0é–😀"


@settings(max_examples=40)
@given(st.data())
def test_no_mutilated_offer_fails_in_another_way(data: st.DataObject) -> None:
    lines = an_offer().split("\r\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        lines[at] = data.draw(st.text(SIGNS, max_size=60) | st.just(lines[at][:-3]))
    with contextlib.suppress(OfferRefused, NoCommonCodec):
        examined("\r\n".join(lines))


async def test_what_aiortc_offers_is_taken_too() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in ("audio", "video"):
        connection.addTransceiver(kind)
    sdp = (await connection.createOffer()).sdp
    await connection.close()
    assert [section.is_taken for section in examined(sdp).sections] == [True, True]
