"""The table of what came from each party of a call."""

import sqlalchemy as sa

from ekyc.storage.metadata import metadata

lines = sa.Table(
    "lines",
    metadata,
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), primary_key=True),
    sa.Column("party", sa.String(12), primary_key=True),
    sa.Column("since", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("until", sa.Integer, nullable=False),
    sa.Column("series", sa.JSON, nullable=False),
)
"""Some seconds of a party's figures in a row, `since` and `until` counted from `calls.live_at`."""
