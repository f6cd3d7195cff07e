"""What every set of appointments must keep, looked at from outside: rows and facts, no rule's code.

A state machine and the bench of slots hand over what stands in the database; whatever is promised
twice, to whomever, is a finding.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

import sqlalchemy as sa

from ekyc.storage import schema
from ekyc.storage.store import Row, Store, rows

_PROMISED = ("booked", "due")
_TAKING = ("held", *_PROMISED)
_AFTER = {
    "booking.made": {""},
    "booking.moved": {""},
    "booking.reassigned": {
        *("booking.made", "booking.moved", "booking.reassigned", "booking.postponed"),
    },
    "booking.due": {"booking.made", "booking.moved", "booking.reassigned", "booking.postponed"},
    "booking.rung": {"booking.due", "booking.rung"},
    "booking.accepted": {"booking.due", "booking.rung"},
    "booking.postponed": {"booking.due", "booking.rung", "booking.accepted"},
    "booking.declined": {"booking.due", "booking.rung", "booking.accepted"},
    "booking.answered": {"booking.due", "booking.rung", "booking.accepted"},
    "booking.missed": {"booking.due", "booking.rung", "booking.accepted"},
    "booking.cancelled": {
        *("booking.made", "booking.moved", "booking.reassigned", "booking.postponed"),
        *("booking.due", "booking.rung", "booking.accepted", "booking.declined"),
    },
}
"""What may be told of one appointment, after what; written down from docs/operate/booking.md."""


@dataclass(slots=True, kw_only=True)
class Promises:
    """What was found; each list names what is wrong."""

    doubled: list[str] = field(default_factory=list)
    """Two appointments of one agent that run into each other."""
    greedy: list[str] = field(default_factory=list)
    """Two appointments of one application, or of one telephone number."""
    strayed: list[str] = field(default_factory=list)
    """Applications whose stage says something else than their appointment, and facts that cannot
    follow each other."""

    @property
    def is_kept(self) -> bool:
        """Whether nothing was found."""
        return not (self.doubled or self.greedy or self.strayed)


async def look(store: Store, *, now: datetime, length_min: int) -> Promises:
    """Everything that stands in the database at this moment."""
    a, t, e = schema.applications, schema.appointments, schema.events
    async with store.read() as tx:
        joined = sa.select(t, a.c.phone, a.c.stage).join(a, a.c.id == t.c.application_id)
        appointments = rows(await tx.connection.execute(joined))
        told = rows(await tx.connection.execute(sa.select(e).order_by(e.c.sequence)))
    return judge(appointments, told, now=now, length_min=length_min)


def judge(
    appointments: Sequence[Row], told: Sequence[Row], *, now: datetime, length_min: int
) -> Promises:
    """Rows with the stage and the number of their application, and every fact in its order."""
    taking = [one for one in appointments if _takes(one, now)]
    return Promises(
        doubled=list(_doubled(taking, timedelta(minutes=length_min))),
        greedy=list(_greedy(taking)),
        strayed=[*_stages(appointments), *_order(told)],
    )


def _takes(one: Row, now: datetime) -> bool:
    return one["state"] in _TAKING and (one["state"] != "held" or one["held_until"] > now)


def _doubled(taking: Iterable[Row], length: timedelta) -> Iterable[str]:
    """Who asked for some minutes while it rang stays with the agent, whatever comes next there."""
    on_time = [one for one in taking if not one["postponed"]]
    for one, other in combinations(on_time, 2):
        same = one["agent_id"] == other["agent_id"]
        if same and abs(one["at"] - other["at"]) < length:
            yield f"{one['id']} and {other['id']}"


def _greedy(taking: Iterable[Row]) -> Iterable[str]:
    promised = [one for one in taking if one["state"] in _PROMISED]
    for key in ("application_id", "phone"):
        counted = Counter(one[key] for one in promised)
        yield from (f"{key} {value}" for value, number in counted.items() if number > 1)


def _stages(appointments: Iterable[Row]) -> Iterable[str]:
    for one in appointments:
        fits = {"booked": {"booked"}, "due": {"waiting", "in_call"}}.get(one["state"])
        if fits is not None and one["stage"] not in fits:
            yield f"{one['id']} is {one['state']}, its application {one['stage']}"


def _order(told: Iterable[Row]) -> Iterable[str]:
    last: dict[Any, str] = {}
    for fact in told:
        name, id = fact["name"], fact["data"].get("appointment")
        if name not in _AFTER:
            continue
        if last.get(id, "") not in _AFTER[name]:
            yield f"{name} of {id} after {last.get(id, 'nothing')}"
        last[id] = name
