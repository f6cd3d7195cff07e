"""Queries on due work."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ekyc.storage import schema
from ekyc.storage.store import Row, Tx, rows

_j = schema.jobs
_UNFINISHED = ("due", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One job taken up; `attempts` counts this one too."""

    id: str
    kind: str
    payload: dict[str, Any]
    attempts: int


async def take(tx: Tx, kind: str, *, now: datetime) -> Due | None:
    """The oldest due job of a kind that no earlier unfinished job of its lane stands before."""
    earlier = _j.alias("earlier")
    blocked = sa.exists().where(
        earlier.c.lane == _j.c.lane,
        earlier.c.lane != "",
        earlier.c.seq < _j.c.seq,
        earlier.c.state.in_(_UNFINISHED),
    )
    query = sa.select(_j).where(
        _j.c.kind == kind, _j.c.state == "due", _j.c.due_at <= now, ~blocked
    )
    row = (
        await tx.connection.execute(query.order_by(_j.c.due_at, _j.c.seq).limit(1))
    ).one_or_none()
    if row is None:
        return None
    await _set(tx, row.id, state="running", attempts=row.attempts + 1)
    return Due(id=row.id, kind=row.kind, payload=row.payload, attempts=row.attempts + 1)


async def is_known(tx: Tx, key: str) -> bool:
    """Whether work with this key was ever written down, be it done."""
    query = sa.select(_j.c.id).where(_j.c.key == key)
    return (await tx.connection.execute(query)).first() is not None


async def finish(tx: Tx, job_id: str) -> None:
    """Done, once and for all."""
    await _set(tx, job_id, state="done", problem=None)


async def again(tx: Tx, job_id: str, *, due_at: datetime, problem: str) -> None:
    """Failed; try later. `problem` names the kind of failure, never its data."""
    await _set(tx, job_id, state="due", due_at=due_at, problem=problem)


async def bury(tx: Tx, job_id: str, *, problem: str) -> None:
    """Failed too often: a person has to look."""
    await _set(tx, job_id, state="dead", problem=problem)


async def _set(tx: Tx, job_id: str, **values: object) -> None:
    await tx.connection.execute(sa.update(_j).where(_j.c.id == job_id).values(**values))


async def payloads(tx: Tx, kind: str) -> Sequence[dict[str, Any]]:
    """What all work of a kind is about that is not done, the buried included."""
    query = (
        sa.select(_j.c.payload).where(_j.c.kind == kind, _j.c.state != "done").order_by(_j.c.seq)
    )
    return (await tx.connection.execute(query)).scalars().all()


async def buried(tx: Tx) -> int:
    """How many jobs wait for a person."""
    query = sa.select(sa.func.count()).where(_j.c.state == "dead")
    return int((await tx.connection.execute(query)).scalar_one())


async def aside(tx: Tx) -> Sequence[Row]:
    """Work that waits for a person, oldest first."""
    columns = (_j.c.id, _j.c.kind, _j.c.lane, _j.c.attempts, _j.c.due_at, _j.c.problem)
    query = sa.select(*columns).where(_j.c.state == "dead").order_by(_j.c.seq)
    return rows(await tx.connection.execute(query))


async def retry(tx: Tx, *, now: datetime, id: str | None = None) -> int:
    """Make work that was put aside due again, all of it or one job; how many."""
    update = sa.update(_j).where(_j.c.state == "dead")
    if id is not None:
        update = update.where(_j.c.id == id)
    again = update.values(state="due", attempts=0, due_at=now)
    return (await tx.connection.execute(again)).rowcount


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much work of one kind there is in one state, and since when the oldest is due."""

    kind: str
    state: str
    count: int
    due_at: datetime


async def load(tx: Tx) -> Sequence[Load]:
    """Work that is not done, by kind and state."""
    query = sa.select(
        _j.c.kind,
        _j.c.state,
        sa.func.count().label("count"),
        sa.func.min(_j.c.due_at).label("due_at"),
    ).where(_j.c.state != "done")
    found = await tx.connection.execute(query.group_by(_j.c.kind, _j.c.state))
    return [Load(**row) for row in found.mappings()]


async def resume(tx: Tx, kind: str, *, but_for: Collection[str] = ()) -> None:
    """Before a kind is worked on: what was running when the process died is due again.

    `but_for` are the jobs this process has in hand.
    """
    running = (_j.c.kind == kind, _j.c.state == "running", _j.c.id.not_in(but_for))
    update = sa.update(_j).where(*running)
    await tx.connection.execute(update.values(state="due"))
