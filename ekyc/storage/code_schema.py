"""The tables of one-time codes and of the messages they went out by."""

import sqlalchemy as sa

from ekyc.domain.code import CodeState
from ekyc.domain.message import Channel, MessageState
from ekyc.storage.columns import application, id, once, one_of
from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

codes = sa.Table(
    "codes",
    metadata,
    id(),
    application(index=True),
    sa.Column("purpose", sa.String(20), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("channel", sa.String(8), nullable=False),
    sa.Column("bound_to", sa.String(64), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("again_at", Instant, nullable=False),
    sa.Column("tries_left", sa.Integer, nullable=False),
    one_of("state", [state.value for state in CodeState], "state"),
    one_of("channel", [channel.value for channel in Channel], "channel"),
    # The belt to the rules' braces: of each purpose one code counts.
    once("uq_codes_live", "application_id", "purpose", while_in=[CodeState.LIVE]),
)

messages = sa.Table(
    "messages",
    metadata,
    id(),
    application(index=True),
    sa.Column("purpose", sa.String(20), nullable=False),
    sa.Column("channel", sa.String(8), nullable=False),
    sa.Column("number", sa.String(64), nullable=False, index=True),
    sa.Column("block", sa.String(64), nullable=False, index=True),
    sa.Column("address", sa.String(64), nullable=False, index=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("state_at", Instant, nullable=False),
    sa.Column("cost_vnd", sa.Integer, nullable=False),
    sa.Column("provider", sa.String(20), nullable=False),
    sa.Column("reference", sa.String(120), nullable=False),
    one_of(
        "channel", [channel.value for channel in Channel if channel is not Channel.PAGE], "channel"
    ),
    one_of("state", [state.value for state in MessageState], "state"),
    sa.Index("ix_messages_reference", "provider", "reference"),
)
"""A code's message bears the code's id. `number`, `block` and `address` are marks by the server's
key; what was said is kept nowhere."""
