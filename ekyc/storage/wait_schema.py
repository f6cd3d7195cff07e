"""The table of what customers were promised to wait, and what came."""

import sqlalchemy as sa

from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

forecasts = sa.Table(
    "forecasts",
    metadata,
    sa.Column("ticket_id", sa.String(32), sa.ForeignKey("tickets.id"), primary_key=True),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("ahead", sa.Integer, nullable=False),
    sa.Column("agents", sa.Integer, nullable=False),
    sa.Column("idle", sa.Integer, nullable=False),
    sa.Column("each_s", sa.Float, nullable=False),
    sa.Column("low_s", sa.Integer, nullable=False),
    sa.Column("high_s", sa.Integer, nullable=False),
    sa.Column("came_s", sa.Float),
    sa.Column("score", sa.Float),
    sa.Column("absent", sa.Boolean, nullable=False, server_default=sa.false()),
)
"""One for each ticket, of the moment it was taken. `came_s`: until an agent answered; `absent`: the
customer was away meanwhile, so it says nothing. `score` is `domain.wait.score` of what came."""
