"""Queries on the browsers of a customer that may be rung."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.push import Device
from ekyc.storage import schema
from ekyc.storage.store import Tx, new_id

_d = schema.devices
_COLUMNS = (_d.c.id, _d.c.application_id, _d.c.sealed, _d.c.made_at)


async def keep(
    tx: Tx, application_id: str, *, digest: str, sealed: str, most: int, now: datetime
) -> None:
    """A browser to ring; the same one again takes its own place, one too many the oldest's."""
    await drop(tx, application_id, digest=digest)
    others = await of_application(tx, application_id)
    for one in others[: max(0, len(others) - most + 1)]:
        await forget(tx, one.id)
    values = {"id": new_id(), "application_id": application_id, "digest": digest}
    await tx.connection.execute(sa.insert(_d).values(**values, sealed=sealed, made_at=now))


async def of_application(tx: Tx, application_id: str) -> Sequence[Device]:
    """A customer's browsers, the oldest first."""
    query = sa.select(*_COLUMNS).where(_d.c.application_id == application_id)
    found = await tx.connection.execute(query.order_by(_d.c.made_at, _d.c.id))
    return [Device(**row) for row in found.mappings()]


async def digests(tx: Tx, application_id: str) -> Sequence[str]:
    """SHA-256 of the endpoints of a customer's browsers, by which each knows itself."""
    query = sa.select(_d.c.digest).where(_d.c.application_id == application_id)
    return (await tx.connection.execute(query.order_by(_d.c.digest))).scalars().all()


async def find(tx: Tx, device_id: str) -> Device | None:
    """One browser by its row's id; None once it is forgotten."""
    query = sa.select(*_COLUMNS).where(_d.c.id == device_id)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else Device(**row)


async def drop(tx: Tx, application_id: str, *, digest: str) -> bool:
    """Ring this one no more; whether it was known."""
    mine = sa.and_(_d.c.application_id == application_id, _d.c.digest == digest)
    return (await tx.connection.execute(sa.delete(_d).where(mine))).rowcount > 0


async def forget(tx: Tx, device_id: str) -> None:
    """Its push service says that nobody is there any more, or another took its place."""
    await tx.connection.execute(sa.delete(_d).where(_d.c.id == device_id))
