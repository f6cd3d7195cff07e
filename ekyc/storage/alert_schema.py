"""The table of alerts about the queue."""

import sqlalchemy as sa

from ekyc.domain.alert import AlertState, Why
from ekyc.storage.columns import id, once, one_of
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

alerts = sa.Table(
    "alerts",
    metadata,
    id(),
    sa.Column("why", sa.String(8), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("told", sa.Integer, nullable=False),
    sa.Column("told_at", Instant, nullable=False),
    sa.Column("raised_at", Instant, nullable=False),
    sa.Column("quiet_at", Instant),
    sa.Column("acknowledged_by", sa.String(32), sa.ForeignKey("staff.id")),
    sa.Column("acknowledged_at", Instant),
    sa.Column("ended_at", Instant),
    one_of("why", [why.value for why in Why], "why"),
    one_of("state", [state.value for state in AlertState], "state"),
    once("uq_alerts_open", "why", while_in=[AlertState.RAISED, AlertState.ACKNOWLEDGED]),
)
"""One of each kind is open at a time."""
