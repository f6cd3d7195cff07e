"""Queries on checklists and decisions."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.decision import Decision, Verdict
from ekyc.storage import schema
from ekyc.storage.store import Row, Tx, rows

_d = schema.decisions
_c = schema.checks


async def add(tx: Tx, decision: Decision) -> None:
    """A verdict."""
    await tx.connection.execute(
        sa.insert(_d).values(
            id=decision.id,
            application_id=decision.application_id,
            verdict=decision.verdict.value,
            reasons=list(decision.reasons),
            note=decision.note,
            by=decision.by,
            at=decision.at,
        )
    )


async def last(tx: Tx, application_id: str) -> Decision | None:
    """The verdict in force."""
    query = sa.select(_d).where(_d.c.application_id == application_id)
    query = query.order_by(_d.c.at.desc()).limit(1)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _decision(row)


async def in_force(tx: Tx, application_ids: Sequence[str]) -> dict[str, Decision]:
    """The verdict in force of each of these applications that has one."""
    query = sa.select(_d).where(_d.c.application_id.in_(application_ids)).order_by(_d.c.at)
    found = (await tx.connection.execute(query)).mappings()
    return {row["application_id"]: _decision(row) for row in found}


def _decision(row: sa.RowMapping) -> Decision:
    values = {**row, "verdict": Verdict(row["verdict"]), "reasons": tuple(row["reasons"])}
    return Decision(**values)


async def tick(
    tx: Tx, application_id: str, item: str, *, done: bool, by: str, now: datetime
) -> None:
    """One item of the checklist."""
    place = (_c.c.application_id == application_id, _c.c.item == item)
    await tx.connection.execute(sa.delete(_c).where(*place))
    row = {"application_id": application_id, "item": item, "done": done, "by": by, "at": now}
    await tx.connection.execute(sa.insert(_c).values(**row))


async def checks(
    tx: Tx, application_id: str, *, by: str | None = None, since: datetime | None = None
) -> Sequence[Row]:
    """The checklist as far as it was touched: by anybody, or by one agent since an instant."""
    query = sa.select(_c).where(_c.c.application_id == application_id)
    if by is not None:
        query = query.where(_c.c.by == by)
    if since is not None:
        query = query.where(_c.c.at >= since)
    return rows(await tx.connection.execute(query))


async def untick_all(tx: Tx, application_id: str) -> None:
    """A new call or round begins: what was ticked before says nothing about it."""
    await tx.connection.execute(sa.delete(_c).where(_c.c.application_id == application_id))
