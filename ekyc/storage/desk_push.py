"""Queries on the browsers of whoever sits at a desk; good as long as their session."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ekyc.domain.push import DeskDevice
from ekyc.storage import schema
from ekyc.storage.store import Tx, new_id

_d, _s = schema.staff_devices, schema.staff_sessions
_COLUMNS = (_d.c.id, _d.c.staff_id, _d.c.sealed)


async def keep(
    tx: Tx, staff_id: str, *, session: str, digest: str, sealed: str, most: int, now: datetime
) -> None:
    """A browser to tell; the same one again takes its own place, one too many the oldest's."""
    await drop(tx, staff_id, digest=digest)
    query = sa.select(_d.c.id).where(_d.c.staff_id == staff_id).order_by(_d.c.made_at, _d.c.id)
    others = (await tx.connection.execute(query)).scalars().all()
    for one in others[: max(0, len(others) - most + 1)]:
        await forget(tx, one)
    values = {"id": new_id(), "staff_id": staff_id, "session": session, "digest": digest}
    await tx.connection.execute(sa.insert(_d).values(**values, sealed=sealed, made_at=now))


async def of_staff(tx: Tx, staff_id: str, *, now: datetime) -> Sequence[DeskDevice]:
    """The browsers in which somebody is signed in still, the oldest first."""
    query = _open(sa.select(*_COLUMNS), now).where(_d.c.staff_id == staff_id)
    found = await tx.connection.execute(query.order_by(_d.c.made_at, _d.c.id))
    return [DeskDevice(**row) for row in found.mappings()]


async def having(tx: Tx, staff_ids: Collection[str], *, now: datetime) -> Sequence[str]:
    """Who of these has such a browser, in order of their ids."""
    query = _open(sa.select(_d.c.staff_id), now).where(_d.c.staff_id.in_(staff_ids)).distinct()
    return sorted((await tx.connection.execute(query)).scalars())


async def digests(tx: Tx, staff_id: str, *, now: datetime) -> Sequence[str]:
    """SHA-256 of the endpoints, by which each browser knows itself."""
    query = _open(sa.select(_d.c.digest), now).where(_d.c.staff_id == staff_id)
    return (await tx.connection.execute(query.order_by(_d.c.digest))).scalars().all()


async def find(tx: Tx, device_id: str, *, now: datetime) -> DeskDevice | None:
    """One browser by its row's id; None once it is forgotten or nobody is signed in there."""
    query = _open(sa.select(*_COLUMNS), now).where(_d.c.id == device_id)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else DeskDevice(**row)


def _open(query: sa.Select[Any], now: datetime) -> sa.Select[Any]:
    joined = query.join(_s, _s.c.digest == _d.c.session)
    return joined.where(_s.c.expires_at > now)


async def drop(tx: Tx, staff_id: str, *, digest: str) -> bool:
    """Tell this one no more; whether it was known."""
    mine = sa.and_(_d.c.staff_id == staff_id, _d.c.digest == digest)
    return (await tx.connection.execute(sa.delete(_d).where(mine))).rowcount > 0


async def end_session(tx: Tx, session: str) -> bool:
    """Whoever turned it on signed out; whether there was any."""
    mine = sa.delete(_d).where(_d.c.session == session)
    return (await tx.connection.execute(mine)).rowcount > 0


async def forget(tx: Tx, device_id: str) -> None:
    """Its push service says that nobody is there any more, or another took its place."""
    await tx.connection.execute(sa.delete(_d).where(_d.c.id == device_id))
