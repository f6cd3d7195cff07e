"""Queries on telephone numbers and who vouches for them."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from ekyc.domain.phone import Phone
from ekyc.storage import schema
from ekyc.storage.store import Tx

_p = schema.phones


async def add(tx: Tx, phone: Phone) -> None:
    """One more number."""
    await tx.connection.execute(sa.insert(_p).values(**asdict(phone)))


async def of_application(tx: Tx, application_id: str) -> Sequence[Phone]:
    """Every number, in order."""
    query = sa.select(_p).where(_p.c.application_id == application_id)
    rows = (await tx.connection.execute(query.order_by(_p.c.at, _p.c.id))).mappings()
    return [Phone(**row) for row in rows]
