"""The facts agents were drawn by, in order, part by part."""

from collections.abc import Sequence

import sqlalchemy as sa

from ekyc.storage import schema
from ekyc.storage.store import Row, Tx, rows

_e = schema.events
_TOLD = ("ticket.queued", "ticket.matched", "desk.rang")


async def facts(tx: Tx, *, after: int, limit: int) -> Sequence[Row]:
    """Places taken, matches and rings after a fact's number."""
    query = sa.select(_e.c.sequence, _e.c.application_id, _e.c.name, _e.c.data)
    query = query.where(_e.c.name.in_(_TOLD), _e.c.sequence > after)
    return rows(await tx.connection.execute(query.order_by(_e.c.sequence).limit(limit)))
