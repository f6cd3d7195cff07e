"""Queries on hand-overs from the computer to the telephone."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.handover import Device, Handover, HandoverState, Purpose
from ekyc.storage import schema
from ekyc.storage.store import Tx

_h = schema.handovers


def _handover(row: sa.RowMapping) -> Handover:
    known = {"purpose": Purpose(row["purpose"]), "state": HandoverState(row["state"])}
    device = None if row["device"] is None else Device(row["device"])
    return Handover(**{**row, **known, "device": device})


async def _one(tx: Tx, *conditions: sa.ColumnElement[bool]) -> Handover | None:
    found = await tx.connection.execute(sa.select(_h).where(*conditions))
    row = found.mappings().one_or_none()
    return None if row is None else _handover(row)


async def add(tx: Tx, handover: Handover) -> None:
    """A code that was made."""
    await tx.connection.execute(sa.insert(_h).values(**asdict(handover)))


async def save(tx: Tx, before: Handover, after: Handover) -> None:
    """Write a move; `NotAllowedNow` when somebody was faster."""
    update = sa.update(_h).where(_h.c.id == before.id, _h.c.state == before.state.value)
    if (await tx.connection.execute(update.values(**asdict(after)))).rowcount != 1:
        raise NotAllowedNow


async def by_token(tx: Tx, digest: str) -> Handover | None:
    """The hand-over a code belongs to."""
    return await _one(tx, _h.c.token == digest)


async def of_telephone(tx: Tx, session: str) -> Handover | None:
    """The hand-over this session was given for, even when it is over."""
    return await _one(tx, _h.c.telephone == session)


async def open_one(tx: Tx, application_id: str) -> Handover | None:
    """The one that is offered or taken."""
    is_open = _h.c.state != HandoverState.ENDED.value
    return await _one(tx, _h.c.application_id == application_id, is_open)


async def offered_since(tx: Tx, application_id: str, since: datetime) -> int:
    """How many codes an application was given after an instant."""
    query = sa.select(sa.func.count()).where(
        _h.c.application_id == application_id, _h.c.offered_at > since
    )
    return int((await tx.connection.execute(query)).scalar_one())
