"""The table of callbacks: links mailed in calls, and when their code was given back."""

import sqlalchemy as sa

from ekyc.storage.columns import application, id
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

callbacks = sa.Table(
    "callbacks",
    metadata,
    id(),
    application(index=True),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False, index=True),
    sa.Column("mailbox_id", sa.String(32), sa.ForeignKey("mailboxes.id"), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("confirmed_at", Instant),
)
"""The id is that of the code and of its message, which are swept before it."""
