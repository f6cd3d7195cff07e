"""The tables of what is asked aloud in a call."""

import sqlalchemy as sa

from ekyc.domain.question import QuestionState
from ekyc.storage.columns import id, one_of
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

rounds = sa.Table(
    "rounds",
    metadata,
    id(),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False, index=True),
    sa.Column("seed", sa.String(64), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
)
"""Questions drawn together."""

questions = sa.Table(
    "questions",
    metadata,
    id(),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False, index=True),
    sa.Column("round_id", sa.String(32), sa.ForeignKey("rounds.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("topic", sa.String(16), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("ended_at", Instant),
    one_of("state", [state.value for state in QuestionState], "state"),
)
"""No answer stands here: what a file knows of it stands in the form."""
