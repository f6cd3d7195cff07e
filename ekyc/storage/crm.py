"""Queries on API keys and idempotent requests."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.api_key import ApiKey, parse_scopes
from ekyc.storage import schema
from ekyc.storage.store import Tx

_i = schema.idempotency
_k = schema.api_keys


async def add_api_key(tx: Tx, key: ApiKey, *, digest: str) -> None:
    """A key's digest; the key itself is shown once and never kept."""
    values = asdict(key) | {"scopes": sorted(key.scopes), "networks": list(key.networks)}
    await tx.connection.execute(sa.insert(_k).values(**values, digest=digest))


async def api_key(tx: Tx, digest: str) -> ApiKey | None:
    """The key with this digest, good or not."""
    row = (await tx.connection.execute(sa.select(_k).where(_k.c.digest == digest))).mappings()
    found = row.one_or_none()
    return None if found is None else _api_key(found)


async def api_keys(tx: Tx) -> Sequence[ApiKey]:
    """Every key there ever was, oldest first."""
    query = sa.select(_k).order_by(_k.c.made_at, _k.c.id)
    return [_api_key(row) for row in (await tx.connection.execute(query)).mappings()]


async def save_use(tx: Tx, key: ApiKey) -> None:
    """When a key was last of use; a revocation meanwhile stays."""
    update = sa.update(_k).where(_k.c.id == key.id)
    await tx.connection.execute(update.values(used_at=key.used_at))


async def save_revocation(tx: Tx, key: ApiKey) -> None:
    """When a key was revoked."""
    update = sa.update(_k).where(_k.c.id == key.id)
    await tx.connection.execute(update.values(revoked_at=key.revoked_at))


def _api_key(row: sa.RowMapping) -> ApiKey:
    values = {name: row[name] for name in ApiKey.__slots__}
    networks = tuple(row["networks"])
    return ApiKey(**{**values, "scopes": parse_scopes(row["scopes"]), "networks": networks})


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
