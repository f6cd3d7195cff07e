"""Queries on the customers' keys."""

import asyncio
import os
from collections.abc import Mapping

import sqlalchemy as sa

from ekyc.sealed.form import KEY_BYTES, CustomerKey
from ekyc.storage import schema
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Tx, new_id

_t = schema.customer_keys


async def of(tx: Tx, ring: Ring, application_id: str) -> CustomerKey | None:
    """The customer's key, if anything of theirs was ever sealed; `NoSealingKey`."""
    found = await tx.connection.execute(sa.select(_t).where(_t.c.application_id == application_id))
    row = found.one_or_none()
    if row is None:
        return None
    key = await asyncio.to_thread(ring.unwrap, row.sealing_key, bytes.fromhex(row.wrapped))
    return CustomerKey(id=row.id, key=key)


async def made(tx: Tx, ring: Ring, application_id: str) -> CustomerKey:
    """The customer's key, new when there was none; in the turn of a writer."""
    known = await of(tx, ring, application_id)
    if known is not None:
        return known
    new = a_key()
    await add(tx, ring, application_id, new)
    return new


def a_key() -> CustomerKey:
    """A new one, nobody's yet."""
    return CustomerKey(id=new_id(), key=os.urandom(KEY_BYTES))


async def add(tx: Tx, ring: Ring, application_id: str, key: CustomerKey) -> None:
    """The first key of a customer, wrapped by the newest sealing key."""
    sealing_key, wrapped = await asyncio.to_thread(ring.wrap, key.key)
    await tx.connection.execute(
        sa.insert(_t).values(
            id=key.id,
            application_id=application_id,
            sealing_key=sealing_key,
            wrapped=wrapped.hex(),
        )
    )


async def used(tx: Tx) -> Mapping[str, int]:
    """How many customers' keys each sealing key wraps."""
    query = sa.select(_t.c.sealing_key, sa.func.count().label("number")).group_by(_t.c.sealing_key)
    return {row.sealing_key: int(row.number) for row in await tx.connection.execute(query)}


async def wrap_anew(tx: Tx, ring: Ring, *, limit: int) -> int:
    """Wrap keys that are not under the newest sealing key by it; how many. `NoSealingKey`."""
    newest = (await asyncio.to_thread(ring.ids))[-1]
    query = sa.select(_t).where(_t.c.sealing_key != newest).limit(limit)
    rows = (await tx.connection.execute(query)).all()
    for row in rows:
        key = await asyncio.to_thread(ring.unwrap, row.sealing_key, bytes.fromhex(row.wrapped))
        sealing_key, wrapped = await asyncio.to_thread(ring.wrap, key)
        update = sa.update(_t).where(_t.c.id == row.id)
        await tx.connection.execute(update.values(sealing_key=sealing_key, wrapped=wrapped.hex()))
    return len(rows)
