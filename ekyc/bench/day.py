"""`ekyc bench day`: a day of the bank in virtual time, and whether the promised waits were true.

Who is before whom, who serves whom, and what is promised are the product's own rules
(`domain/queue.py`, `domain/desk.py`, `domain/wait.py`); customers, agents and their times are
drawn. Nothing here runs in real time, and no database is asked: the transactions around the rules
are measured by `ekyc bench matching`.
"""

import heapq
import math
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from statistics import mean, median, quantiles
from typing import Any

from ekyc.domain import desk as desks
from ekyc.domain import queue as rules
from ekyc.domain import wait
from ekyc.domain.desk import Desk, DeskState
from ekyc.domain.queue import Ticket, TicketState
from ekyc.domain.wait import Line, Span

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Eight in the morning in Hanoi."""

HOURS = 10
_CALL_S, _CALL_SPREAD = 420.0, 0.5
_WRAP_S = 90.0
_ANSWER_S = (2.0, 8.0)
_PATIENCE_S, _PATIENCE_SPREAD = 900.0, 0.6
_WORK_S, _BREAK_S = 6000.0, 900.0
_DROPS, _MISSES, _VULNERABLE = 0.03, 0.02, 0.03
_AWAY_S = 120.0
_RING_S = 15.0
_RECENT = 50
"""Calls the time per customer is taken from, as the server does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is simulated."""

    shape: str
    agents: int = 40
    customers: int = 2000
    seed: int = 1


@dataclass(slots=True, kw_only=True)
class Visit:
    """One customer's day."""

    at_s: float
    line: Line
    span: Span | None
    came_s: float | None = None
    left_s: float | None = None
    """Gave up after so long."""

    @property
    def is_true(self) -> bool | None:
        """Whether it came within what was promised; None where nobody can say."""
        if self.span is None:
            return None
        if self.came_s is not None:
            return self.span.holds(self.came_s)
        gone_s = self.left_s or 0.0
        return False if gone_s > self.span.high_s else None


def _flat(draw: random.Random) -> float:
    return draw.uniform(0, HOURS)


def _peaks(draw: random.Random) -> float:
    """Two thirds around ten and three, as offices have it."""
    if draw.random() < 1 / 3:
        return draw.uniform(0, HOURS)
    while not 0 <= (at := draw.gauss(2.0 if draw.random() < 0.55 else 7.0, 0.9)) < HOURS:
        pass
    return at


def _burst(draw: random.Random) -> float:
    """A message to many customers goes out at eleven: a fifth of the day calls within an hour."""
    if draw.random() < 0.8:
        return draw.uniform(0, HOURS)
    return 3 + min(1.0, draw.expovariate(3.0))


SHAPES: dict[str, Callable[[random.Random], float]] = {
    "flat": _flat,
    "peaks": _peaks,
    "burst": _burst,
}
"""When a customer comes, hours after opening."""


@dataclass(slots=True)
class _Day:
    options: Options
    draw: random.Random
    tickets: dict[str, Ticket] = field(default_factory=dict)
    """Those who wait, ring or talk."""
    desks: dict[str, Desk] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    scores: list[float] = field(default_factory=list)
    recent: "deque[float]" = field(default_factory=lambda: deque([_CALL_S + _WRAP_S], _RECENT))
    busy_s: float = 0.0
    at_work_s: float = 0.0
    lengths: list[tuple[float, int]] = field(default_factory=list)
    _due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)
    _breaks: dict[str, float] = field(default_factory=dict)
    now_s: float = 0.0

    def at(self, at_s: float, act: Callable[[], None]) -> None:
        """Do it then."""
        heapq.heappush(self._due, (at_s, next(self._order), act))

    def run(self) -> None:
        """From the first agent to the last customer."""
        for number in range(self.options.agents):
            self._sits_down(f"agent-{number:03d}")
        come = sorted(
            SHAPES[self.options.shape](self.draw) * 3600 for _ in range(self.options.customers)
        )
        for number, at_s in enumerate(come):
            self.at(at_s, lambda n=number: self._calls(n))  # type: ignore[misc]
        while self._due:
            at_s, _, act = heapq.heappop(self._due)
            self._pass(at_s)
            act()
            self._match()
            self.lengths.append((at_s, len(self._waiting())))

    def _pass(self, at_s: float) -> None:
        span = at_s - self.now_s
        working = [desk for desk in self.desks.values() if desk.state in _AT_WORK]
        self.at_work_s += span * len(working)
        self.busy_s += span * sum(desk.state is not DeskState.AVAILABLE for desk in working)
        self.now_s = at_s

    def _now(self) -> datetime:
        return START + timedelta(seconds=self.now_s)

    def _sits_down(self, id: str) -> None:
        self.desks[id] = Desk(staff_id=id, since=START, devices_at=START)
        self._breaks[id] = self.draw.uniform(0.3, 1) * _WORK_S
        self._to(id, DeskState.AVAILABLE)

    def _to(self, id: str, state: DeskState) -> None:
        self.desks[id] = desks.move(self.desks[id], state, now=self._now())

    def _waiting(self) -> list[Ticket]:
        return [one for one in self.tickets.values() if one.state is TicketState.WAITING]

    def _calls(self, number: int) -> None:
        id, now = f"customer-{number:05d}", self._now()
        first = rules.VULNERABLE if self.draw.random() < _VULNERABLE else rules.FIRST_COME
        ticket = Ticket(
            id=id,
            seq=number + 1,
            application_id=id,
            state=TicketState.WAITING,
            priority=first,
            queued_at=now,
            seen_at=now,
            gone_at=None,
            attempt=0,
        )
        line = self._line(ticket)
        span = wait.forecast(line, wait.calibrated(self.scores))
        self.visits[id] = Visit(at_s=self.now_s, line=line, span=span)
        self.tickets[id] = ticket
        patience_s = self.draw.lognormvariate(math.log(_PATIENCE_S), _PATIENCE_SPREAD)
        self.at(self.now_s + patience_s, lambda: self._gives_up(id))

    def _line(self, ticket: Ticket) -> Line:
        before = [one for one in self._waiting() if rules.place(one) < rules.place(ticket)]
        states = [desk.state for desk in self.desks.values()]
        return Line(
            ahead=len(before),
            agents=sum(state in _AT_WORK for state in states),
            idle=states.count(DeskState.AVAILABLE),
            each_s=mean(self.recent),
        )

    def _gives_up(self, id: str) -> None:
        ticket = self.tickets.get(id)
        if ticket is not None and ticket.state is TicketState.WAITING:
            self.visits[id].left_s = self.now_s - self.visits[id].at_s
            del self.tickets[id]

    def _match(self) -> None:
        pairs = rules.match(self._waiting(), self.desks.values(), batch=20)
        for pair in pairs:
            self.tickets[pair.ticket.id] = rules.move(pair.ticket, TicketState.MATCHED)
            self._to(pair.desk.staff_id, DeskState.RINGING)
            self._rings(pair.ticket.id, pair.desk.staff_id)

    def _rings(self, id: str, agent: str) -> None:
        rang_s = self.now_s
        if self.draw.random() < _MISSES:
            self.at(rang_s + _RING_S, lambda: self._missed(id, agent))
        else:
            at_s = rang_s + self.draw.uniform(*_ANSWER_S)
            self.at(at_s, lambda: self._answers(id, agent, rang_s))

    def _missed(self, id: str, agent: str) -> None:
        self.tickets[id] = rules.move(self.tickets[id], TicketState.WAITING)
        self._to(agent, DeskState.AWAY)
        self.at(self.now_s + _AWAY_S, lambda: self._to(agent, DeskState.AVAILABLE))

    def _answers(self, id: str, agent: str, rang_s: float) -> None:
        self.tickets[id] = rules.move(self.tickets[id], TicketState.SERVED)
        self._to(agent, DeskState.IN_CALL)
        visit = self.visits[id]
        if visit.came_s is None:
            visit.came_s = self.now_s - visit.at_s
            score = wait.score(visit.line, visit.came_s)
            self.scores += [] if score is None else [score]
        lasts_s = self.draw.lognormvariate(math.log(_CALL_S) - _CALL_SPREAD**2 / 2, _CALL_SPREAD)
        self.at(self.now_s + lasts_s, lambda: self._ends(id, agent, rang_s))

    def _ends(self, id: str, agent: str, rang_s: float) -> None:
        if self.draw.random() < _DROPS:
            self.tickets[id] = rules.come_back(self.tickets[id], here=True, now=self._now())
        else:
            del self.tickets[id]
        self._to(agent, DeskState.WRAP_UP)
        lasts_s = self.draw.uniform(0.5, 1.5) * _WRAP_S
        self.at(self.now_s + lasts_s, lambda: self._wrapped_up(agent, rang_s))

    def _wrapped_up(self, agent: str, rang_s: float) -> None:
        self.recent.append(self.now_s - rang_s)
        if self.now_s < self._breaks[agent]:
            self._to(agent, DeskState.AVAILABLE)
            return
        self._to(agent, DeskState.BREAK)
        self._breaks[agent] = self.now_s + _BREAK_S + _WORK_S
        self.at(self.now_s + _BREAK_S, lambda: self._to(agent, DeskState.AVAILABLE))


_AT_WORK = frozenset({DeskState.AVAILABLE, DeskState.RINGING, DeskState.IN_CALL, DeskState.WRAP_UP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What came of a day."""

    shape: str
    wait_p50_s: float
    wait_p90_s: float
    abandoned: float
    """Share of the customers who gave up."""
    occupancy: float
    """Share of the agents' time at work with a customer, wrap-up included."""
    true_share: float
    """Of the customers of whom it can be said, those who were served within what was promised."""
    judged: int
    width_p50_s: float
    """Of the ranges, from low to high."""
    longest: int
    visits: Sequence[Visit]
    lengths: Sequence[tuple[float, int]]

    def to_json(self) -> dict[str, Any]:
        """Without the visits."""
        names = [name for name in self.__slots__ if name not in {"visits", "lengths"}]
        return {name: getattr(self, name) for name in names}


def simulate(options: Options) -> Figures:
    """One day, the same for the same seed."""
    day = _Day(options, random.Random(f"{options.shape} {options.seed}"))
    day.run()
    visits = list(day.visits.values())
    waits = [visit.came_s for visit in visits if visit.came_s is not None]
    judged = [visit.is_true for visit in visits if visit.is_true is not None]
    widths = [visit.span.high_s - visit.span.low_s for visit in visits if visit.span]
    cuts = quantiles(waits, n=10)
    return Figures(
        shape=options.shape,
        wait_p50_s=round(median(waits), 1),
        wait_p90_s=round(cuts[-1], 1),
        abandoned=round(sum(visit.left_s is not None for visit in visits) / len(visits), 4),
        occupancy=round(day.busy_s / day.at_work_s, 4),
        true_share=round(sum(judged) / len(judged), 4),
        judged=len(judged),
        width_p50_s=median(widths),
        longest=max(length for _, length in day.lengths),
        visits=visits,
        lengths=day.lengths,
    )


def several(options: Options, runs: int) -> list[Figures]:
    """As many days, each of another seed."""
    return [simulate(replace(options, seed=options.seed + n)) for n in range(runs)]


def table(days: Sequence[Figures]) -> list[str]:
    """A line for each shape: medians over its days."""
    lines = ["shape    wait P50   P90      gave up   occupancy   range true (least)   width P50"]
    for shape in dict.fromkeys(day.shape for day in days):
        own = [day for day in days if day.shape == shape]
        true = sorted(day.true_share for day in own)
        lines.append(
            f"{shape:<8} {median(d.wait_p50_s for d in own):6.0f} s "
            f"{median(d.wait_p90_s for d in own):6.0f} s "
            f"{median(d.abandoned for d in own):8.1%} {median(d.occupancy for d in own):11.1%} "
            f"{median(true):12.1%} ({true[0]:.1%}) {median(d.width_p50_s for d in own):8.0f} s"
        )
    return lines
