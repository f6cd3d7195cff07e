"""The tables of changes callers ask for: who was identified, what was authorised, the entries."""

import sqlalchemy as sa

from ekyc.domain.authorisation import LONGEST_CHANGE, AuthorisationState, Identifier
from ekyc.storage.columns import application, id, one_of
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

identifications = sa.Table(
    "identifications",
    metadata,
    id(),
    application(index=True),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False, index=True),
    sa.Column("by", sa.String(10), nullable=False),
    sa.Column("passed", sa.Boolean, nullable=False),
    sa.Column("judged_by", sa.String(32), nullable=False),
    sa.Column("at", Instant, nullable=False),
    one_of("by", [by.value for by in Identifier], "by"),
)
"""What the caller said stands nowhere."""

authorisations = sa.Table(
    "authorisations",
    metadata,
    id(),
    application(index=True),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False, index=True),
    sa.Column(
        "identification_id", sa.String(32), sa.ForeignKey("identifications.id"), nullable=False
    ),
    sa.Column("change", sa.String(LONGEST_CHANGE), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("asked_by", sa.String(32), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("session", sa.String(64), nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("registration_id", sa.String(32)),
    one_of("state", [state.value for state in AuthorisationState], "state"),
)
"""Its code bears its id, and is gone before it."""

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), primary_key=True),
    application(index=True),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("draft", sa.Text, nullable=False),
    sa.Column("changed", sa.Text, nullable=False),
    sa.Column("by", sa.String(32)),
    sa.Column("entered_at", Instant),
)
_OWED = sa.text("entered_at IS NULL")
sa.Index("ix_contacts_owed", contacts.c.call_id, sqlite_where=_OWED, postgresql_where=_OWED)

contact_changes = sa.Table(
    "contact_changes",
    metadata,
    # The belt to the rules' braces: an authorisation covers one entry.
    sa.Column(
        "authorisation_id", sa.String(32), sa.ForeignKey("authorisations.id"), primary_key=True
    ),
    sa.Column(
        "call_id", sa.String(32), sa.ForeignKey("contacts.call_id"), nullable=False, index=True
    ),
    sa.Column("position", sa.Integer, nullable=False),
)
"""Which authorisations an entry rests on."""
