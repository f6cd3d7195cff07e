"""Queries on exports."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.export import UNFINISHED, Export, ExportState, Problem
from ekyc.storage import schema
from ekyc.storage.store import Tx

_e = schema.exports


def _export(row: sa.RowMapping) -> Export:
    problem = None if row["problem"] is None else Problem(row["problem"])
    return Export(**{**row, "state": ExportState(row["state"]), "problem": problem})


async def add(tx: Tx, export: Export) -> None:
    """A film somebody asked for."""
    await tx.connection.execute(sa.insert(_e).values(**asdict(export)))


async def save(tx: Tx, before: Export, after: Export) -> bool:
    """Compare the state, then swap; False when it was moved on, or is gone."""
    update = sa.update(_e).where(_e.c.id == before.id, _e.c.state == before.state.value)
    return (await tx.connection.execute(update.values(**asdict(after)))).rowcount == 1


async def find(tx: Tx, export_id: str) -> Export | None:
    """One film; None when it is gone with its application, or never was."""
    query = sa.select(_e).where(_e.c.id == export_id)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _export(row)


async def last(tx: Tx, call_id: str) -> Export | None:
    """The one of a call that was asked for last."""
    query = sa.select(_e).where(_e.c.call_id == call_id).order_by(_e.c.asked_at.desc(), _e.c.id)
    row = (await tx.connection.execute(query.limit(1))).mappings().one_or_none()
    return None if row is None else _export(row)


async def unfinished(tx: Tx) -> int:
    """How many are being made or wait to be."""
    states = [state.value for state in UNFINISHED]
    query = sa.select(sa.func.count()).where(_e.c.state.in_(states))
    return int((await tx.connection.execute(query)).scalar_one())


async def lapsed(tx: Tx, *, now: datetime, limit: int) -> Sequence[Export]:
    """Films that were kept long enough."""
    query = sa.select(_e).where(_e.c.state == ExportState.FINISHED.value, _e.c.expires_at <= now)
    rows = await tx.connection.execute(query.order_by(_e.c.expires_at).limit(limit))
    return [_export(row) for row in rows.mappings()]
