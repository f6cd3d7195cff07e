"""Queries on the marks of document numbers."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from ekyc.domain.flag import Other
from ekyc.storage import schema
from ekyc.storage.store import Tx

_m = schema.number_marks
_a = schema.applications


async def set_marks(tx: Tx, application_id: str, marks: Collection[str]) -> None:
    """The marks of an application's numbers, in the place of earlier ones."""
    await tx.connection.execute(sa.delete(_m).where(_m.c.application_id == application_id))
    for mark in sorted(marks):
        row = {"application_id": application_id, "mark": mark}
        await tx.connection.execute(sa.insert(_m).values(**row))


async def others(tx: Tx, application_id: str) -> Sequence[Other]:
    """Every other application with one of this one's numbers, by reference."""
    own = sa.select(_m.c.mark).where(_m.c.application_id == application_id)
    alike = sa.select(_m.c.application_id).where(
        _m.c.mark.in_(own), _m.c.application_id != application_id
    )
    query = sa.select(_a.c.id, _a.c.reference, _a.c.external_id).where(_a.c.id.in_(alike))
    found = await tx.connection.execute(query.order_by(_a.c.reference))
    return [Other(**row) for row in found.mappings()]
