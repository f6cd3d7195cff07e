"""One-time codes: their life, their tries and when another may be sent.

Six digits, at most ten minutes, single use, five tries (NIST SP 800-63B §5.1.3; OWASP ASVS 6.5).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from ekyc.domain.errors import CodeBudget, CodeExpired, CodeTooSoon, CodeVoid, CodeWrong

DIGITS = 6


class Purpose(StrEnum):
    """What a code is for; one live code per purpose."""

    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rules in force."""

    life_s: int
    again_s: int
    tries: int
    sends_per_hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code on its way; the digits themselves are kept only as an HMAC."""

    id: str
    application_id: str
    purpose: Purpose
    digest: str
    sent_at: datetime
    expires_at: datetime
    again_at: datetime
    tries_left: int
    used: bool = False


def may_send(last: Code | None, *, sent_last_hour: int, now: datetime, limits: Limits) -> None:
    """Refuse a second code too soon after the first, or too many in an hour."""
    if last is not None and not last.used and now < last.again_at:
        raise CodeTooSoon(seconds=ceil((last.again_at - now).total_seconds()))
    if sent_last_hour >= limits.sends_per_hour:
        raise CodeBudget


def issue(
    *, id: str, application_id: str, purpose: Purpose, digest: str, now: datetime, limits: Limits
) -> Code:
    """A fresh code; it replaces whichever was live before."""
    return Code(
        id=id,
        application_id=application_id,
        purpose=purpose,
        digest=digest,
        sent_at=now,
        expires_at=now + timedelta(seconds=limits.life_s),
        again_at=now + timedelta(seconds=limits.again_s),
        tries_left=limits.tries,
    )


def check(code: Code | None, *, now: datetime) -> Code:
    """Refuse a try that cannot succeed any more, whatever the digits."""
    if code is None or code.used or now >= code.expires_at:
        raise CodeExpired
    if code.tries_left <= 0:
        raise CodeVoid
    return code


def answer(code: Code, *, right: bool) -> Code:
    """What one try makes of the code; call `refusal` for what to tell."""
    if right:
        return replace(code, used=True)
    return replace(code, tries_left=code.tries_left - 1)


def refusal(code: Code) -> CodeWrong | CodeVoid:
    """What a wrong try is told: how many are left, or that none is."""
    return CodeWrong(tries_left=code.tries_left) if code.tries_left else CodeVoid()
