"""Queries on what the CRM was told: one delivery for each fact, and every try at it."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ekyc.storage import schema
from ekyc.storage.store import Job, Row, Tx, new_id, rows

_e = schema.events
_j = schema.jobs
_w = schema.webhook_tries

KIND = "webhook.deliver"
"""Of the jobs that deliver facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One request to the CRM; of what was said on either side nothing is kept."""

    sequence: int
    endpoint: str
    """Scheme, host and port; a path may hold a secret."""
    at: datetime
    answer: str
    """2xx, 3xx, 4xx, 5xx, or none when there was no answer."""
    problem: str
    """Kind of the failure; empty when there was none."""
    duration_ms: int


def key(sequence: int) -> str:
    """The key of the job that delivers this fact: there is one."""
    return f"webhook:{sequence}"


async def add_try(tx: Tx, tried: Try, *, since: datetime) -> None:
    """Write a try down; tries older than `since` are swept on the way."""
    await tx.connection.execute(sa.delete(_w).where(_w.c.at < since))
    await tx.connection.execute(sa.insert(_w).values(id=new_id(), **asdict(tried)))


async def tries(tx: Tx, sequence: int) -> Sequence[Row]:
    """Every try at one fact that is still known, oldest first."""
    query = sa.select(_w).where(_w.c.sequence == sequence).order_by(_w.c.at, _w.c.id)
    return rows(await tx.connection.execute(query))


def _deliveries() -> sa.Select[Any]:
    job = sa.literal("webhook:") + sa.cast(_e.c.sequence, sa.String)
    return sa.select(
        *(_e.c[name] for name in ("sequence", "id", "name", "application_id", "at")),
        *(_j.c[name] for name in ("state", "attempts", "due_at", "problem")),
    ).join(_j, _j.c.key == job)


async def newest(
    tx: Tx, *, state: str | None, application_id: str | None, before: int | None, limit: int
) -> Sequence[Row]:
    """Deliveries, newest fact first, from below a number on."""
    query = _deliveries().order_by(_e.c.sequence.desc()).limit(limit)
    if state is not None:
        query = query.where(_j.c.state == state)
    if application_id is not None:
        query = query.where(_e.c.application_id == application_id)
    if before is not None:
        query = query.where(_e.c.sequence < before)
    return rows(await tx.connection.execute(query))


async def one(tx: Tx, sequence: int) -> Row | None:
    """The delivery of one fact."""
    found = await tx.connection.execute(_deliveries().where(_e.c.sequence == sequence))
    row = found.mappings().one_or_none()
    return None if row is None else dict(row)


async def between(
    tx: Tx, names: Collection[str], since: datetime, until: datetime, *, dead: bool, limit: int
) -> Sequence[Row]:
    """Facts of these names told from one instant to before another, in order."""
    query = sa.select(_e).where(_e.c.name.in_(names), _e.c.at >= since, _e.c.at < until)
    if dead:
        numbers = _deliveries().where(_j.c.state == "dead").subquery()
        query = query.where(_e.c.sequence.in_(sa.select(numbers.c.sequence)))
    return rows(await tx.connection.execute(query.order_by(_e.c.sequence).limit(limit)))


async def again(tx: Tx, job: Job) -> None:
    """Have the job done once more, from now on as if it were new; one at work is left alone."""
    values = {"state": "due", "attempts": 0, "due_at": job.due_at, "problem": None}
    update = sa.update(_j).where(_j.c.key == job.key, _j.c.state != "running").values(**values)
    if (await tx.connection.execute(update)).rowcount == 1:
        tx.wake("jobs")
        return
    known = sa.select(_j.c.id).where(_j.c.key == job.key)
    if (await tx.connection.execute(known)).one_or_none() is None:
        await tx.later(job)
