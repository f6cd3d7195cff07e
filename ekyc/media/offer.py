"""A browser's offer, examined before aiortc sees it; the answer, and what both agreed on by it."""

import re
from dataclasses import dataclass
from typing import Literal

from aiortc.sdp import MediaDescription, SessionDescription

from ekyc.domain.errors import NoCommonCodec, OfferRefused

Kind = Literal["audio", "video"]

RATES: dict[Kind, int] = {"audio": 48_000, "video": 90_000}
"""RTP clock of each kind, per second."""

_CODECS: dict[str, str] = {"audio": "opus", "video": "vp8"}
_ABS_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
_CANDIDATES = re.compile(r"^a=(candidate|end-of-candidates|remote-candidates)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A stream the party sends, by its own numbers; `ssrc` is None when the offer names none."""

    kind: Kind
    payload_type: int
    ssrc: int | None
    repair_type: int | None
    repair_ssrc: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A stream the party can receive, by the numbers we gave it."""

    kind: Kind
    payload_type: int
    ssrc: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was negotiated with one party."""

    sent: tuple[Sent, ...]
    pairs: tuple[tuple[Heard, ...], ...]
    """Receive pairs in the offer's order: the party's own first, then the spare ones."""
    sent_at_extension: int
    """Number of the abs-send-time header extension; 0 when it is not spoken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One media section; only the first sending one of each kind is taken from the party."""

    kind: Kind
    is_taken: bool
    ssrcs: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An offer that may be answered, its candidates taken out.

    A browser reaches the server's own candidates; to follow addresses out of an offer would make
    the server knock at any port a stranger names.
    """

    sdp: str
    sections: tuple[Section, ...]


def examine(sdp: str, *, max_bytes: int, max_sections: int) -> Offer:
    """Check an offer; raises `OfferRefused` and `NoCommonCodec`."""
    if len(sdp.encode()) > max_bytes or sdp.count("\nm=") > max_sections:
        raise OfferRefused
    lines = [line for line in sdp.splitlines() if line and not _CANDIDATES.match(line)]
    clean = "\r\n".join(lines) + "\r\n"
    media = _parse(clean)
    if any(not _has_codec(section) for section in media):
        raise NoCommonCodec
    return Offer(sdp=clean, sections=_sections(media))


def _parse(sdp: str) -> list[MediaDescription]:
    try:
        session = SessionDescription.parse(sdp)
    except Exception as error:  # aiortc asserts, indexes and casts: any of it may fail
        raise OfferRefused from error
    bundles = [sorted(map(str, g.items)) for g in session.group if g.semantic == "BUNDLE"]
    mids = sorted(section.rtp.muxId for section in session.media)
    if {section.kind for section in session.media} != {"audio", "video"}:
        raise OfferRefused
    if len(set(mids)) != len(mids) or bundles != [mids]:
        raise OfferRefused
    if not all(map(_is_sound, session.media)):
        raise OfferRefused
    return session.media


def _is_sound(section: MediaDescription) -> bool:
    """Encrypted, with ICE credentials, a direction and one port for RTP and RTCP."""
    has_ice = bool(section.ice and section.ice.usernameFragment and section.ice.password)
    has_print = bool(section.dtls and section.dtls.fingerprints)
    return has_ice and has_print and section.rtcp_mux and section.direction is not None


def _has_codec(section: MediaDescription) -> bool:
    return any(codec.name.lower() == _CODECS[section.kind] for codec in section.rtp.codecs)


def _sections(media: list[MediaDescription]) -> tuple[Section, ...]:
    taken: set[str] = set()
    sections = []
    for section in media:
        sends = section.direction in {"sendrecv", "sendonly"}
        is_taken = sends and section.kind not in taken
        if is_taken:
            taken.add(section.kind)
        sections.append(
            Section(
                kind="audio" if section.kind == "audio" else "video",
                is_taken=is_taken,
                ssrcs=tuple(described.ssrc for described in section.ssrc),
            )
        )
    return tuple(sections)


def paired(answer: str) -> str:
    """The answer, each receive pair a stream of its own: a page can tell them apart."""
    seen = {"audio": -1, "video": -1}
    lines, kind = [], "audio"
    for line in answer.splitlines():
        if line.startswith("m="):
            kind = line[2:].partition(" ")[0]
            seen[kind] += 1
        elif line.startswith("a=msid:"):
            line = f"a=msid:pair-{seen[kind]} {line.partition(' ')[2]}"
        lines.append(line)
    return "\r\n".join(lines) + "\r\n"


def terms(answer: str, sections: tuple[Section, ...]) -> Terms:
    """What an answer of ours to these sections of an offer says."""
    media = SessionDescription.parse(answer).media
    both = list(zip(sections, media, strict=True))
    kinds: dict[Kind, list[Heard]] = {"audio": [], "video": []}
    for section, own in both:
        if own.direction in {"sendrecv", "sendonly"}:
            kinds[section.kind].append(
                Heard(kind=section.kind, payload_type=_number(own), ssrc=own.ssrc[0].ssrc)
            )
    longest = max(len(streams) for streams in kinds.values())
    extensions = [extension for own in media for extension in own.rtp.headerExtensions]
    return Terms(
        sent=tuple(_sent(section, own) for section, own in both if section.is_taken),
        pairs=tuple(
            tuple(streams[i] for streams in kinds.values() if i < len(streams))
            for i in range(longest)
        ),
        sent_at_extension=next((e.id for e in extensions if e.uri == _ABS_SEND_TIME), 0),
    )


def _number(own: MediaDescription) -> int:
    """Payload type of the codec both sides chose."""
    number = own.rtp.codecs[0].payloadType
    assert number is not None  # the offer named it
    return number


def _sent(section: Section, own: MediaDescription) -> Sent:
    codecs = own.rtp.codecs
    repair = next((c for c in codecs if c.parameters.get("apt") == codecs[0].payloadType), None)
    ssrcs = section.ssrcs
    return Sent(
        kind=section.kind,
        payload_type=_number(own),
        ssrc=ssrcs[0] if ssrcs else None,
        repair_type=repair.payloadType if repair else None,
        repair_ssrc=ssrcs[1] if repair and len(ssrcs) > 1 else None,
    )
