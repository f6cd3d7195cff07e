"""The tables of browsers that may be rung while no page is open."""

import sqlalchemy as sa

from ekyc.storage.columns import application, id
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

devices = sa.Table(
    "push_devices",
    metadata,
    id(),
    application(),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False, index=True),
    sa.UniqueConstraint("application_id", "digest"),
)
"""A customer's. `sealed` holds endpoint and keys under the server's key, `digest` is the SHA-256
of the endpoint."""

staff_devices = sa.Table(
    "staff_push_devices",
    metadata,
    id(),
    sa.Column("staff_id", sa.String(32), sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("session", sa.String(64), nullable=False, index=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("made_at", Instant, nullable=False, index=True),
    sa.UniqueConstraint("staff_id", "digest"),
)
"""Of whoever sits at a desk, as long as the session lasts in which it was turned on."""
