"""The CRM's keys: known once, good for what they name, revoked for good."""

from datetime import timedelta
from ipaddress import ip_address

import pytest
import sqlalchemy as sa

from ekyc.domain.access import Action, Scope
from ekyc.domain.errors import (
    AddressRefused,
    KeyExpired,
    NotAllowedNow,
    NotFound,
    ScopeMissing,
    SignInNeeded,
)
from ekyc.journey import api_keys
from ekyc.storage import schema
from ekyc.storage.store import Store
from tests.fakes import FakeClock


async def a_key(
    store: Store,
    clock: FakeClock,
    *scopes: Scope,
    days: int | None = None,
    networks: tuple[str, ...] = (),
) -> str:
    return await api_keys.add(
        store,
        clock,
        name="core banking",
        environment="test",
        scopes=frozenset(scopes or Scope),
        days=days,
        networks=networks,
    )


async def comes_in(
    store: Store,
    clock: FakeClock,
    token: str,
    action: Action = Action.INTEGRATE,
    address: str = "203.0.113.7",
) -> str:
    here = ip_address(address)
    return await api_keys.admit(store, clock, token=token, action=action, address=here)


async def test_a_key_lets_in_and_only_its_trace_is_kept(store: Store, clock: FakeClock) -> None:
    token = await a_key(store, clock)
    (key,) = await api_keys.every(store)
    head = f"ekyc_test_{api_keys.shown_id(key)}_"
    assert token.startswith(head)
    assert await comes_in(store, clock, token) == key.id
    async with store.read() as tx:
        kept = str((await tx.connection.execute(sa.select(schema.api_keys))).all())
    assert token not in kept
    assert token.removeprefix(head) not in kept


async def test_a_key_nobody_made_is_nobody(store: Store, clock: FakeClock) -> None:
    with pytest.raises(SignInNeeded):
        await comes_in(store, clock, "ekyc_test_00000000_guess")


async def test_a_key_without_a_scope_is_told_which(store: Store, clock: FakeClock) -> None:
    token = await a_key(store, clock, Scope.APPLICATIONS)
    with pytest.raises(ScopeMissing):
        await comes_in(store, clock, token, Action.FETCH_MEDIA)


async def test_a_key_for_some_networks_is_of_no_use_elsewhere(
    store: Store, clock: FakeClock
) -> None:
    token = await a_key(store, clock, networks=("10.20.0.0/16", "2001:db8::/32"))
    for address in ("10.20.3.4", "2001:db8::1"):
        assert await comes_in(store, clock, token, address=address)
    with pytest.raises(AddressRefused):
        await comes_in(store, clock, token, address="10.21.0.1")
    with pytest.raises(AddressRefused):
        await api_keys.admit(store, clock, token=token, action=Action.INTEGRATE, address=None)
    (key,) = await api_keys.every(store)
    assert api_keys.shown(key)["from"] == "10.20.0.0/16 2001:db8::/32"


async def test_a_key_ends_after_its_days(store: Store, clock: FakeClock) -> None:
    token = await a_key(store, clock, days=1)
    clock.pass_s(timedelta(days=1).total_seconds())
    with pytest.raises(KeyExpired):
        await comes_in(store, clock, token)


async def test_a_revoked_key_lets_nobody_in_and_the_other_still_does(
    store: Store, clock: FakeClock
) -> None:
    old, new = await a_key(store, clock), await a_key(store, clock)
    id = old.split("_")[2]
    assert (await api_keys.revoke(store, clock, id=id)).revoked_at == clock.now()
    with pytest.raises(KeyExpired):
        await comes_in(store, clock, old)
    await comes_in(store, clock, new)
    with pytest.raises(NotAllowedNow):
        await api_keys.revoke(store, clock, id=id)


@pytest.mark.parametrize("id", ["", "zz"])
async def test_what_names_no_key_or_every_key_revokes_none(
    store: Store, clock: FakeClock, id: str
) -> None:
    await a_key(store, clock)
    with pytest.raises(NotFound):
        await api_keys.revoke(store, clock, id=id)


async def test_when_a_key_was_last_of_use_is_known_to_ten_minutes(
    store: Store, clock: FakeClock
) -> None:
    token = await a_key(store, clock)
    used = []
    for later_s in (0, 60, 600):
        clock.pass_s(later_s)
        await comes_in(store, clock, token)
        used.append(api_keys.shown((await api_keys.every(store))[0])["used_at"])
    assert used[0] == used[1] < used[2]
