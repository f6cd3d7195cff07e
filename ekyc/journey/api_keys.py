"""The CRM's keys: made, used, revoked."""

from collections.abc import Sequence
from datetime import timedelta

from ekyc.domain import api_key as rules
from ekyc.domain.access import Action, Scope
from ekyc.domain.api_key import Address, ApiKey
from ekyc.domain.errors import NotFound, SignInNeeded
from ekyc.journey.ports import Clock
from ekyc.storage import crm, tokens
from ekyc.storage.store import Store, new_id

_SHOWN = 8
"""Characters of a key's id that stand in the key itself, and name it to people."""


async def add(
    store: Store,
    clock: Clock,
    *,
    name: str,
    environment: str,
    scopes: frozenset[Scope],
    days: int | None = None,
    networks: tuple[str, ...] = (),
) -> str:
    """Make a key; it is known this once."""
    now = clock.now()
    key = ApiKey(
        id=new_id(),
        name=name,
        scopes=scopes,
        made_at=now,
        expires_at=None if days is None else now + timedelta(days=days),
        networks=networks,
    )
    token = f"ekyc_{environment}_{shown_id(key)}_{tokens.new()}"
    async with store.begin() as tx:
        await crm.add_api_key(tx, key, digest=tokens.digest(token))
    return token


def shown_id(key: ApiKey) -> str:
    """The part of the id that people see."""
    return key.id[:_SHOWN]


async def admit(
    store: Store, clock: Clock, *, token: str, action: Action, address: Address | None
) -> str:
    """The id of the key that may do this from this address.

    Raises `SignInNeeded` for one nobody made, `KeyExpired`, `AddressRefused`, `ScopeMissing`.
    """
    now = clock.now()
    async with store.read() as tx:
        key = await crm.api_key(tx, tokens.digest(token))
    if key is None:
        raise SignInNeeded
    rules.require(key, action, address=address, now=now)
    if rules.note_use(key, now=now) is not key:
        async with store.begin() as tx:
            await crm.save_use(tx, rules.note_use(key, now=now))
    return key.id


def shown(key: ApiKey) -> dict[str, str]:
    """A key as its owner sees it; instants in ISO 8601, "" for what never was."""
    instants = ("made_at", "used_at", "expires_at", "revoked_at")
    at = {name: getattr(key, name) for name in instants}
    return {
        "id": shown_id(key),
        "name": key.name,
        "scopes": " ".join(sorted(key.scopes)),
        "from": " ".join(key.networks),
        **{name: "" if when is None else when.isoformat() for name, when in at.items()},
    }


async def every(store: Store) -> Sequence[ApiKey]:
    """Every key there ever was, oldest first."""
    async with store.read() as tx:
        return await crm.api_keys(tx)


async def revoke(store: Store, clock: Clock, *, id: str) -> ApiKey:
    """Revoke the key of this id, or of this beginning of one.

    Raises `NotFound` when it names none or several, `NotAllowedNow` when it was revoked before.
    """
    async with store.begin() as tx:
        found = [key for key in await crm.api_keys(tx) if id and key.id.startswith(id)]
        if len(found) != 1:
            raise NotFound
        revoked = rules.revoke(found[0], now=clock.now())
        await crm.save_revocation(tx, revoked)
    return revoked
