"""The tables of what came from each party of a call, and of where the customer was."""

import sqlalchemy as sa

from ekyc.domain.place import PlaceState
from ekyc.storage.columns import id, one_of
from ekyc.storage.instant import Instant
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

places = sa.Table(
    "places",
    metadata,
    id(),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("latitude", sa.Float),
    sa.Column("longitude", sa.Float),
    sa.Column("accuracy_m", sa.Float),
    one_of("state", [state.value for state in PlaceState], "state"),
)
"""Where the customer's browser said it was, during a call; rounded."""
