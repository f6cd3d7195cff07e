"""The table of telephone numbers and who vouches for them."""

import sqlalchemy as sa

from ekyc.storage.columns import application, id
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

phones = sa.Table(
    "phones",
    metadata,
    id(),
    application(index=True),
    sa.Column("number", sa.String(20), nullable=False),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("as_of", sa.String(10), nullable=False),
    sa.Column("note", sa.String(200), nullable=False),
    sa.Column("via", sa.String(32)),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""Each number an application had, in order; the last verified one is in force (`applications`)."""
