"""The tables of the CRM's keys, its requests, and what it was told."""

import sqlalchemy as sa

from ekyc.storage.instant import Instant
from ekyc.storage.metadata import metadata

webhook_tries = sa.Table(
    "webhook_tries",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("sequence", sa.BigInteger, nullable=False, index=True),
    sa.Column("endpoint", sa.String(200), nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("answer", sa.String(4), nullable=False),
    sa.Column("problem", sa.String(60), nullable=False),
    sa.Column("duration_ms", sa.Integer, nullable=False),
)
"""Every request to the CRM: what it was about, never what it said."""

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("revoked_at", Instant),
    sa.Column("used_at", Instant),
    sa.Column("networks", sa.JSON, nullable=False, server_default="[]"),
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("api_key_id", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(120), primary_key=True),
    sa.Column("request_sha256", sa.String(64), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""Answers given, sealed by the server's key: they carry links."""
