"""Queries on one-time codes."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.code import Code, CodeState, Purpose
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.message import Channel
from ekyc.storage import schema
from ekyc.storage.store import Tx

_t = schema.codes


async def add(tx: Tx, code: Code) -> None:
    """A fresh code in the place of the one that was live."""
    await replace_live(tx, code.application_id, code.purpose)
    await tx.connection.execute(sa.insert(_t).values(**asdict(code)))


async def live(tx: Tx, application_id: str, purpose: Purpose) -> Code | None:
    """The code of this purpose that counts, be it run out or out of tries."""
    query = sa.select(_t).where(
        _t.c.application_id == application_id,
        _t.c.purpose == purpose.value,
        _t.c.state == CodeState.LIVE.value,
    )
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _code(row)


async def find(tx: Tx, id: str) -> Code | None:
    """A code by its id, however it stands, until it is swept."""
    row = (await tx.connection.execute(sa.select(_t).where(_t.c.id == id))).mappings().one_or_none()
    return None if row is None else _code(row)


async def of_call(tx: Tx, call_id: str) -> Code | None:
    """The code of a call that was given back, or the one that counts."""
    query = sa.select(_t).where(
        _t.c.purpose == Purpose.FINISH.value,
        _t.c.bound_to == call_id,
        _t.c.state != CodeState.REPLACED.value,
    )
    found = await tx.connection.execute(query.order_by(_t.c.state.desc(), _t.c.sent_at).limit(1))
    row = found.mappings().one_or_none()
    return None if row is None else _code(row)


def _code(row: sa.RowMapping) -> Code:
    known = {
        "purpose": Purpose(row["purpose"]),
        "state": CodeState(row["state"]),
        "channel": Channel(row["channel"]),
    }
    return Code(**{**row, **known})


async def save(tx: Tx, code: Code, *, tries_before: int) -> None:
    """Count a try; `NotAllowedNow` when another try was counted at the same time."""
    update = sa.update(_t).where(
        _t.c.id == code.id,
        _t.c.tries_left == tries_before,
        _t.c.state == CodeState.LIVE.value,
    )
    values = {"tries_left": code.tries_left, "state": code.state.value}
    if (await tx.connection.execute(update.values(**values))).rowcount != 1:
        raise NotAllowedNow


async def replace_live(tx: Tx, application_id: str, purpose: Purpose) -> None:
    """No code of this purpose counts any more."""
    live = sa.update(_t).where(
        _t.c.application_id == application_id,
        _t.c.purpose == purpose.value,
        _t.c.state == CodeState.LIVE.value,
    )
    await tx.connection.execute(live.values(state=CodeState.REPLACED.value))


async def replace_sent(tx: Tx, application_id: str, channels: Collection[Channel]) -> None:
    """No code that went out by one of these channels counts any more."""
    live = sa.update(_t).where(
        _t.c.application_id == application_id,
        _t.c.channel.in_([channel.value for channel in channels]),
        _t.c.state == CodeState.LIVE.value,
    )
    await tx.connection.execute(live.values(state=CodeState.REPLACED.value))


async def let_again(tx: Tx, code_id: str, now: datetime) -> None:
    """The message did not arrive: another may be asked for at once."""
    late = sa.update(_t).where(_t.c.id == code_id, _t.c.again_at > now)
    await tx.connection.execute(late.values(again_at=now))
