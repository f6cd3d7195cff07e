"""A browser's offer: examined before aiortc sees it, and what both sides agreed on."""

import re
from dataclasses import dataclass
from typing import Literal

from aiortc.sdp import MediaDescription, SessionDescription

from ekyc.domain.errors import NoCommonCodec, OfferRefused

Kind = Literal["audio", "video"]

RATES: dict[Kind, int] = {"audio": 48_000, "video": 90_000}
"""RTP clock of each kind, per second."""

_CODECS: dict[str, str] = {"audio": "opus", "video": "vp8"}
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
