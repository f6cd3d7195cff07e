"""Customers' mailboxes: where each comes from, and how one is shown to staff.

As with telephone numbers, nothing that proves anything goes to a mailbox only the customer vouches
for: whoever opens an account in another's name has a mailbox of their own.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from ekyc.domain.errors import MailboxInvalid, MailboxUnproven

LONGEST = 254
"""Characters of a mail address, RFC 5321 §4.5.3.1.3 less its brackets."""
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)
"""What browsers take for a mail address (WHATWG HTML), with a dot in its domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One mailbox of an application and who vouches for it; rows are added, never changed."""

    id: str
    application_id: str
    sealed: str
    """Its address, sealed by the server's key."""
    source: str
    as_of: str
    """The day its source is of, ISO 8601."""
    note: str
    """Where it stands, or who was spoken to."""
    by: str
    """Who registered it; empty for what the CRM gave."""
    at: datetime


def parse(address: str) -> str:
    """The address as mail is sent to it, its domain in small letters; `MailboxInvalid`."""
    bare = address.strip()
    if len(bare) > LONGEST or not _ADDRESS.fullmatch(bare):
        raise MailboxInvalid
    local, _, domain = bare.rpartition("@")
    return f"{local}@{domain.lower()}"


def mask(address: str) -> str:
    """Show the first letter and the domain: sen@mail.example → s•••@mail.example; ••• for none."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}•••{at}{domain}"


def require_proof(*, as_of: date, today: date, note: str, from_crm: bool) -> None:
    """`MailboxUnproven` unless it is known where the address stands, as of a day that has been.

    What the CRM gives stands in the bank's own records; anybody else says where.
    """
    if as_of > today or not (from_crm or note.strip()):
        raise MailboxUnproven
