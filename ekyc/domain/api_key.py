"""A key of the CRM: what it opens, until when, and when it was last of use."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_network

from ekyc.domain.access import SCOPE_OF, Action, Scope
from ekyc.domain.errors import AddressRefused, KeyExpired, NotAllowedNow, ScopeMissing

Address = IPv4Address | IPv6Address

NOTED_EVERY = timedelta(minutes=10)
"""A key's use is written down so often at most: a write for each request would cost more than
the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key; the key itself is shown once and never kept."""

    id: str
    name: str
    scopes: frozenset[Scope]
    made_at: datetime
    expires_at: datetime | None = None
    """None: good until it is revoked."""
    revoked_at: datetime | None = None
    used_at: datetime | None = None
    networks: tuple[str, ...] = ()
    """Where it may be used from, as 203.0.113.0/24; empty: from everywhere."""


def require(key: ApiKey, action: Action, *, address: Address | None, now: datetime) -> None:
    """`KeyExpired`, `AddressRefused` outside the key's networks, `ScopeMissing`."""
    if is_over(key, now=now):
        raise KeyExpired
    if key.networks and not _is_within(address, key.networks):
        raise AddressRefused
    if SCOPE_OF[action] not in key.scopes:
        raise ScopeMissing(scope=SCOPE_OF[action].value)


def is_over(key: ApiKey, *, now: datetime) -> bool:
    """Whether the key expired or was revoked."""
    expired = key.expires_at is not None and now >= key.expires_at
    return expired or key.revoked_at is not None


def revoke(key: ApiKey, *, now: datetime) -> ApiKey:
    """Nobody comes in by this key any more; `NotAllowedNow` when it was revoked before."""
    if key.revoked_at is not None:
        raise NotAllowedNow
    return replace(key, revoked_at=now)


def note_use(key: ApiKey, *, now: datetime) -> ApiKey:
    """The key was used; the same value while that is no news."""
    if key.used_at is not None and now - key.used_at < NOTED_EVERY:
        return key
    return replace(key, used_at=now)


def _is_within(address: Address | None, networks: Iterable[str]) -> bool:
    """An address nobody knows is in no network."""
    return address is not None and any(address in ip_network(each) for each in networks)


def parse_networks(texts: Iterable[str]) -> tuple[str, ...]:
    """Networks and single addresses as they are kept; `ValueError` for what is none."""
    return tuple(str(ip_network(text)) for text in texts)


def parse_scopes(names: Collection[str]) -> frozenset[Scope]:
    """The scopes of these names; `ValueError` for one there is not."""
    return frozenset(Scope(name) for name in names)
