"""Slots: the times a customer may choose, and how many may choose the same.

Slots follow each other by the length of a call and the breath after it from midnight on, counted in
real minutes: on a day of 23 or 25 hours none is missing, none is offered twice as the same instant.
Whoever asks for another time gets it if an agent is free for as long.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ekyc.domain.roster import Roster, available, midnight, on_shift, staffing

Taken = Sequence[tuple[datetime, str]]
"""Instants and agents of what is booked or held, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the day is cut up."""

    minutes: int
    """From one slot to the next."""
    buffer_min: int = 0
    """Of these the agent is left free after the call."""
    kept: int = 0
    """Agents kept for customers who call now."""
    exact_min: int = 0
    """Other times may be asked for in steps of so many minutes; 0: slots alone."""

    @property
    def call_min(self) -> int:
        """How long a call may last."""
        return self.minutes - self.buffer_min


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One offered time; its capacity is the number of agents on shift who may be booked."""

    at: datetime
    capacity: int
    taken: int
    """Booked or held, or not to be had for another reason."""

    @property
    def free(self) -> int:
        """How many more may choose it; an agent taken off the roster leaves no negative place."""
        return max(0, self.capacity - self.taken)


def slots(
    roster: Roster,
    day: date,
    *,
    terms: Terms,
    taken: Taken,
    able: Collection[str] | None = None,
) -> tuple[Slot, ...]:
    """Every slot of a day of the bank's calendar at which somebody works, in order.

    `able` are the agents who can serve this customer; None: everybody.
    """
    offered, staffed = [], staffing(roster, day)
    at, end = midnight(roster.zone, day), midnight(roster.zone, day + timedelta(days=1))
    while at < end:
        there = available(staffed, at, zone=roster.zone, minutes=terms.call_min)
        if mine := [one for one in there if able is None or one in able]:
            free = len(_free(there, busy(taken, at, terms), able, terms))
            offered.append(Slot(at=at, capacity=len(mine), taken=len(mine) - free))
        at += timedelta(minutes=terms.minutes)
    return tuple(offered)


def busy(taken: Taken, at: datetime, terms: Terms) -> frozenset[str]:
    """Whose appointments this time would run into: between two of one agent, that one's alone."""
    length = timedelta(minutes=terms.minutes)
    first = bisect_right(taken, at - length, key=_instant)
    last = bisect_left(taken, at + length, key=_instant)
    return frozenset(agent for _, agent in taken[first:last])


def _instant(one: tuple[datetime, str]) -> datetime:
    return one[0]


def _free(
    there: Sequence[str], busy: Collection[str], able: Collection[str] | None, terms: Terms
) -> Sequence[str]:
    """Who could take one more: as many as places are left, at most.

    Somebody booked who is not on shift any more keeps a place taken: that customer must be served
    by one of the others.
    """
    places = max(0, len(there) - terms.kept - len(busy))
    free = [one for one in there if one not in busy and (able is None or one in able)]
    return free if places >= len(free) else free[:places]


def is_slot(roster: Roster, at: datetime, *, terms: Terms) -> bool:
    """Whether a call may begin at this instant, free or not: a slot, or an exact time."""
    begun = midnight(roster.zone, at.astimezone(roster.zone).date())
    steps = [minutes for minutes in (terms.minutes, terms.exact_min) if minutes]
    aligned = any((at - begun) % timedelta(minutes=minutes) == timedelta() for minutes in steps)
    return aligned and bool(on_shift(roster, at, minutes=terms.call_min))


def pick(
    agents: Iterable[str],
    *,
    busy: Collection[str],
    load: Mapping[str, int],
    terms: Terms,
    able: Collection[str] | None = None,
) -> str | None:
    """Who takes an appointment: of those on shift and not taken, whoever has the fewest that day.

    None when no place is left.
    """
    there = tuple(agents)
    if not _free(there, busy, able, terms):
        return None
    free = [one for one in there if one not in busy and (able is None or one in able)]
    return min(free, key=lambda agent: (load.get(agent, 0), agent))
