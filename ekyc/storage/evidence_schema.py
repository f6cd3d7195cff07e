"""The tables of what stands beside the photographs of a document."""

import sqlalchemy as sa

from ekyc.domain.chip import ChipState
from ekyc.domain.portrait import PortraitOf
from ekyc.storage.columns import application, id, one_of
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

number_marks = sa.Table(
    "number_marks",
    metadata,
    application(primary_key=True),
    sa.Column("mark", sa.String(64), primary_key=True, index=True),
)
"""Marks of document numbers by the server's key: equal numbers are found, none can be read."""

portraits = sa.Table(
    "portraits",
    metadata,
    id(),
    application(index=True),
    sa.Column("of", sa.String(8), nullable=False),
    sa.Column("photograph_id", sa.String(32), sa.ForeignKey("photographs.id")),
    sa.Column("picture", sa.String(80), nullable=False),
    sa.Column("picture_sha256", sa.String(64), nullable=False),
    sa.Column("given_sha256", sa.String(64)),
    sa.Column("width_px", sa.Integer, nullable=False),
    sa.Column("kept_at", Instant, nullable=False),
    sa.Column("current", sa.Boolean, nullable=False),
    one_of("of", [source.value for source in PortraitOf], "of"),
)
"""Faces to compare with: from the document's print, its chip, or the bank's own app."""

chips = sa.Table(
    "chips",
    metadata,
    id(),
    application(index=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(24)),
    sa.Column("data", sa.String(80), nullable=False),
    sa.Column("given_sha256", sa.String(64), nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("given_at", Instant, nullable=False),
    sa.Column("current", sa.Boolean, nullable=False),
    one_of("state", [state.value for state in ChipState], "state"),
)
"""Chip data the bank's own app gave, and what their authentication came to."""
