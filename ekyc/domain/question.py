"""Questions the agent asks aloud: about the file, and about why the customer is here.

Which ones, and in what order, is drawn from a seed that is kept, so that nobody can have chosen
them (docs/presence.md). What the customer says is written down nowhere: the agent judges it. The
expected answer is worked out when it is shown, and is in no fact, log or address.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hmac import digest
from typing import Final

from ekyc.domain.document import Kind


class Topic(StrEnum):
    """What a question is about; `question.<topic>` in the catalogue is how it is asked."""

    BIRTH_YEAR = "birth-year"
    BIRTH_MONTH = "birth-month"
    ZODIAC = "zodiac"
    PROVINCE = "province"
    DISTRICT = "district"
    ORIGIN = "origin"
    ISSUE_YEAR = "issue-year"
    ISSUE_PLACE = "issue-place"
    WHO_TOLD = "who-told"
    WITH_YOU = "with-you"
    WHAT_FOR = "what-for"
    WHO_USES = "who-uses"
    PROMISED = "promised"


PURPOSE: Final = (
    Topic.WHO_TOLD,
    Topic.WITH_YOU,
    Topic.WHAT_FOR,
    Topic.WHO_USES,
    Topic.PROMISED,
)
"""Of purpose and coercion: no file knows the answer."""

ANIMALS: Final = (
    "rat",
    "buffalo",
    "tiger",
    "cat",
    "dragon",
    "snake",
    "horse",
    "goat",
    "monkey",
    "rooster",
    "dog",
    "pig",
)
"""The Vietnamese twelve years, from 2020 on; a cat stands where others have a rabbit."""

_FIRST_RAT: Final = 2020
_NEW_YEAR: Final = ((1, 21), (2, 20))
"""The lunar year begins between these days; who was born then is not asked for the animal."""

_ISSUERS: Final[Mapping[Kind, str]] = {
    Kind.CCCD_2021: "issuer.police",
    Kind.CAN_CUOC_2024: "issuer.ministry",
    Kind.PASSPORT: "issuer.immigration",
}
"""Who is printed as the issuer: Circular 06/2021/TT-BCA, Circular 17/2024/TT-BCA, and the
Immigration Department's passports. Other kinds name a place the form does not have."""


class QuestionState(StrEnum):
    """What the agent made of the answer."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of one round; it stays open when the call ends before."""

    id: str
    call_id: str
    round_id: str
    position: int
    """The first is 1."""
    topic: Topic
    state: QuestionState
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Questions drawn together; `seed` is 64 hexadecimal digits."""

    id: str
    call_id: str
    seed: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is expected: words as the file has them, or a key of the catalogue for them."""

    said: str = ""
    key: str = ""


def answers(kind: str, fields: Mapping[str, str]) -> dict[Topic, Answer]:
    """What this file can be asked, with what is expected; `fields` are the form's, by name.

    A date that cannot be read, or an address without commas, gives no question.
    """
    found = _of_birth(_day(fields.get("birth_date", "")))
    issued = _day(fields.get("issue_date", ""))
    if issued is not None:
        found[Topic.ISSUE_YEAR] = Answer(said=str(issued.year))
    if kind in _ISSUERS:
        found[Topic.ISSUE_PLACE] = Answer(key=_ISSUERS[Kind(kind)])
    parts = _parts(fields.get("residence", ""))
    if len(parts) > 1:
        found[Topic.PROVINCE] = Answer(said=parts[-1])
        found[Topic.DISTRICT] = Answer(said=parts[-2])
    origin = _parts(fields.get("origin", "") or fields.get("birth_place", ""))
    if origin:
        found[Topic.ORIGIN] = Answer(said=origin[-1])
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _parts(address: str) -> list[str]:
    return [part.strip() for part in address.split(",") if part.strip()]


def _of_birth(born: date | None) -> dict[Topic, Answer]:
    if born is None:
        return {}
    found = {
        Topic.BIRTH_YEAR: Answer(said=str(born.year)),
        Topic.BIRTH_MONTH: Answer(said=str(born.month)),
    }
    animal = zodiac(born)
    if animal is not None:
        found[Topic.ZODIAC] = Answer(key=f"zodiac.{animal}")
    return found


def zodiac(born: date) -> str | None:
    """The animal of the lunar year; None for days that lie before it in some years, not in others.

    The lunar new year falls on 21 January to 20 February.
    """
    first, last = _NEW_YEAR
    day = (born.month, born.day)
    if first <= day <= last:
        return None
    year = born.year - (day < first)
    return ANIMALS[(year - _FIRST_RAT) % len(ANIMALS)]


def drawn(
    seed: str, known: Collection[Topic], *, of_file: int, of_purpose: int
) -> tuple[Topic, ...]:
    """So many of what the file knows and so many of purpose, all in a random order.

    The topics stand in the order of `Topic` before they are drawn. Fewer come where the file knows
    fewer.
    """
    asked = _picked(seed, "file", [topic for topic in Topic if topic in known], of_file)
    asked += _picked(seed, "purpose", PURPOSE, of_purpose)
    return tuple(_picked(seed, "order", asked, len(asked)))


def _picked(seed: str, what: str, pool: Sequence[Topic], most: int) -> list[Topic]:
    """Without putting back: the n-th place is HMAC-SHA256 of `what` and n, modulo what is left."""
    left, picked = list(pool), list[Topic]()
    while left and len(picked) < most:
        text = f"{what} {len(picked) + 1}".encode()
        place = int.from_bytes(digest(bytes.fromhex(seed), text, "sha256"), "big")
        picked.append(left.pop(place % len(left)))
    return picked


def is_answered(questions: Sequence[Question], *, right: int) -> bool:
    """Whether a round speaks for an approval.

    All of it was judged, every question of purpose was passed, and so many of the others, or all
    of them where fewer were asked.
    """
    if not questions or any(one.state is QuestionState.OPEN for one in questions):
        return False
    passed = {one.topic for one in questions if one.state is QuestionState.PASSED}
    asked = {one.topic for one in questions}
    if (asked - passed) & set(PURPOSE):
        return False
    return len(passed - set(PURPOSE)) >= min(right, len(asked - set(PURPOSE)))
