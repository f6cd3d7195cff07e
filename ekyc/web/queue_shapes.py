"""What a customer is told of the queue: the place, the wait, what awaits who would call now.

Instants are ISO 8601, UTC.
"""

from pydantic import BaseModel


class WaitView(BaseModel):
    """The range in which the wait is expected to end, from now on."""

    low_s: int
    high_s: int


class RecallView(BaseModel):
    """A customer who is away, and is told when the turn is near."""

    asked: bool
    """By the customer; else the page was closed."""
    nth: int
    """How often it was told."""
    until: str | None
    """By when the customer is to come back; null before it was told."""
    devices: list[str]
    """SHA-256 of the addresses of the browsers that are told as well."""


class TicketView(BaseModel):
    """The customer's place in line."""

    state: str
    position: int
    ahead: int
    waited_s: int
    wait: WaitView | None
    """Null while nobody is at work who may serve this customer."""
    recall: RecallView | None
    """Null while the customer is here."""
    may_be_told: bool
    """Whether the customer may leave and be told when the turn is near."""


class ProspectView(BaseModel):
    """What awaits a customer who would call now."""

    open: bool
    opens_at: str | None
    """When it opens again; null while it is open, or when that is not known."""
    full: bool
    wait: WaitView | None
    """Null while nobody is at work who may serve this customer."""
    may_be_told: bool
