"""The entry after a call: what was changed, on whose order, by which authorisation.

It is due from the end of every call that was live, and its agent takes no other before it is
written. Nothing stands in it as changed that no authorisation of its call covers, and each covers
one entry.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ekyc.domain.authorisation import LONGEST_CHANGE, MOST, Authorisation, holding
from ekyc.domain.errors import AuthorisationMissing, ChangeMissing, NotAllowedNow

LONGEST = MOST * (LONGEST_CHANGE + 1)
"""Characters of what was changed: every change that can be authorised in a call, a line each."""


class OrderedBy(StrEnum):
    """On whose order something was changed."""

    CUSTOMER = "customer"
    NOBODY = "nobody"  # nothing was changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """The entry of one call, due or written."""

    call_id: str
    application_id: str
    due_at: datetime
    draft: str = ""
    """What was typed so far."""
    changed: str = ""
    """Empty: nothing."""
    authorisations: tuple[str, ...] = ()
    """The ids of those the changes rest on."""
    by: str | None = None
    entered_at: datetime | None = None

    @property
    def ordered_by(self) -> OrderedBy:
        """On whose order; an authorisation is the customer's."""
        return OrderedBy.CUSTOMER if self.authorisations else OrderedBy.NOBODY


def draft(due: Contact, text: str) -> Contact:
    """Keep what was typed; `NotAllowedNow` once the entry is written."""
    if due.entered_at is not None:
        raise NotAllowedNow
    return replace(due, draft=text[:LONGEST])


def enter(
    due: Contact,
    *,
    changed: str,
    authorisations: Collection[str],
    asked: Collection[Authorisation],
    by: str,
    now: datetime,
) -> Contact:
    """The entry is written, once and for all; `asked`: every authorisation of its call.

    Raises `NotAllowedNow` when it is written already, `AuthorisationMissing` for a change none of
    the named ones covers or when one of them does not hold, `ChangeMissing` when they are named
    and nothing is said.
    """
    if due.entered_at is not None:
        raise NotAllowedNow
    text, named = changed.strip()[:LONGEST], tuple(dict.fromkeys(authorisations))
    if bool(text) > bool(named) or not set(named) <= {one.id for one in holding(asked)}:
        raise AuthorisationMissing
    if named and not text:
        raise ChangeMissing
    return replace(
        due, draft="", changed=text, authorisations=named, by=by, entered_at=max(now, due.due_at)
    )
