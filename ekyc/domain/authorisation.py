"""Whether a caller may order a change: which file the call is about, and the customer's own proof.

Two steps. First the caller names the service, or falls back to a number of the file. For a change
there is a second: whoever is signed in to the customer's own page reads there what is to be
changed and lets a code be shown; told to the agent and typed in, it proves that the caller holds
that page and wants this very change. The digits are kept nowhere: they follow from the server's key
and the id.
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from ekyc.domain.code import DIGITS
from ekyc.domain.errors import (
    AuthorisationMissing,
    AuthorisationsUsedUp,
    ChangeMissing,
    CodeExpired,
    IdentificationMissing,
    IdentificationsUsedUp,
    NotAllowedNow,
)

MOST = 50
"""That can be asked for in one call, whatever the settings say."""
LONGEST_CHANGE = 200
"""Characters: the customer reads them on a telephone, in a call."""


class Identifier(StrEnum):
    """By what a caller says which file is meant."""

    SERVICE = "service"  # as the CRM told it; the agent judges the name
    NUMBER = "number"  # of the document, as the form has it
    REFERENCE = "reference"  # of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """One answer to "what is it about?"; what was said is not kept."""

    id: str
    application_id: str
    call_id: str
    by: Identifier
    passed: bool
    judged_by: str
    at: datetime


class AuthorisationState(StrEnum):
    """Where an authorisation stands; the last four are its ends."""

    ASKED = "asked"  # the customer's page asks whether this is to be changed
    SHOWN = "shown"  # it shows the code, in one session
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # every try was wrong
    DECLINED = "declined"  # the customer's page said no
    LAPSED = "lapsed"  # its time or its call was over, or another was asked for


TRANSITIONS: dict[AuthorisationState, frozenset[AuthorisationState]] = {
    AuthorisationState.ASKED: frozenset(
        {AuthorisationState.SHOWN, AuthorisationState.DECLINED, AuthorisationState.LAPSED}
    ),
    AuthorisationState.SHOWN: frozenset(
        {
            AuthorisationState.CONFIRMED,
            AuthorisationState.REFUSED,
            AuthorisationState.DECLINED,
            AuthorisationState.LAPSED,
        }
    ),
    AuthorisationState.CONFIRMED: frozenset(),
    AuthorisationState.REFUSED: frozenset(),
    AuthorisationState.DECLINED: frozenset(),
    AuthorisationState.LAPSED: frozenset(),
}

OPEN = frozenset({AuthorisationState.ASKED, AuthorisationState.SHOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """One change asked for in a call; its code bears its id."""

    id: str
    application_id: str
    call_id: str
    identification_id: str
    change: str
    """What is to be changed, in the agent's words, as the customer reads it."""
    state: AuthorisationState
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    session: str = ""
    """Digest of the one session that is shown the code; empty before."""
    ended_at: datetime | None = None
    registration_id: str | None = None
    """The number or the mailbox that was registered on it; it covers one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rules in force."""

    identification_tries: int
    """Wrong answers in a call."""
    authorisations: int
    """Asked for in a call."""
    life_s: int


def is_named(expected: str, said: str) -> bool:
    """Whether a number was said rightly; blanks, dashes and case make no difference."""
    return bool(_bare(expected)) and _bare(expected) == _bare(said)


def _bare(text: str) -> str:
    return "".join(mark for mark in text if mark.isalnum()).casefold()


def require_unknown(answers: Collection[Identification], limits: Limits) -> None:
    """`NotAllowedNow` once the caller is known, `IdentificationsUsedUp` after so many wrong
    answers in a call; so no call has more than these and one."""
    if identified(answers):
        raise NotAllowedNow
    if sum(not one.passed for one in answers) >= limits.identification_tries:
        raise IdentificationsUsedUp


def identified(answers: Collection[Identification]) -> Identification | None:
    """The newest right answer of a call; `answers` are in order."""
    return next((one for one in reversed(list(answers)) if one.passed), None)


def ask(
    *,
    id: str,
    call_id: str,
    application_id: str,
    change: str,
    answers: Collection[Identification],
    asked: int,
    by: str,
    limits: Limits,
    now: datetime,
) -> Authorisation:
    """A new one; `answers` are those of its call, `asked` how many authorisations it had.

    Raises `IdentificationMissing`, `ChangeMissing`, `AuthorisationsUsedUp`.
    """
    known = identified(answers)
    if known is None:
        raise IdentificationMissing
    if not change.strip():
        raise ChangeMissing
    if asked >= limits.authorisations:
        raise AuthorisationsUsedUp
    return Authorisation(
        id=id,
        application_id=application_id,
        call_id=call_id,
        identification_id=known.id,
        change=change.strip()[:LONGEST_CHANGE],
        state=AuthorisationState.ASKED,
        asked_by=by,
        asked_at=now,
        expires_at=now + timedelta(seconds=limits.life_s),
    )


def is_open(one: Authorisation, *, now: datetime) -> bool:
    """Whether the agent still waits for the customer."""
    return one.state in OPEN and now < one.expires_at


def show(one: Authorisation, session: str, *, now: datetime) -> Authorisation:
    """The session with this digest sees the code, and no other; the same comes back to it again.

    Raises `CodeExpired` when its time is over, `NotAllowedNow` once it has ended or in another
    session.
    """
    if one.state in OPEN and now >= one.expires_at:
        raise CodeExpired
    if one.state is AuthorisationState.SHOWN and one.session == session:
        return one
    return replace(move(one, AuthorisationState.SHOWN, now=now), session=session, ended_at=None)


def move(one: Authorisation, to: AuthorisationState, *, now: datetime) -> Authorisation:
    """Take the next step; `NotAllowedNow` when the table has no such step."""
    if to not in TRANSITIONS[one.state]:
        raise NotAllowedNow
    return replace(one, state=to, ended_at=now)


def digits(secret: bytes, id: str) -> str:
    """What the customer's page shows for the authorisation with this id."""
    mark = hmac.digest(secret, f"authorise:{id}".encode(), "sha256")
    return f"{int.from_bytes(mark, 'big') % 10**DIGITS:0{DIGITS}d}"


def holding(asked: Collection[Authorisation]) -> list[Authorisation]:
    """Those a change may rest on, of all that were asked for in one call."""
    return [one for one in asked if one.state is AuthorisationState.CONFIRMED]


def require_unspent(asked: Collection[Authorisation], named: str) -> None:
    """`AuthorisationMissing` unless the named one holds and nothing was registered on it yet."""
    if named not in {one.id for one in holding(asked) if one.registration_id is None}:
        raise AuthorisationMissing
