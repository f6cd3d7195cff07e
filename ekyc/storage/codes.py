"""Queries on one-time codes."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.code import Code, Purpose
from ekyc.domain.errors import NotAllowedNow
from ekyc.storage import schema
from ekyc.storage.store import Tx

_t = schema.codes


async def add(tx: Tx, code: Code) -> None:
    """A fresh code."""
    await tx.connection.execute(sa.insert(_t).values(**asdict(code)))


async def last(tx: Tx, application_id: str, purpose: Purpose) -> Code | None:
    """The live code: the newest of its purpose, since each new one replaces the earlier."""
    query = (
        sa.select(_t)
        .where(_t.c.application_id == application_id, _t.c.purpose == purpose.value)
        .order_by(_t.c.sent_at.desc())
        .limit(1)
    )
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else Code(**{**row, "purpose": Purpose(row["purpose"])})


async def sent_since(tx: Tx, phone: str, since: datetime) -> int:
    """How many codes went to this number, whatever application asked for them."""
    join = _t.join(schema.applications, schema.applications.c.id == _t.c.application_id)
    query = sa.select(sa.func.count()).select_from(join)
    query = query.where(schema.applications.c.phone == phone, _t.c.sent_at > since)
    return int((await tx.connection.execute(query)).scalar_one())


async def save(tx: Tx, code: Code, *, tries_before: int) -> None:
    """Count a try; `NotAllowedNow` when another try was counted at the same time."""
    update = sa.update(_t).where(
        _t.c.id == code.id, _t.c.tries_left == tries_before, _t.c.used.is_(False)
    )
    values = {"tries_left": code.tries_left, "used": code.used}
    if (await tx.connection.execute(update.values(**values))).rowcount != 1:
        raise NotAllowedNow
