"""One-time codes: their life, their tries, by which channel, and when another may be sent.

Six digits, at most ten minutes, single use, five tries (NIST SP 800-63B §5.1.3; OWASP ASVS 6.5).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from ekyc.domain.errors import (
    CodeBudget,
    CodeDayBudget,
    CodeExpired,
    CodesPaused,
    CodeTooSoon,
    CodeVoid,
    CodeWrong,
)
from ekyc.domain.message import Channel

DIGITS = 6


class Purpose(StrEnum):
    """What a code is for; one live code per purpose."""

    PHONE = "phone"
    FINISH = "finish"
    CALLBACK = "callback"
    AUTHORISE = "authorise"  # shown on the customer's own page, told to the agent


class CodeState(StrEnum):
    """Live: the one of its purpose that counts, until its time or its tries are over."""

    LIVE = "live"
    USED = "used"
    REPLACED = "replaced"


SPOKEN = frozenset({Purpose.PHONE})
"""Purposes whose code may be read aloud by telephone: those asked for while no camera is on.

A telephone call takes the camera from a page on the same telephone, on iOS for good. So it is the
step of the journey that decides, not what a browser says of its device: a code asked for in a call
is never spoken, whatever device carries the video.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rules in force."""

    life_s: int
    again_s: int
    tries: int
    sends_per_hour: int
    sends_per_day: int
    block_sends_per_day: int
    address_sends_per_hour: int
    budget_per_day_vnd: int
    costs_vnd: Mapping[Channel, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was sent lately: messages to a number, its block, from an address; and all costs."""

    number_hour: int = 0
    number_day: int = 0
    block_day: int = 0
    address_hour: int = 0
    spent_vnd: int = 0
    """Within 24 hours, whoever asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code on its way; the digits themselves are kept only as an HMAC."""

    id: str
    application_id: str
    purpose: Purpose
    state: CodeState
    channel: Channel
    bound_to: str
    """Where alone it can be given back: the digest of the session that asked, or a call's id."""
    digest: str
    sent_at: datetime
    expires_at: datetime
    again_at: datetime
    tries_left: int


def may_send(
    last: Code | None, *, sent: Sent, channel: Channel, now: datetime, limits: Limits
) -> None:
    """Refuse a second code too soon after the first, or more than was agreed.

    `last` is the live code. Raises `CodeTooSoon`, `CodeBudget` (an hour's to one number),
    `CodeDayBudget` (a day's), `CodesPaused` (its block, the address, or the day's money).
    """
    if last is not None and now < last.again_at:
        raise CodeTooSoon(seconds=ceil((last.again_at - now).total_seconds()))
    if sent.number_hour >= limits.sends_per_hour:
        raise CodeBudget
    if sent.number_day >= limits.sends_per_day:
        raise CodeDayBudget
    if sent.block_day >= limits.block_sends_per_day:
        raise CodesPaused
    if sent.address_hour >= limits.address_sends_per_hour:
        raise CodesPaused
    afford(sent.spent_vnd, channel, limits)


def afford(spent_vnd: int, channel: Channel, limits: Limits) -> None:
    """`CodesPaused` when one more message would cost more than a day may."""
    if spent_vnd + limits.costs_vnd[channel] > limits.budget_per_day_vnd:
        raise CodesPaused


def channel_of(
    last: Code | None,
    *,
    purpose: Purpose,
    wish: Channel | None,
    can_speak: bool,
    now: datetime,
) -> Channel:
    """By SMS first; while that one lives, the next is read aloud, unless the customer wants it
    written. `last` is this session's live code, `can_speak` whether a provider places calls."""
    if not can_speak or purpose not in SPOKEN or wish is Channel.SMS:
        return Channel.SMS
    is_again = last is not None and now < last.expires_at
    return Channel.VOICE if is_again else Channel.SMS


def issue(
    *,
    id: str,
    application_id: str,
    purpose: Purpose,
    channel: Channel,
    bound_to: str,
    digest: str,
    now: datetime,
    limits: Limits,
) -> Code:
    """A fresh code; it replaces whichever was live before."""
    return Code(
        id=id,
        application_id=application_id,
        purpose=purpose,
        state=CodeState.LIVE,
        channel=channel,
        bound_to=bound_to,
        digest=digest,
        sent_at=now,
        expires_at=now + timedelta(seconds=limits.life_s),
        again_at=now + timedelta(seconds=limits.again_s),
        tries_left=limits.tries,
    )


def check(code: Code | None, *, bound_to: str, now: datetime) -> Code:
    """Refuse a try that cannot succeed any more, whatever the digits."""
    if code is None or code.state is not CodeState.LIVE or now >= code.expires_at:
        raise CodeExpired
    if code.bound_to != bound_to:
        raise CodeExpired
    if code.tries_left <= 0:
        raise CodeVoid
    return code


def answer(code: Code, *, right: bool) -> Code:
    """What one try makes of the code; call `refusal` for what to tell."""
    if right:
        return replace(code, state=CodeState.USED)
    return replace(code, tries_left=code.tries_left - 1)


def refusal(code: Code) -> CodeWrong | CodeVoid:
    """What a wrong try is told: how many are left, or that none is."""
    return CodeWrong(tries_left=code.tries_left) if code.tries_left else CodeVoid()
