"""Telephone numbers: where each comes from, and which of them may be called or texted.

A number the customer gave is not called before somebody else vouches for it: it would prove that
the customer holds a telephone, and nothing else.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ekyc.domain.errors import PhoneUnproven, PhoneUnverified


class Provenance(StrEnum):
    """Who says that a number is the customer's. The CRM may use words of its own as well."""

    DOCUMENT = "document"
    DIRECTORY = "directory"
    CRM = "crm"
    SWITCHBOARD = "switchboard"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One number of an application and who vouches for it; rows are added, never changed."""

    id: str
    application_id: str
    number: str
    """E.164."""
    source: str
    as_of: str
    """The day its source is of, ISO 8601."""
    note: str
    """Where it stands, or who was spoken to."""
    via: str | None
    """The number whose switchboard gave it."""
    by: str
    """Who registered it; empty for what the CRM gave."""
    at: datetime


def named(source: str) -> str:
    """A source as the rules know it: `Customer ` is `customer`; a word of the CRM's own stays.

    Nothing but blanks is the CRM's.
    """
    own = source.strip() or Provenance.CRM.value
    ours = own.casefold()
    return ours if ours in {one.value for one in Provenance} else own


def is_verified(source: str) -> bool:
    """Whether a number from this source may be called: everybody's word but the customer's own."""
    return source != Provenance.CUSTOMER


def require_verified(source: str) -> None:
    """`PhoneUnverified` for a number only the customer vouches for."""
    if not is_verified(source):
        raise PhoneUnverified


def require_proof(
    source: Provenance, *, as_of: date, today: date, note: str, in_force: str
) -> None:
    """`PhoneUnproven` unless it is said where the number stands, as of a day that has been.

    One a switchboard gave needs a verified number that was called: `in_force` is its source.
    """
    if not note.strip() or as_of > today:
        raise PhoneUnproven
    if source is Provenance.SWITCHBOARD and not is_verified(in_force):
        raise PhoneUnproven
