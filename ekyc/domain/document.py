"""Identity documents: their kinds, sides and fields, and what was read from a photograph."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from ekyc.domain import citizen
from ekyc.domain.names import composed

FIELDS: Final[tuple[str, ...]] = (
    "number",
    "full_name",
    "birth_date",
    "sex",
    "nationality",
    "origin",
    "birth_place",
    "residence",
    "licence_class",
    "issue_date",
    "expiry_date",
)
"""Of all kinds, in the order shown. Dates are ISO 8601; sex is M or F; names are as printed.

`number` is the document's own; `birth_place` where the birth was registered or took place.
"""

OLD_NUMBER: Final = "old_number"
"""The nine-digit number before: only the QR code knows it."""

EXTRAS: Final = ("surname", "given_names", "personal_number", OLD_NUMBER)
"""Read where a source has them, and not part of any form: the name's two parts and the holder's
own number from a zone, the number before from a QR code."""

DATES: Final = frozenset({"birth_date", "issue_date", "expiry_date"})
NAMES: Final = frozenset({"full_name", "surname", "given_names"})


class Side(StrEnum):
    """One face of a document."""

    FRONT = "front"
    BACK = "back"


class Kind(StrEnum):
    """What a document is; the customer chooses, the reader finds out."""

    CCCD_2021 = "cccd-2021"
    CAN_CUOC_2024 = "can-cuoc-2024"
    CCCD_2016 = "cccd-2016"
    CMND = "cmnd"
    PASSPORT = "passport"
    GPLX = "gplx"
    MRZ_ONLY = "mrz-only"
    """A residence card or a foreign identity card: only its zone is read."""
    OTHER = "other"
    """Typed by hand, never photographed."""
    UNKNOWN = "unknown"


CITIZEN_CARDS: Final = frozenset({Kind.CCCD_2021, Kind.CAN_CUOC_2024, Kind.CCCD_2016})
"""They carry the twelve-digit number and run out on a birthday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a kind of document has: the sides to photograph, and its fields.

    `typed`: fields nothing printed or coded tells of; the customer writes them. `optional`: fields
    that may stay empty.
    """

    sides: tuple[Side, ...]
    fields: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    typed: frozenset[str] = frozenset()

    @property
    def required(self) -> frozenset[str]:
        """What must be filled in before a customer can confirm."""
        return frozenset(self.fields) - self.optional


_BOTH: Final = (Side.FRONT, Side.BACK)
_CARD: Final = tuple(name for name in FIELDS if name not in {"birth_place", "licence_class"})

FORMS: Final[Mapping[Kind, Form]] = {
    Kind.CCCD_2021: Form(sides=_BOTH, fields=_CARD),
    Kind.CAN_CUOC_2024: Form(
        sides=_BOTH,
        fields=tuple("birth_place" if name == "origin" else name for name in _CARD),
    ),
    Kind.CCCD_2016: Form(sides=_BOTH, fields=_CARD),
    Kind.CMND: Form(
        sides=_BOTH,
        fields=("number", "full_name", "birth_date", "origin", "residence", "issue_date"),
    ),
    Kind.PASSPORT: Form(
        sides=(Side.FRONT,),
        fields=(
            "number",
            "full_name",
            "birth_date",
            "sex",
            "nationality",
            "birth_place",
            "residence",
            "issue_date",
            "expiry_date",
        ),
        optional=frozenset({"birth_place"}),
        typed=frozenset({"residence"}),
    ),
    Kind.GPLX: Form(
        sides=_BOTH,
        fields=(
            "number",
            "full_name",
            "birth_date",
            "nationality",
            "residence",
            "licence_class",
            "issue_date",
            "expiry_date",
        ),
    ),
    Kind.MRZ_ONLY: Form(
        sides=(Side.FRONT,),
        fields=(
            "number",
            "full_name",
            "birth_date",
            "sex",
            "nationality",
            "residence",
            "expiry_date",
        ),
        typed=frozenset({"residence"}),
    ),
    Kind.OTHER: Form(sides=(), fields=_CARD, optional=frozenset({"origin"})),
}
"""Of a passport its data page alone; of a card known by its zone alone the side with the zone."""


def form_of(kind: str) -> Form:
    """The form of this kind; what nothing is known of has that of OTHER."""
    return FORMS.get(Kind(kind or Kind.OTHER), FORMS[Kind.OTHER])


class Source(StrEnum):
    """Where a value comes from, the most trusted first."""

    CHIP = "chip"  # authentic: signed by an issuer the bank trusts
    QR = "qr"
    MRZ = "mrz"
    OCR = "ocr"
    TYPED = "typed"
    CRM = "crm"  # the name the application was opened with: compared, never taken


class FaultCode(StrEnum):
    """Why a photograph has to be taken again, the first cause first.

    Those from WRONG_KIND on are about which document it is, not about the picture.
    """

    UNKNOWN_DOCUMENT = "unknown-document"
    CORNER_MISSING = "corner-missing"
    WRONG_SIDE = "wrong-side"
    TOO_SMALL = "too-small"
    TOO_DARK = "too-dark"
    TOO_BRIGHT = "too-bright"
    BLUR = "blur"
    MOTION = "motion"
    GLARE = "glare"
    BLACK_AND_WHITE = "black-and-white"
    SCREEN = "screen"
    COVERED = "covered"
    DAMAGED = "damaged"
    WRONG_KIND = "wrong-kind"
    KINDS_DIFFER = "kinds-differ"
    OTHER_PERSON = "other-person"
    CMND_ENDED = "cmnd-ended"
    EXPIRED = "expired"
    SPECIMEN = "specimen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a photograph; its sentence is `fault.<code>` in the catalogue."""

    code: FaultCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What one source says about one field."""

    value: str
    confidence: float


Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideReading:
    """Everything found on the photograph of one side.

    `corners`: pixels of the photograph held upright as its EXIF says, clockwise from the document's
    own top left; empty when no document was found. `rotation_deg`: how far the document is turned
    clockwise in the photograph (0, 90, 180, 270). `mrz_valid` is None without a zone.
    """

    kind: Kind
    side: Side | None
    rotation_deg: int
    corners: tuple[Point, ...]
    width_px: int
    height_px: int
    faults: tuple[Fault, ...]
    qr_text: str | None
    mrz_lines: tuple[str, ...] | None
    mrz_valid: bool | None
    candidates: Mapping[str, Mapping[Source, Candidate]]

    @property
    def ok(self) -> bool:
        """Good enough to go on: the document is known and nothing is wrong with the picture."""
        return not self.faults and self.kind is not Kind.UNKNOWN

    def to_json(self) -> dict[str, Any]:
        """As plain values for storage; `from_json` turns them back."""
        return {
            "kind": self.kind.value,
            "side": self.side and self.side.value,
            "rotation_deg": self.rotation_deg,
            "corners": [list(point) for point in self.corners],
            "width_px": self.width_px,
            "height_px": self.height_px,
            "faults": [fault.code.value for fault in self.faults],
            "qr_text": self.qr_text,
            "mrz_lines": self.mrz_lines and list(self.mrz_lines),
            "mrz_valid": self.mrz_valid,
            "candidates": {
                field: {
                    source.value: {"value": said.value, "confidence": said.confidence}
                    for source, said in sources.items()
                }
                for field, sources in self.candidates.items()
            },
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        return cls(
            kind=Kind(plain["kind"]),
            side=Side(plain["side"]) if plain["side"] else None,
            rotation_deg=plain["rotation_deg"],
            corners=tuple((x, y) for x, y in plain["corners"]),
            width_px=plain["width_px"],
            height_px=plain["height_px"],
            faults=tuple(Fault(code=FaultCode(code)) for code in plain["faults"]),
            qr_text=plain["qr_text"],
            mrz_lines=tuple(plain["mrz_lines"]) if plain["mrz_lines"] else None,
            mrz_valid=plain["mrz_valid"],
            candidates={
                field: {Source(source): Candidate(**said) for source, said in sources.items()}
                for field, sources in plain["candidates"].items()
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """The holder as printed, as JPEG; `width_px` is its width in the photograph as it is kept."""

    picture: bytes
    width_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SideResult:
    """A side as read, with its pictures as JPEG.

    `straightened` is the card alone, upright (the whole photograph where no card was found);
    `original` is the photograph re-encoded from its pixels, so nothing but the picture is kept.
    """

    reading: SideReading
    straightened: bytes
    original: bytes
    portrait: Portrait | None = None


def normalised(field: str, value: str) -> str:
    """A value as it is compared and kept: NFC, dates in ISO, M or F, a name in capitals."""
    text = composed(value)
    if field in DATES:
        return _normalised_date(text)
    if field == "sex":
        return citizen.sex_letter(text) or text
    if field in NAMES | {"licence_class"}:
        return text.upper()
    if field in {"number", "personal_number", OLD_NUMBER}:
        return text.replace(" ", "").upper()
    return text


def _normalised_date(text: str) -> str:
    if text.lower() in {citizen.NO_EXPIRY, "không thời hạn"}:
        return citizen.NO_EXPIRY
    return citizen.iso_date(text) or text
