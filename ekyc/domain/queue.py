"""Who is before whom, and who serves whom: first come first served, longest-idle agent first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from ekyc.domain.desk import Desk, DeskState
from ekyc.domain.errors import NotAllowedNow

FIRST_COME = 0
VULNERABLE = 10
"""Priority of whom the bank or an agent lets go before others, without saying why."""
COMES_BACK = 20
"""Priority of somebody whose call broke off: before everybody who has not been served yet."""
BOOKED = 30
"""Priority of an appointment: a time was promised."""


class TicketState(StrEnum):
    """Where one wait of one application stands."""

    WAITING = "waiting"
    PARKED = "parked"
    MATCHED = "matched"
    SERVED = "served"
    LEFT = "left"


OPEN = frozenset({TicketState.WAITING, TicketState.PARKED, TicketState.MATCHED})

TRANSITIONS: dict[TicketState, frozenset[TicketState]] = {
    TicketState.WAITING: frozenset({TicketState.MATCHED, TicketState.PARKED, TicketState.LEFT}),
    TicketState.PARKED: frozenset({TicketState.WAITING, TicketState.LEFT}),
    TicketState.MATCHED: frozenset(
        {TicketState.SERVED, TicketState.WAITING, TicketState.LEFT}  # waiting: nobody answered
    ),
    TicketState.SERVED: frozenset({TicketState.WAITING, TicketState.PARKED}),  # the call broke off
    TicketState.LEFT: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One wait; its number is its place for as long as it lives."""

    id: str
    seq: int
    application_id: str
    state: TicketState
    priority: int
    queued_at: datetime
    """When the place was taken; it stays so when a call breaks off."""
    seen_at: datetime
    """When the customer's page was last known to be open."""
    gone_at: datetime | None
    """When the page was closed; None while it is open."""
    attempt: int
    """Grows with every match; who carries an older number is too late."""
    group: str = ""
    """Of customers who need a skill; empty: none."""
    language: str = "vi"
    secret: str = ""
    """64 hexadecimal digits agents are drawn by; empty: it waited before they were."""
    asked: bool = False
    """Parked because the customer asked to be told when the turn is near."""
    recalls: int = 0
    """How often the customer, since gone, was recalled."""
    recall_until: datetime | None = None
    """By when the customer is to come after the last of these."""
    told: bool = False
    """Whether any of these reached a provider or a push service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """This ticket rings at that desk."""

    ticket: Ticket
    desk: Desk
    pool: tuple[str, ...] = ()
    """Whose desks it could have been, when it was drawn."""


def place(ticket: Ticket) -> tuple[int, int]:
    """Sorts tickets into their order: priority first, then the number."""
    return (-ticket.priority, ticket.seq)


def move(ticket: Ticket, to: TicketState) -> Ticket:
    """Take the next step; `NotAllowedNow` when the table has no such step."""
    if to not in TRANSITIONS[ticket.state]:
        raise NotAllowedNow
    attempt = ticket.attempt + (to is TicketState.MATCHED)
    return replace(ticket, state=to, attempt=attempt)


def come_back(ticket: Ticket, *, here: bool, now: datetime) -> Ticket:
    """The call broke off: first in line again, parked until the customer is seen if not here."""
    moved = move(ticket, TicketState.WAITING if here else TicketState.PARKED)
    again = replace(moved, priority=max(ticket.priority, COMES_BACK))
    return see(again, now=now) if here else again


_HERE: Mapping[str, Any] = {"asked": False, "recalls": 0, "recall_until": None, "told": False}
"""Who is back is recalled anew should they go once more."""


def see(ticket: Ticket, *, now: datetime) -> Ticket:
    """The customer's page is open; a parked ticket takes its place again."""
    parked = ticket.state is TicketState.PARKED
    back = replace(move(ticket, TicketState.WAITING), **_HERE) if parked else ticket
    return replace(back, seen_at=now, gone_at=None)


def leave(ticket: Ticket) -> Ticket:
    """The place is given up by choice: nobody missed a recall."""
    return replace(move(ticket, TicketState.LEFT), told=False)


def miss(ticket: Ticket, *, now: datetime) -> Ticket:
    """The customer's page was closed; the place is kept for a while."""
    return replace(ticket, seen_at=now, gone_at=now)


Able = Callable[[Ticket, Desk], bool]
Choice = Callable[[Ticket, Sequence[Desk]], Pair]


def longest_idle(ticket: Ticket, able: Sequence[Desk]) -> Pair:
    """The desk idle longest, which stands first."""
    return Pair(ticket=ticket, desk=able[0])


def match(
    tickets: Iterable[Ticket],
    desks: Iterable[Desk],
    *,
    batch: int,
    promised: Mapping[str, str] | None = None,
    able: Able = lambda ticket, desk: True,
    choose: Choice = longest_idle,
) -> tuple[Pair, ...]:
    """Pair the first in line with one of those who may serve them, `batch` pairs at most.

    Somebody whose page is closed at this moment keeps the place but is not rung for: the agent
    would talk to nobody. `promised` names the agent of an appointment by the application's id: that
    desk is rung if it is idle, else the next. `choose` is given whoever is `able`, longest idle
    first.
    """
    here = [t for t in tickets if t.state is TicketState.WAITING and t.gone_at is None]
    idle = sorted((d for d in desks if d.state is DeskState.AVAILABLE), key=_idle)
    pairs: list[Pair] = []
    for ticket in sorted(here, key=place):
        if not idle or len(pairs) == batch:
            break
        wanted = (promised or {}).get(ticket.application_id)
        pair = _pair(ticket, idle, wanted, able, choose)
        if pair is not None:
            idle.remove(pair.desk)
            pairs.append(pair)
    return tuple(pairs)


def _pair(
    ticket: Ticket, idle: Sequence[Desk], wanted: str | None, able: Able, choose: Choice
) -> Pair | None:
    own = next((desk for desk in idle if desk.staff_id == wanted), None)
    if own is not None and able(ticket, own):
        return Pair(ticket=ticket, desk=own)
    free = [desk for desk in idle if able(ticket, desk)]
    return choose(ticket, free) if free else None


def _idle(desk: Desk) -> tuple[datetime, str]:
    return (desk.idle_since or desk.since, desk.staff_id)
