"""The customers' keys: made when the first thing is sealed, asked for when it is read."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from ekyc.domain.call import Recording
from ekyc.domain.errors import NotFound
from ekyc.domain.seal import DataKey
from ekyc.sealed.form import CustomerKey
from ekyc.storage import calls, customer_keys
from ekyc.storage.sealing import Ring
from ekyc.storage.secret import BadKey
from ekyc.storage.store import Store

_BATCH = 500


async def customer_key(store: Store, ring: Ring, application_id: str) -> CustomerKey:
    """The key everything of this application is under, made now if there was none."""
    async with store.read() as tx:
        known = await customer_keys.of(tx, ring, application_id)
    if known is not None:
        return known
    async with store.begin() as tx:
        return await customer_keys.made(tx, ring, application_id)


async def known_key(store: Store, ring: Ring, application_id: str) -> CustomerKey:
    """The key of an application that has sealed files; `NotFound` once it is deleted."""
    async with store.read() as tx:
        known = await customer_keys.of(tx, ring, application_id)
    if known is None:
        raise NotFound
    return known


async def call_key(store: Store, ring: Ring, call_id: str) -> DataKey:
    """A new key for what is recorded of a call; `NotFound`."""
    async with store.read() as tx:
        call = await calls.find(tx, call_id)
    if call is None:
        raise NotFound
    return (await customer_key(store, ring, call.application_id)).data_key()


async def recorded_under(store: Store, ring: Ring, recording: Recording) -> CustomerKey:
    """The key of the customer a recording is of."""
    async with store.read() as tx:
        call = await calls.find(tx, recording.call_id)
    assert call is not None  # the recording's row refers to it
    return await customer_key(store, ring, call.application_id)


async def ring(store: Store, path: Path) -> Ring:
    """The sealing keys, a first one made for a new server; `BadKey` when the database needs others.

    A key made in the place of a lost file would open nothing: then the start is refused.
    """
    async with store.read() as tx:
        used = await customer_keys.used(tx)
    if used and not await asyncio.to_thread(path.exists):
        raise BadKey(f"{path} is not there: put back the sealing keys {_named(used)}")
    held = await asyncio.to_thread(Ring.made, path)
    if lacking := used.keys() - set(held.ids()):
        raise BadKey(f"{path} lacks the sealing keys {_named(lacking)}: put them back")
    return held


def _named(ids: Iterable[str]) -> str:
    return ", ".join(sorted(ids))


async def renew(store: Store, held: Ring) -> tuple[str, int]:
    """Make a new sealing key and wrap every customer's key by it: its id, and how many.

    The old keys stay in the file: backups made before need them.
    """
    id = await asyncio.to_thread(held.renew)
    count = 0
    while True:
        async with store.begin() as tx:
            wrapped = await customer_keys.wrap_anew(tx, held, limit=_BATCH)
        if not wrapped:
            return id, count
        count += wrapped
