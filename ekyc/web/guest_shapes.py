"""What staff are answered about guests of calls and about what needs a supervisor, described.

Instants are ISO 8601, UTC.
"""

from pydantic import BaseModel


class GuestView(BaseModel):
    """Somebody in a call beside its customer and its agent, or asked into it."""

    id: str
    kind: str
    mode: str
    state: str
    name: str
    """Of staff; empty for who comes by a link."""
    note: str
    asked_at: str


class InvitedView(GuestView):
    """An invitation; `link` is there only once, for who comes from outside."""

    link: str | None


class InvitationView(BaseModel):
    """The call this desk is rung for, or is in, as a guest."""

    id: str
    kind: str
    mode: str
    state: str
    call: str
    application: str
    reference: str
    customer: str
    agent: str
    note: str
    ring_seconds_left: int | None


class LinkedView(BaseModel):
    """What a guest's link leads to: nothing of the customer's before the call."""

    kind: str
    state: str
    note: str
    """Which language is to be interpreted."""
    language: str
    """The customer's."""


class ColleagueView(BaseModel):
    """Somebody who could be rung now."""

    id: str
    name: str


class SummonsView(BaseModel):
    """One call that needs the supervisor who asks."""

    application: str
    reference: str
    name: str
    agent: str
    why: str
    at: str
