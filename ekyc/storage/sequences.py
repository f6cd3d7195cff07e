"""Queries on the random sequences of calls."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from ekyc.domain.sequence import Drawing, SequenceState
from ekyc.storage import schema
from ekyc.storage.store import Tx

_s = schema.sequences


def _drawing(row: sa.RowMapping) -> Drawing:
    values = {"state": SequenceState(row["state"]), "pool": tuple(row["pool"])}
    return Drawing(**{**row, **values})


async def add(tx: Tx, drawing: Drawing) -> None:
    """A sequence that begins."""
    await tx.connection.execute(sa.insert(_s).values(**asdict(drawing)))


async def end(tx: Tx, ended: Drawing) -> bool:
    """Write what became of it; False when that was settled already."""
    update = sa.update(_s).where(_s.c.id == ended.id, _s.c.state == SequenceState.RUNNING.value)
    changed = {"state": ended.state.value, "ended_at": ended.ended_at}
    return (await tx.connection.execute(update.values(**changed))).rowcount == 1


async def of_call(tx: Tx, call_id: str) -> Sequence[Drawing]:
    """Every sequence of a call, in order."""
    query = sa.select(_s).where(_s.c.call_id == call_id).order_by(_s.c.asked_at, _s.c.id)
    return [_drawing(row) for row in (await tx.connection.execute(query)).mappings()]


async def running(tx: Tx, call_id: str) -> Drawing | None:
    """The sequence under way in a call."""
    found = [one for one in await of_call(tx, call_id) if one.state is SequenceState.RUNNING]
    return found[-1] if found else None
