"""How many agents a half-hour needs, by Erlang's formula for customers who wait (Erlang C, 1917).

Customers come at random and stay; who is served by one of `c` agents keeps them for `each_s` on
average. Rostering by it errs on the careful side: customers who give up are not taken off.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from math import exp

HALF_HOUR_S = 1800
MOST = 500
"""Agents looked at; a house that would need more is told so many."""


def agents(arrivals: float, *, each_s: float, share: float, within_s: float) -> int:
    """The fewest with which this share of a half-hour's arrivals waits no longer; 0 for none."""
    load = arrivals * each_s / HALF_HOUR_S
    if load <= 0:
        return 0
    blocked = 1.0  # Erlang B, by its recursion over the number of agents
    for count in range(1, MOST + 1):
        blocked = load * blocked / (count + load * blocked)
        if count <= load:
            continue
        waits = blocked / (1 - load / count * (1 - blocked))
        if 1 - waits * exp(-(count - load) * within_s / each_s) >= share:
            return count
    return MOST


def usual(
    came: Mapping[datetime, int], days: Sequence[date], *, zone: tzinfo, weeks: int
) -> Mapping[date, tuple[float, ...]]:
    """How many came in each half-hour of the same days of the weeks before, on average.

    `came`: by half-hour, UTC; 48 figures a day by the wall's clock. Weeks before the first customer
    are not counted; without any customer there is nothing to say.
    """
    if not came:
        return {}
    local = {at.astimezone(zone): n for at, n in came.items()}
    counted: dict[tuple[date, int], int] = {}
    for at, n in local.items():
        place = (at.date(), (at.hour * 60 + at.minute) // 30)
        counted[place] = counted.get(place, 0) + n
    first, last = (end(at.date() for at in local) for end in (min, max))
    figures = {}
    for day in days:
        alike = [day - timedelta(days=7 * n) for n in range(1, weeks + 2)]
        known = [one for one in alike if first <= one <= last][:weeks]
        if known:
            figures[day] = tuple(
                sum(counted.get((one, half), 0) for one in known) / len(known) for half in range(48)
            )
    return figures
