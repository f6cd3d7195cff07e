"""A customer's key: one for each, kept wrapped, and with it goes everything under it."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from ekyc.domain.errors import NotFound
from ekyc.domain.seal import DataKey
from ekyc.journey import sealing
from ekyc.storage import customer_keys, lapsed, schema
from ekyc.storage.sealing import NoSealingKey, Ring
from ekyc.storage.secret import BadKey
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.fakes import START


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "seal.keys"


@pytest.fixture
async def ring(store: Store, file: Path) -> Ring:
    await given(store, an_application(), an_application("second"))
    return await sealing.ring(store, file)


async def rows(store: Store) -> list[tuple[str, str]]:
    table = schema.customer_keys
    async with store.read() as tx:
        found = await tx.connection.execute(sa.select(table.c.sealing_key, table.c.wrapped))
        return [(row.sealing_key, row.wrapped) for row in found]


async def test_each_customer_has_one_key_and_the_store_never_sees_it(
    store: Store, ring: Ring
) -> None:
    asked = ["first", "first", "second", "first"]
    keys = await asyncio.gather(*(sealing.customer_key(store, ring, id) for id in asked))
    assert keys[0] == keys[1] == keys[3] != keys[2]
    assert len(keys[0].key) == 32
    assert keys[0].key.hex() not in str(await rows(store))
    assert keys[0].key.hex() not in repr(keys[0])


async def test_a_call_gets_a_key_that_opens_nothing_else_of_the_customer(
    store: Store, ring: Ring
) -> None:
    owner = await sealing.customer_key(store, ring, "first")
    keys: list[DataKey] = [owner.data_key(), owner.data_key()]
    assert keys[0].key != keys[1].key
    assert owner.key not in (keys[0].key, keys[0].wrapped)
    with pytest.raises(NotFound):
        await sealing.call_key(store, ring, "no call")


async def test_with_the_application_goes_its_key_in_the_same_transaction(
    store: Store, ring: Ring
) -> None:
    for id in ("first", "second"):
        await sealing.customer_key(store, ring, id)
    async with store.begin() as tx:
        await lapsed.empty(tx, "first", now=START)
        assert await customer_keys.of(tx, ring, "first") is None
        assert await customer_keys.of(tx, ring, "second") is not None
    with pytest.raises(NotFound):
        await sealing.known_key(store, ring, "first")


async def test_a_new_sealing_key_takes_over_and_the_customers_keys_stay(
    store: Store, ring: Ring, file: Path
) -> None:
    before = await sealing.customer_key(store, ring, "first")
    (old,) = ring.ids()
    new, count = await sealing.renew(store, await sealing.ring(store, file))  # by the command
    assert (count, await asyncio.to_thread(ring.ids)) == (
        1,
        [old, new],
    )  # the running server has noticed
    assert [row[0] for row in await rows(store)] == [new]
    assert await sealing.customer_key(store, ring, "first") == before
    await sealing.customer_key(store, ring, "second")
    async with store.read() as tx:
        assert await customer_keys.used(tx) == {new: 2}


async def test_without_the_keys_it_needs_a_server_does_not_begin(
    store: Store, ring: Ring, file: Path
) -> None:
    before = await sealing.customer_key(store, ring, "first")
    (needed,) = ring.ids()
    away = file.with_name("away")
    await asyncio.to_thread(file.rename, away)
    for _ in range(2):  # the first try made no key in its place
        with pytest.raises(BadKey, match=f"not there: put back the sealing keys {needed}"):
            await sealing.ring(store, file)
    other = await asyncio.to_thread(Ring.made, file)
    with pytest.raises(BadKey, match=f"lacks the sealing keys {needed}"):
        await sealing.ring(store, file)
    with pytest.raises(NoSealingKey):
        await sealing.customer_key(store, other, "first")
    await asyncio.to_thread(away.replace, file)
    again = await sealing.ring(store, file)
    assert await sealing.customer_key(store, again, "first") == before
