"""Identity documents: their kinds, sides and fields, and what was read from a photograph."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
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
    "residence",
    "issue_date",
    "expiry_date",
)
"""In the order they are shown. Dates are ISO 8601; sex is M or F; names are as printed."""

OLD_NUMBER: Final = "old_number"
"""The nine-digit number before: only the QR code knows it."""

DATES: Final = frozenset({"birth_date", "issue_date", "expiry_date"})


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
    OTHER = "other"
    UNKNOWN = "unknown"


class Source(StrEnum):
    """Where a value comes from, the most trusted first."""

    QR = "qr"
    MRZ = "mrz"
    OCR = "ocr"
    TYPED = "typed"
    CRM = "crm"  # the name the application was opened with: compared, never taken


class FaultCode(StrEnum):
    """Why a photograph has to be taken again, the first cause first."""

    UNKNOWN_DOCUMENT = "unknown-document"
    CORNER_MISSING = "corner-missing"
    WRONG_SIDE = "wrong-side"
    TOO_SMALL = "too-small"
    TOO_DARK = "too-dark"
    TOO_BRIGHT = "too-bright"
    BLUR = "blur"
    GLARE = "glare"
    BLACK_AND_WHITE = "black-and-white"


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
class SideResult:
    """A side as read, with its pictures as JPEG.

    `straightened` is the card alone, upright (the whole photograph where no card was found);
    `original` is the photograph re-encoded from its pixels, so nothing but the picture is kept.
    """

    reading: SideReading
    straightened: bytes
    original: bytes


REQUIRED: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.CCCD_2021: frozenset(FIELDS),
    Kind.OTHER: frozenset(FIELDS) - {"origin"},
}
"""What must be filled in before a customer can confirm; other kinds are treated as OTHER."""

LONGEST: Final = {"number": 20, "full_name": 100}
LONGEST_TEXT: Final = 250
OLDEST_YEARS: Final = 120
FIRST_CHIP_CARD: Final = date(2021, 1, 1)  # Circular 06/2021 took effect in that month


def normalised(field: str, value: str) -> str:
    """A value as it is compared and kept: NFC, dates in ISO, M or F, a name in capitals."""
    text = composed(value)
    if field in DATES:
        return _normalised_date(text)
    if field == "sex":
        return citizen.sex_letter(text) or text
    if field == "full_name":
        return text.upper()
    if field in {"number", OLD_NUMBER}:
        return text.replace(" ", "").upper()
    return text


def _normalised_date(text: str) -> str:
    if text.lower() in {citizen.NO_EXPIRY, "không thời hạn"}:
        return citizen.NO_EXPIRY
    return citizen.iso_date(text) or text


def check_fields(
    kind: Kind, fields: Mapping[str, str], *, today: date, demo: bool
) -> dict[str, str]:
    """What is wrong with a customer's fields: field → code in the `errors` catalogue.

    Each field is looked at by itself first; the rules between fields speak only about fields that
    passed. Specimen numbers (province 000) are accepted only in a demo.
    """
    values = {name: normalised(name, value) for name, value in fields.items() if value.strip()}
    required = REQUIRED.get(kind, REQUIRED[Kind.OTHER])
    faults: dict[str, str] = {
        name: "field-missing" for name in FIELDS if name in required - values.keys()
    }
    for name in FIELDS:
        if name in values and (code := _shape_fault(kind, name, values[name], demo=demo)):
            faults[name] = code
    sound = {name: value for name, value in values.items() if name not in faults}
    rules = [*_RULES, *(_CARD_RULES if kind is Kind.CCCD_2021 else ())]
    for rule in rules:
        for name, code in rule(_Facts.of(sound), today):
            faults.setdefault(name, code)
    return faults


def _shape_fault(kind: Kind, name: str, value: str, *, demo: bool) -> str | None:
    if len(value) > LONGEST.get(name, LONGEST_TEXT):
        return "field-too-long"
    if not value.isprintable():
        return "field-characters"
    if name in DATES:
        return _date_fault(name, value)
    match name:
        case "number":
            return _number_fault(kind, value, demo=demo)
        case "full_name":
            return None if _NAME.fullmatch(value) else "name-invalid"
        case "sex":
            return None if value in {"M", "F"} else "sex-invalid"
        case _:
            return None if any(sign.isalpha() for sign in value) else "field-characters"


_NAME: Final = re.compile(r"[^\W\d_]+([ .'’-]+[^\W\d_]+)*\.?")
"""One word is a name too, and Jr. ends with a dot."""


def _date_fault(name: str, value: str) -> str | None:
    if name == "expiry_date" and value == citizen.NO_EXPIRY:
        return None
    return None if citizen.iso_date(value) == value else "date-invalid"


def _number_fault(kind: Kind, value: str, *, demo: bool) -> str | None:
    number = citizen.citizen_number(value)
    if number is not None and number.is_specimen:
        return None if demo else "number-specimen"
    if kind is not Kind.CCCD_2021:
        return None if re.fullmatch(r"[0-9A-Z-]{6,20}", value) else "number-characters"
    if number is None:
        return "number-invalid"
    return None if number.is_known_place else "number-place"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """The fields that stand by themselves, as values."""

    number: citizen.CitizenNumber | None
    sex: str | None
    birth: date | None
    issue: date | None
    expiry: date | None
    forever: bool

    @classmethod
    def of(cls, sound: Mapping[str, str]) -> Self:
        forever = sound.get("expiry_date") == citizen.NO_EXPIRY

        def day(name: str) -> date | None:
            return date.fromisoformat(sound[name]) if name in sound else None

        return cls(
            number=citizen.citizen_number(sound.get("number", "")),
            sex=sound.get("sex"),
            birth=day("birth_date"),
            issue=day("issue_date"),
            expiry=None if forever else day("expiry_date"),
            forever=forever,
        )


_Faults = list[tuple[str, str]]


def _birth_rule(facts: _Facts, today: date) -> _Faults:
    if facts.birth is None:
        return []
    lived = facts.birth <= today and citizen.age_on(facts.birth, today) <= OLDEST_YEARS
    return [] if lived else [("birth_date", "birth-impossible")]


def _issue_rule(facts: _Facts, today: date) -> _Faults:
    if facts.issue is None:
        return []
    if facts.issue > today:
        return [("issue_date", "issue-future")]
    if facts.birth is not None and facts.issue <= facts.birth:
        return [("issue_date", "issue-before-birth")]
    return []


def _expiry_rule(facts: _Facts, today: date) -> _Faults:
    if facts.expiry is None:
        return []
    if facts.issue is not None and facts.expiry <= facts.issue:
        return [("expiry_date", "expiry-before-issue")]
    return [("expiry_date", "document-expired")] if facts.expiry < today else []


def _number_rule(facts: _Facts, _: date) -> _Faults:
    """The number says sex and year of birth (Circular 59/2021)."""
    if facts.number is None:
        return []
    found: _Faults = []
    if facts.birth is not None and facts.birth.year != facts.number.birth_year:
        found.append(("birth_date", "number-birth"))
    if facts.sex is not None and facts.sex != facts.number.sex:
        found.append(("sex", "number-sex"))
    return found


def _first_card_rule(facts: _Facts, _: date) -> _Faults:
    early = facts.issue is not None and facts.issue < FIRST_CHIP_CARD
    return [("issue_date", "issue-before-chip")] if early else []


def _change_day_rule(facts: _Facts, _: date) -> _Faults:
    """A card runs out on a birthday of change, or never when issued late in life."""
    if facts.birth is None:
        return []
    if facts.expiry is not None:
        fits = citizen.is_change_day(facts.birth, facts.expiry)
        return [] if fits else [("expiry_date", "expiry-birthday")]
    if facts.forever and facts.issue is not None:
        late = citizen.age_on(facts.birth, facts.issue) >= citizen.NO_EXPIRY_FROM_AGE
        return [] if late else [("expiry_date", "expiry-needed")]
    return []


_Rule = Callable[[_Facts, date], _Faults]
_RULES: Final[tuple[_Rule, ...]] = (_birth_rule, _issue_rule, _expiry_rule)
_CARD_RULES: Final[tuple[_Rule, ...]] = (_number_rule, _first_card_rule, _change_day_rule)
