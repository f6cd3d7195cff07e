"""The device cookie: which accounts somebody has signed in to from this browser before.

After OWASP's "Slow Down Online Guessing Attacks with Device Cookies". It opens no door: it only
says where a wrong try counts. One line per account, the newest first, each signed for its account;
no sign-in name stands in it.
"""

import hmac
import re
from datetime import datetime, timedelta

ACCOUNTS = 5
"""Accounts a shared browser is known to at most; a cookie must stay small."""

_BETWEEN = "~"
_LINE = re.compile(r"[A-Za-z0-9_-]{1,60}\.[0-9]{1,12}\.[0-9a-f]{64}")


def remembered(
    key: bytes, cookie: str, *, login: str, nonce: str, now: datetime, life: timedelta
) -> str:
    """The cookie after a right sign-in; `nonce` is a fresh token without a dot or a tilde."""
    others = [line for line in _lines(cookie) if not _nonce(key, line, login, now, life)]
    fresh = f"{nonce}.{int(now.timestamp())}"
    return _BETWEEN.join([f"{fresh}.{_signature(key, fresh, login)}", *others][:ACCOUNTS])


def known(key: bytes, cookie: str, *, login: str, now: datetime, life: timedelta) -> str:
    """The nonce this browser was given for this account; empty when it was never signed in to."""
    found = (_nonce(key, line, login, now, life) for line in _lines(cookie))
    return next(filter(None, found), "")


def _lines(cookie: str) -> list[str]:
    """Whatever else somebody wrote into the cookie is left out."""
    return [line for line in cookie.split(_BETWEEN) if _LINE.fullmatch(line)][:ACCOUNTS]


def _nonce(key: bytes, line: str, login: str, now: datetime, life: timedelta) -> str:
    fresh, _, signature = line.rpartition(".")
    nonce, _, at = fresh.partition(".")
    wanted = _signature(key, fresh, login)
    if not hmac.compare_digest(wanted, signature):
        return ""
    return nonce if now.timestamp() < int(at) + life.total_seconds() else ""


def _signature(key: bytes, fresh: str, login: str) -> str:
    text = f"device\0{fresh}\0{login}".encode(errors="surrogateescape")
    return hmac.digest(key, text, "sha256").hex()
