"""Recalling: a customer who is away is told that the turn is near, some times, then no more.

A parked ticket keeps its number and is passed over: no agent waits for somebody who is not there.
Whoever comes back stands before everybody of the same priority with a later number, so among those
who are there the first to come is always the first to be served.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.queue import Ticket, TicketState, move
from ekyc.domain.wait import Span

DOUBLINGS = 4
"""So often the pause grows between recalls of somebody who could not be told yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How early, how often and how long."""

    lead_s: float
    """A turn is near when it may come within so long, by the low end of the expected range."""
    wait_s: float
    """So long the customer has to come after each recall."""
    most: int
    """Recalls before the place is given up; 0: nobody is recalled."""


def ask(ticket: Ticket) -> Ticket:
    """The customer leaves and wants to be told; `NotAllowedNow` while it rings.

    Whoever is parked already, because the page was closed, may ask as well.
    """
    if ticket.state not in {TicketState.WAITING, TicketState.PARKED}:
        raise NotAllowedNow
    return replace(ticket, state=TicketState.PARKED, asked=True)


def is_near(span: Span | None, limits: Limits) -> bool:
    """Whether the turn may come soon; never while nobody is at work who may serve the customer."""
    return span is not None and span.low_s <= limits.lead_s


def pause_s(recalls: int, limits: Limits) -> float:
    """How long after the time of the last recall the next may come, seconds.

    None for the first ones; then, for who could not be told by any, as long as each was to be
    waited for, and twice as long each time.
    """
    beyond = recalls - limits.most
    return limits.wait_s * 2 ** min(beyond, DOUBLINGS) if beyond >= 0 else 0.0


def recall(ticket: Ticket, limits: Limits, *, now: datetime) -> Ticket:
    """One more; `NotAllowedNow` for who is here, or was told often enough or just now."""
    pause = timedelta(seconds=pause_s(ticket.recalls, limits))
    waited = ticket.recall_until is None or now >= ticket.recall_until + pause
    enough = not limits.most or (ticket.told and ticket.recalls >= limits.most)
    if ticket.state is not TicketState.PARKED or enough or not waited:
        raise NotAllowedNow
    until = now + timedelta(seconds=limits.wait_s)
    return replace(ticket, recalls=ticket.recalls + 1, recall_until=until)


def lapse(ticket: Ticket, limits: Limits, *, now: datetime) -> Ticket:
    """Nobody came after the last recall; `NotAllowedNow` before its time, or if none was handed
    over: who could not be told loses no place."""
    waited = ticket.recall_until is not None and now >= ticket.recall_until
    if ticket.recalls < limits.most or not waited or not ticket.told:
        raise NotAllowedNow
    return move(ticket, TicketState.LEFT)
