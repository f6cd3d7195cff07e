"""The door before a sign-in: where a wrong try counts, and when the door rests.

Tries from browsers nobody signed in with count together, by account and by network; tries from a
known device count for that device alone. So whoever knows a sign-in name can keep strangers out,
never its owner.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from ekyc.domain import device
from ekyc.domain.errors import Busy, SignInRests
from ekyc.settings import Staff as Rules
from ekyc.storage import staff, tokens
from ekyc.storage.staff import Try
from ekyc.storage.store import Tx

QUARTER_HOUR = timedelta(minutes=15)

_CROWD = 32
_waiting: dict[bool, set[object]] = {True: set(), False: set()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """Whoever wants in, as far as the server can see; `secret` is the server's key."""

    secret: bytes
    cookie: str = ""
    """Its device cookie; empty: none."""
    network: str = ""
    """The prefix of its address; empty: unknown, or this very machine."""


def trying(browser: Browser, rules: Rules, *, login: str, now: datetime) -> Try:
    """What is kept of a try: marks that only the server's key leads back from."""
    life, key = timedelta(days=rules.device_days), _key(browser)
    nonce = device.known(key, browser.cookie, login=login, now=now, life=life)
    return Try(
        account=_mark(key, "account", login),
        network=_mark(key, "network", browser.network),
        device=_mark(key, "device", nonce),
    )


def remembered(browser: Browser, rules: Rules, *, login: str, now: datetime) -> str:
    """The device cookie after a right sign-in."""
    life, nonce = timedelta(days=rules.device_days), tokens.new()
    return device.remembered(
        _key(browser), browser.cookie, login=login, nonce=nonce, now=now, life=life
    )


async def count(tx: Tx, wanted: Try, rules: Rules, now: datetime) -> str:
    """A try counts as failed until it was right: a hundred tries at once are a hundred tries.

    Returns the try's id. `SignInRests` after too many.
    """
    since = now - QUARTER_HOUR
    if wanted.device:
        bounds = {"device": rules.device_failures_per_quarter_hour}
    else:
        bounds = {"account": rules.failures_per_quarter_hour}
        if wanted.network:
            bounds["network"] = rules.network_failures_per_quarter_hour
    for by, bound in bounds.items():
        if await staff.failures(tx, wanted, by, since) >= bound:
            raise SignInRests
    return await staff.fail(tx, wanted, now)


@contextmanager
def place(wanted: Try) -> Iterator[None]:
    """`Busy` while too many wait: the hashing of each would add up to minutes.

    Known devices stand in a line of their own: a crowd of strangers is not before them.
    """
    line = _waiting[bool(wanted.device)]
    if len(line) >= _CROWD:
        raise Busy
    here = object()
    line.add(here)
    try:
        yield
    finally:
        line.discard(here)


def _key(browser: Browser) -> bytes:
    """A key of this use's own."""
    return hmac.digest(browser.secret, b"sign-in", "sha256")


def _mark(key: bytes, kind: str, text: str) -> str:
    """Empty stays empty: unknown."""
    coded = f"{kind}\0{text}".encode(errors="surrogateescape")
    return hmac.digest(key, coded, "sha256").hex() if text else ""
