"""The table of hand-overs from the computer to the telephone."""

import sqlalchemy as sa

from ekyc.domain.handover import Device, HandoverState, Purpose
from ekyc.storage.columns import application, id, once, one_of
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

handovers = sa.Table(
    "handovers",
    metadata,
    id(),
    application(index=True),
    sa.Column("purpose", sa.String(12), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("token", sa.String(64), nullable=False, unique=True),
    sa.Column("computer", sa.String(64), nullable=False),
    sa.Column("telephone", sa.String(64), unique=True),
    sa.Column("device", sa.String(8)),
    sa.Column("offered_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("taken_at", Instant),
    sa.Column("ended_at", Instant),
    one_of("purpose", [purpose.value for purpose in Purpose], "purpose"),
    one_of("state", [state.value for state in HandoverState], "state"),
    one_of("device", [device.value for device in Device], "device"),
    once(
        "uq_handovers_open",
        "application_id",
        while_in=[HandoverState.OFFERED, HandoverState.TAKEN],
    ),
)
"""`token`, `computer` and `telephone` are digests: of the code and of the two sessions."""
