"""The tables of what was seen before the customer's camera."""

import sqlalchemy as sa

from ekyc.domain.likeness import Outcome
from ekyc.domain.portrait import PortraitOf
from ekyc.domain.presence import Signal
from ekyc.storage.columns import application, id, one_of
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

comparisons = sa.Table(
    "comparisons",
    metadata,
    id(),
    application(index=True),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False),
    sa.Column("portrait_id", sa.String(32), sa.ForeignKey("portraits.id"), nullable=False),
    sa.Column("of", sa.String(8), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("outcome", sa.String(8), nullable=False),
    sa.Column("match_at", sa.Float, nullable=False),
    sa.Column("refer_at", sa.Float, nullable=False),
    sa.Column("min_px", sa.Integer, nullable=False),
    sa.Column("model", sa.String(40), nullable=False),
    sa.Column("looks", sa.Integer, nullable=False),
    sa.Column("face_px", sa.Float),
    sa.Column("live", sa.String(80), nullable=False),
    sa.Column("portrait", sa.String(80)),
    sa.Column("template", sa.String(80)),
    one_of("of", [source.value for source in PortraitOf], "of"),
    one_of("outcome", [outcome.value for outcome in Outcome], "outcome"),
)
"""How alike a portrait and the face in a call were, with the limits it was judged by."""

signals = sa.Table(
    "signals",
    metadata,
    id(),
    application(index=True),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False),
    sa.Column("signal", sa.String(20), nullable=False),
    sa.Column("figure", sa.Float, nullable=False),
    sa.Column("limits_version", sa.String(16), nullable=False),
    sa.Column("at", Instant, nullable=False),
    one_of("signal", [signal.value for signal in Signal], "signal"),
)
"""What made the person before the camera doubtful; it decides nothing."""

clearances = sa.Table(
    "clearances",
    metadata,
    id(),
    application(index=True),
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), nullable=False),
    sa.Column("signals", sa.JSON, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("by", sa.String(32), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""Which signals a supervisor looked at, and what was said of them."""

first_faces = sa.Table(
    "first_faces",
    metadata,
    sa.Column("call_id", sa.String(32), sa.ForeignKey("calls.id"), primary_key=True),
    sa.Column("template", sa.String(80), nullable=False),
)
