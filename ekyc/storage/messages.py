"""Queries on messages: what was sent lately, to whose number's mark, and what became of it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa

from ekyc.domain.code import Code, Sent
from ekyc.domain.message import Channel, Message, MessageState
from ekyc.storage import codes, schema
from ekyc.storage.store import Tx

_m = schema.messages
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


async def add(tx: Tx, message: Message) -> None:
    """A message that is about to be sent."""
    await tx.connection.execute(sa.insert(_m).values(**asdict(message)))


async def find(tx: Tx, id: str) -> Message | None:
    """A message by its id."""
    return await _one(tx, _m.c.id == id)


async def by_reference(tx: Tx, provider: str, reference: str) -> Message | None:
    """The message a provider knows by this name."""
    return await _one(tx, _m.c.provider == provider, _m.c.reference == reference)


async def of_call(tx: Tx, call_id: str) -> tuple[Code, Message | None] | None:
    """The code of a call that counts, and the message it went out by."""
    code = await codes.of_call(tx, call_id)
    return None if code is None else (code, await find(tx, code.id))


async def _one(tx: Tx, *conditions: sa.ColumnElement[bool]) -> Message | None:
    found = await tx.connection.execute(sa.select(_m).where(*conditions).limit(1))
    row = found.mappings().one_or_none()
    return None if row is None else _message(row)


def _message(row: sa.RowMapping) -> Message:
    known = {"channel": Channel(row["channel"]), "state": MessageState(row["state"])}
    return Message(**{**row, **known})


async def of_application(tx: Tx, application_id: str) -> Sequence[Message]:
    """Every message of an application, in order."""
    query = sa.select(_m).where(_m.c.application_id == application_id)
    rows = (await tx.connection.execute(query.order_by(_m.c.at, _m.c.id))).mappings()
    return [_message(row) for row in rows]


async def move(tx: Tx, before: Message, after: Message) -> bool:
    """Write what became of a message; False when something else was written meanwhile."""
    update = sa.update(_m).where(_m.c.id == before.id, _m.c.state == before.state.value)
    return (await tx.connection.execute(update.values(**asdict(after)))).rowcount == 1


async def charge(tx: Tx, id: str, cost_vnd: int) -> None:
    """One more try at handing it over, which may cost as much again."""
    update = sa.update(_m).where(_m.c.id == id)
    await tx.connection.execute(update.values(cost_vnd=_m.c.cost_vnd + cost_vnd))


async def sent(tx: Tx, number: str, block: str, address: str, *, now: datetime) -> Sent:
    """What was sent lately to these marks, and what everything has cost within a day.

    An empty mark counts nothing: mail has no block, and nobody outside may have asked.
    """
    hour, day = now - _HOUR, now - _DAY
    return Sent(
        number_hour=await _count(tx, _m.c.number, number, hour),
        number_day=await _count(tx, _m.c.number, number, day),
        block_day=await _count(tx, _m.c.block, block, day),
        address_hour=await _count(tx, _m.c.address, address, hour),
        spent_vnd=await spent(tx, now=now),
    )


async def _count(tx: Tx, column: sa.Column[str], mark: str, since: datetime) -> int:
    if not mark:
        return 0
    query = sa.select(sa.func.count()).where(column == mark, _m.c.at > since)
    return int((await tx.connection.execute(query)).scalar_one())


async def spent(tx: Tx, *, now: datetime) -> int:
    """What the messages of the last 24 hours cost."""
    query = sa.select(sa.func.coalesce(sa.func.sum(_m.c.cost_vnd), 0)).where(_m.c.at > now - _DAY)
    return int((await tx.connection.execute(query)).scalar_one())
