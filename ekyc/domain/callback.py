"""The callback: a link to the mailbox the bank knows, and a code told aloud in the call.

Whoever types the code at the link reads that mailbox and hears this call: two ways that meet in one
person. The CA/Browser Forum's EV Guidelines ask for such a "verified method of communication".
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ekyc.domain.code import Code, CodeState


class Standing(StrEnum):
    """What a link is good for now."""

    OPEN = "open"
    VOID = "void"
    """Every try was wrong."""
    OVER = "over"
    """Its time, or the call, is over, or another link took its place."""
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """One callback asked for in a call; it bears its code's and its message's id."""

    id: str
    application_id: str
    call_id: str
    mailbox_id: str
    digest: str
    """Of the link's token; the code is good at this link alone."""
    asked_at: datetime
    by: str
    """The agent who asked for it."""
    confirmed_at: datetime | None = None


def standing(
    callback: Callback, code: Code | None, *, call_is_over: bool, now: datetime
) -> Standing:
    """How a callback stands; `code` is None once it was swept."""
    if callback.confirmed_at is not None:
        return Standing.CONFIRMED
    if call_is_over or code is None or code.state is not CodeState.LIVE or now >= code.expires_at:
        return Standing.OVER
    return Standing.OPEN if code.tries_left > 0 else Standing.VOID
