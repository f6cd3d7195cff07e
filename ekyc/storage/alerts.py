"""Queries on alerts, and on the figures they are judged by."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.alert import Alert, AlertState, Why
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.queue import TicketState
from ekyc.storage import schema
from ekyc.storage.queue import waits_from
from ekyc.storage.store import Tx

_a = schema.alerts
_OPEN = (AlertState.RAISED.value, AlertState.ACKNOWLEDGED.value)


def _alert(row: sa.RowMapping) -> Alert:
    known = {"why": Why(row["why"]), "state": AlertState(row["state"])}
    return Alert(**{**row, **known})


async def open_ones(tx: Tx) -> Sequence[Alert]:
    """The alerts that are not over, oldest first."""
    query = sa.select(_a).where(_a.c.state.in_(_OPEN)).order_by(_a.c.raised_at, _a.c.why)
    return [_alert(row) for row in (await tx.connection.execute(query)).mappings()]


async def find(tx: Tx, alert_id: str) -> Alert | None:
    """An alert by its id."""
    query = sa.select(_a).where(_a.c.id == alert_id)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _alert(row)


async def save(tx: Tx, alert: Alert) -> None:
    """Compare the version, then swap; `NotAllowedNow` when somebody was faster."""
    if alert.version == 1:
        await tx.connection.execute(sa.insert(_a).values(**asdict(alert)))
        return
    update = sa.update(_a).where(_a.c.id == alert.id, _a.c.version == alert.version - 1)
    if (await tx.connection.execute(update.values(**asdict(alert)))).rowcount != 1:
        raise NotAllowedNow


async def lines(tx: Tx, *, before: datetime) -> Mapping[tuple[str, str], tuple[int, datetime]]:
    """Who waits since before an instant, by group and language: how many, and the first since."""
    t = schema.tickets
    query = sa.select(
        t.c.group,
        t.c.language,
        sa.func.count().label("waiting"),
        sa.func.min(waits_from).label("since"),
    ).where(t.c.state == TicketState.WAITING.value, waits_from < before)
    found = await tx.connection.execute(query.group_by(t.c.group, t.c.language))
    return {(row.group, row.language): (int(row.waiting), row.since) for row in found}
