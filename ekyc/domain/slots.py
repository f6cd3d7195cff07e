"""Slots: the times a customer may choose, and how many may choose the same.

Slots follow each other by the length of a call from midnight on, counted in real minutes: on a day
of 23 or 25 hours none is missing, none is offered twice as the same instant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ekyc.domain.roster import Roster, midnight, on_shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One offered time; its capacity is the number of agents on shift."""

    at: datetime
    capacity: int
    taken: int
    """Booked or held."""

    @property
    def free(self) -> int:
        """How many more may choose it; an agent taken off the roster leaves no negative place."""
        return max(0, self.capacity - self.taken)


def slots(
    roster: Roster, day: date, *, minutes: int, taken: Mapping[datetime, int]
) -> tuple[Slot, ...]:
    """Every slot of a day of the bank's calendar at which somebody works, in order."""
    offered = []
    at, end = midnight(roster.zone, day), midnight(roster.zone, day + timedelta(days=1))
    while at < end:
        if agents := on_shift(roster, at, minutes=minutes):
            offered.append(Slot(at=at, capacity=len(agents), taken=taken.get(at, 0)))
        at += timedelta(minutes=minutes)
    return tuple(offered)


def is_slot(roster: Roster, at: datetime, *, minutes: int) -> bool:
    """Whether slots begin at this instant, free or not."""
    begun = midnight(roster.zone, at.astimezone(roster.zone).date())
    return (at - begun) % timedelta(minutes=minutes) == timedelta() and bool(
        on_shift(roster, at, minutes=minutes)
    )


def pick(agents: Iterable[str], *, busy: Iterable[str], load: Mapping[str, int]) -> str | None:
    """Who takes an appointment: of those on shift and not taken, whoever has the fewest that day.

    None when the slot is full. Somebody booked who is not on shift any more keeps a place taken:
    that customer must be served by one of the others.
    """
    there, taken = tuple(agents), tuple(busy)
    free = [agent for agent in there if agent not in taken]
    if len(taken) >= len(there) or not free:
        return None
    return min(free, key=lambda agent: (load.get(agent, 0), agent))
