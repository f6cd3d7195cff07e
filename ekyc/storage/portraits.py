"""Queries on portraits."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from ekyc.domain.portrait import KeptPortrait, PortraitOf
from ekyc.storage import schema
from ekyc.storage.store import Tx

_p = schema.portraits


async def add(tx: Tx, portrait: KeptPortrait) -> None:
    """A new portrait; it takes the place of an earlier one from there, which stays in the file."""
    await set_aside(tx, portrait.application_id, portrait.of)
    await tx.connection.execute(sa.insert(_p).values(**asdict(portrait)))


async def set_aside(tx: Tx, application_id: str, of: PortraitOf) -> None:
    """The portrait from there no longer counts; it stays in the file."""
    earlier = sa.update(_p).where(_p.c.application_id == application_id, _p.c.of == of.value)
    await tx.connection.execute(earlier.values(current=False))


async def of_application(tx: Tx, application_id: str) -> Sequence[KeptPortrait]:
    """Every portrait, oldest first; a printed one counts as long as its photograph does."""
    taken = schema.photographs
    counts = sa.and_(_p.c.current, sa.or_(_p.c.photograph_id.is_(None), taken.c.current))
    columns = [column for column in _p.c if column.name != "current"]
    query = (
        sa.select(*columns, counts.label("current"))
        .select_from(_p.outerjoin(taken, taken.c.id == _p.c.photograph_id))
        .where(_p.c.application_id == application_id)
        .order_by(_p.c.kept_at, _p.c.id)
    )
    return [_portrait(row) for row in (await tx.connection.execute(query)).mappings()]


def _portrait(row: sa.RowMapping) -> KeptPortrait:
    return KeptPortrait(**{**row, "of": PortraitOf(row["of"]), "current": bool(row["current"])})


async def current(tx: Tx, application_id: str) -> dict[PortraitOf, KeptPortrait]:
    """The portraits that count, by where they come from, the most trusted first."""
    every = {kept.of: kept for kept in await of_application(tx, application_id) if kept.current}
    return {of: every[of] for of in PortraitOf if of in every}


async def referred(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Those of these objects that are some portrait's."""
    query = sa.select(_p.c.picture).where(_p.c.picture.in_(keys))
    return set((await tx.connection.execute(query)).scalars())
