"""Queries on API keys and idempotent requests."""

from datetime import datetime

import sqlalchemy as sa

from ekyc.storage import schema
from ekyc.storage.store import Tx

_i = schema.idempotency


async def add_api_key(tx: Tx, *, id: str, digest: str, name: str, now: datetime) -> None:
    """A key's digest; the key itself is shown once and never kept."""
    await tx.connection.execute(
        sa.insert(schema.api_keys).values(id=id, digest=digest, name=name, made_at=now)
    )


async def api_key(tx: Tx, digest: str) -> str | None:
    """The id of the key with this digest."""
    query = sa.select(schema.api_keys.c.id).where(schema.api_keys.c.digest == digest)
    found: str | None = (await tx.connection.execute(query)).scalar_one_or_none()
    return found


async def answered(tx: Tx, api_key_id: str, key: str, *, since: datetime) -> tuple[str, str] | None:
    """The request's SHA-256 and the sealed answer given to this Idempotency-Key."""
    query = sa.select(_i.c.request_sha256, _i.c.answer).where(
        _i.c.api_key_id == api_key_id, _i.c.key == key, _i.c.at > since
    )
    row = (await tx.connection.execute(query)).one_or_none()
    return None if row is None else (row.request_sha256, row.answer)


async def remember(
    tx: Tx,
    api_key_id: str,
    key: str,
    *,
    request_sha256: str,
    answer: str,
    now: datetime,
) -> None:
    """Keep a sealed answer for the next request with this key; a lapsed one gives way."""
    place = (_i.c.api_key_id == api_key_id, _i.c.key == key)
    await tx.connection.execute(sa.delete(_i).where(*place))
    row = {"api_key_id": api_key_id, "key": key, "request_sha256": request_sha256}
    await tx.connection.execute(sa.insert(_i).values(**row, answer=answer, at=now))
