"""The table of browsers that may be rung while no page is open."""

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
"""`sealed` holds endpoint and keys under the server's key; `digest` is the endpoint's SHA-256."""
