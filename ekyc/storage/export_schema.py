"""The table of exports."""

import sqlalchemy as sa

from ekyc.domain.export import UNFINISHED, ExportState, Problem
from ekyc.storage.columns import id, once, one_of
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

exports = sa.Table(
    "exports",
    metadata,
    id(),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False, index=True),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("asked_by", sa.String(32), sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("percent", sa.Integer, nullable=False),
    sa.Column("problem", sa.String(12)),
    sa.Column("expires_at", Instant),
    sa.Column("duration_ms", sa.Integer),
    sa.Column("size_bytes", sa.BigInteger),
    sa.Column("sha256", sa.String(64)),
    sa.Column("object_key", sa.String(80)),
    sa.Column("index_key", sa.String(80)),
    one_of("state", [state.value for state in ExportState], "state"),
    one_of("problem", [problem.value for problem in Problem], "problem"),
    # Two who ask at once are given one film.
    once("uq_exports_call", "call_id", while_in=sorted(state.value for state in UNFINISHED)),
)
