"""Where a browser takes messages while no page is open (RFC 8030), and with which keys.

The address comes from the browser, so from outside: the server posts to push services it was told
of and to nobody else, whatever a page names.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

LONGEST_ENDPOINT = 1000
_PUBLIC_BYTES, _AUTH_BYTES = 65, 16
_UNCOMPRESSED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One browser of one customer, as its push service knows it."""

    endpoint: str = field(repr=False)
    """Whoever knows it may have messages delivered: kept sealed, never logged."""
    public: bytes = field(repr=False)
    """The browser's point on P-256, uncompressed, 65 bytes (`p256dh`)."""
    auth: bytes = field(repr=False)
    """16 bytes (RFC 8291, section 3.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rules in force."""

    services: Collection[str]
    """Hosts of push services, each with everything under it; or an origin on loopback."""
    devices: int
    """Browsers of one customer."""


def may_reach(endpoint: str, services: Collection[str]) -> bool:
    """Whether an address belongs to a push service of the list, by https on the usual port."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if len(endpoint) > LONGEST_ENDPOINT or parts.username is not None:
        return False
    if f"{parts.scheme}://{parts.netloc}" in services:
        return True
    known = any(host == service or host.endswith(f".{service}") for service in services)
    return known and parts.scheme == "https" and port in {None, 443}


def is_whole(subscription: Subscription) -> bool:
    """Whether the keys have the form that can be encrypted to; not whether the point exists."""
    public = subscription.public
    return (
        len(public) == _PUBLIC_BYTES
        and public[0] == _UNCOMPRESSED
        and len(subscription.auth) == _AUTH_BYTES
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskDevice:
    """A kept subscription of whoever sits at a desk."""

    id: str
    staff_id: str
    sealed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A kept subscription of a customer."""

    id: str
    application_id: str
    sealed: str
    made_at: datetime
