"""What is wrong with the fields a customer is about to confirm."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from ekyc.domain import citizen
from ekyc.domain.consistency import Facts, contradictions, untimely
from ekyc.domain.document import CITIZEN_CARDS, DATES, Kind, form_of, normalised

LONGEST: Final = {"number": 20, "full_name": 100}
LONGEST_TEXT: Final = 250


def check_fields(
    kind: Kind, fields: Mapping[str, str], *, today: date, demo: bool
) -> dict[str, str]:
    """What is wrong with a customer's fields: field → code in the `errors` catalogue.

    Each field is looked at by itself first; the rules between fields speak only about fields that
    passed. Specimen numbers (province 000) are accepted only in a demo.
    """
    form = form_of(kind)
    values = {name: normalised(name, value) for name, value in fields.items() if value.strip()}
    faults: dict[str, str] = {
        name: "field-missing" for name in form.fields if name in form.required - values.keys()
    }
    for name in form.fields:
        if name in values and (code := _shape_fault(kind, name, values[name], demo=demo)):
            faults[name] = code
    sound = {name: value for name, value in values.items() if name not in faults}
    facts = Facts.of(kind, sound)
    for broken in (*untimely(facts, today), *contradictions(facts)):
        faults.setdefault(broken.field, broken.code)
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
    if citizen.is_specimen(value):
        return None if demo else "number-specimen"
    if kind not in CITIZEN_CARDS:
        return None if re.fullmatch(r"[0-9A-Z-]{6,20}", value) else "number-characters"
    number = citizen.citizen_number(value)
    if number is None:
        return "number-invalid"
    return None if number.is_known_place else "number-place"
