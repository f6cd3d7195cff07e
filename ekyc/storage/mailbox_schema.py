"""The table of customers' mailboxes and who vouches for them."""

import sqlalchemy as sa

from ekyc.storage.columns import application, id
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

mailboxes = sa.Table(
    "mailboxes",
    metadata,
    id(),
    application(index=True),
    sa.Column("sealed", sa.String(500), nullable=False),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("as_of", sa.String(10), nullable=False),
    sa.Column("note", sa.String(200), nullable=False),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""Each mailbox an application had, in order; the last verified one is in force."""
