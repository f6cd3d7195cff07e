"""Queries on the photographs asked for in calls."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from ekyc.domain.still import Still, StillOf, StillState, View
from ekyc.storage import schema
from ekyc.storage.store import Tx

_s = schema.stills


def _still(row: sa.RowMapping) -> Still:
    known = {"of": StillOf(row["of"]), "state": StillState(row["state"])}
    view = None if row["view"] is None else View(row["view"])
    following = tuple(View(name) for name in row["following"] or ())
    return Still(**{**row, **known, "view": view, "following": following})


async def add(tx: Tx, still: Still) -> None:
    """A still that was asked for."""
    await tx.connection.execute(sa.insert(_s).values(**asdict(still)))


async def end(tx: Tx, ended: Still) -> bool:
    """Write what became of it; False when that was settled already."""
    update = sa.update(_s).where(_s.c.id == ended.id, _s.c.state == StillState.ASKED.value)
    return (await tx.connection.execute(update.values(**asdict(ended)))).rowcount == 1


async def judge(tx: Tx, judged: Still) -> None:
    """Keep what the agent made of it."""
    update = sa.update(_s).where(_s.c.id == judged.id)
    await tx.connection.execute(update.values(passed=judged.passed))


async def find(tx: Tx, still_id: str) -> Still | None:
    """The still, if there is one."""
    query = sa.select(_s).where(_s.c.id == still_id)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _still(row)


async def of_call(tx: Tx, call_id: str) -> Sequence[Still]:
    """Every still asked for in a call, in order."""
    query = sa.select(_s).where(_s.c.call_id == call_id).order_by(_s.c.asked_at, _s.c.id)
    return [_still(row) for row in (await tx.connection.execute(query)).mappings()]


async def open_one(tx: Tx, call_id: str) -> Still | None:
    """The still the customer is asked for now."""
    asked = [still for still in await of_call(tx, call_id) if still.state is StillState.ASKED]
    return asked[-1] if asked else None


async def referred(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Those of these objects that are some still's."""
    query = sa.select(_s.c.original).where(_s.c.original.in_(keys))
    return set((await tx.connection.execute(query)).scalars())
