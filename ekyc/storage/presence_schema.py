"""The tables of what a face was asked to do in a call."""

import sqlalchemy as sa

from ekyc.storage.columns import id, one_of
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

sequences = sa.Table(
    "sequences",
    metadata,
    id(),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False, index=True),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("seed", sa.String(64), nullable=False),
    sa.Column("commitment", sa.String(64), nullable=False),
    sa.Column("pool", sa.JSON, nullable=False),
    sa.Column("steps", sa.Integer, nullable=False),
    sa.Column("equivalent", sa.String(16)),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    one_of("state", ["running", "passed", "failed"], "state"),
)

movements = sa.Table(
    "movements",
    metadata,
    id(),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False, index=True),
    sa.Column("direction", sa.String(8), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("reason", sa.String(24)),
    sa.Column("peak_deg", sa.Float),
    sa.Column("peak", sa.Float),
    sa.Column("threshold", sa.Float),
    sa.Column("number", sa.String(8)),
    sa.Column("sequence_id", sa.String(32), sa.ForeignKey("sequences.id")),
    sa.Column("planarity", sa.Float),
    sa.Column("seconds", sa.Float),
    sa.Column("limits_version", sa.String(20)),
    sa.Column("series", sa.JSON),
    sa.Column("picture", sa.String(80)),
    one_of("state", ["asked", "passed", "failed"], "state"),
)
