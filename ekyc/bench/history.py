"""What happened in the queue, read back fact by fact and held against a sequential model.

Facts are numbered without gaps in the order in which their transactions stood, so the order that a
search for a linearization would have to find is given: the model takes the facts one by one, and
whatever it could not have done itself is a finding. What was seen from outside (when somebody asked
and was answered) is held against the same order: who was answered before another asked comes first.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ekyc.domain.call import BROKEN_OFF, EndReason
from ekyc.domain.queue import COMES_BACK

Fact = Mapping[str, Any]
"""A row of `events`."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the model could not have done, and at which fact."""

    sequence: int
    what: str


@dataclass(slots=True)
class _Ticket:
    application: str
    number: int
    priority: int
    line: tuple[str, str]
    """Group and language."""
    attempt: int = 0
    state: str = "waiting"
    recalls: int = 0
    """Since the customer is away."""
    until: datetime | None = None
    """By when the customer is to come after the last of these."""

    @property
    def place(self) -> tuple[int, int]:
        return (-self.priority, self.number)


@dataclass(slots=True)
class _Call:
    ticket: str
    agent: str
    rang_at: datetime
    answered: bool = False


@dataclass(slots=True)
class Model:
    """The queue as one customer after the other would see it."""

    ring_s: float = 0.0
    """A ring that is not answered lasts so long; 0: not looked at."""
    findings: list[Finding] = field(default_factory=list)
    matches: int = 0
    _last: int = 0
    _tickets: dict[str, _Ticket] = field(default_factory=dict)
    _open: dict[str, str] = field(default_factory=dict)
    """The open ticket of each application."""
    _calls: dict[str, _Call] = field(default_factory=dict)
    """Those that are not over."""
    _stages: dict[str, str] = field(default_factory=dict)
    _highest: int = 0

    def take(self, fact: Fact) -> None:
        """One more fact."""
        sequence = int(fact["sequence"])
        if sequence != self._last + 1:
            self._find(sequence, f"facts {self._last + 1} to {sequence - 1} are missing")
        self._last = sequence
        act = _ACTS.get(fact["name"])
        if act is not None:
            act(self, fact)

    def waiting(self) -> Mapping[str, int]:
        """Who waits, by application: the number."""
        return {t.application: t.number for t in self._tickets.values() if t.state == "waiting"}

    def states(self) -> Mapping[str, str]:
        """Every ticket's state, by its id."""
        return {id: ticket.state for id, ticket in self._tickets.items()}

    def calls(self) -> frozenset[str]:
        """The calls that are not over."""
        return frozenset(self._calls)

    def _find(self, sequence: int, what: str) -> None:
        self.findings.append(Finding(sequence, what))

    def _queued(self, fact: Fact) -> None:
        data, application = fact["data"], fact["application_id"]
        if application in self._open:
            self._find(fact["sequence"], "a second open ticket of one customer")
        if data["number"] <= self._highest:
            self._find(fact["sequence"], "a number that was given before")
        self._highest = max(self._highest, data["number"])
        self._begin(fact)

    def _begin(self, fact: Fact) -> _Ticket:
        data = fact["data"]
        ticket = _Ticket(
            application=fact["application_id"],
            number=data["number"],
            priority=data["priority"],
            line=(data["group"], data["language"]),
            attempt=data["attempt"],
        )
        self._tickets[data["ticket"]] = ticket
        self._open[fact["application_id"]] = data["ticket"]
        return ticket

    def _move(self, fact: Fact, before: Iterable[str], after: str) -> None:
        ticket = self._tickets.get(fact["data"]["ticket"])
        if ticket is None:  # an appointment's begins parked, with a fact of its own
            ticket = self._begin(fact)
            ticket.state = "parked"
        if ticket.state not in before:
            self._find(fact["sequence"], f"{fact['name']} of a ticket that is {ticket.state}")
        ticket.state = after
        ticket.priority = max(ticket.priority, fact["data"]["priority"])

    def _parked(self, fact: Fact) -> None:
        self._move(fact, ("waiting",), "parked")

    def _returned(self, fact: Fact) -> None:
        self._move(fact, ("parked",), "waiting")
        ticket = self._tickets[fact["data"]["ticket"]]
        ticket.recalls, ticket.until = 0, None

    def _recalled(self, fact: Fact) -> None:
        """Who is away is told in the order of the line, not before the last telling is over."""
        data = fact["data"]
        ticket = self._tickets.get(data["ticket"])
        if ticket is None or ticket.state != "parked":
            stands = ticket.state if ticket else "unknown"
            self._find(fact["sequence"], f"recalled a ticket that is {stands}")
            return
        if data["nth"] != ticket.recalls + 1:
            self._find(fact["sequence"], "a recall that is not the next")
        self._waited(fact, ticket, "a recall that came too soon")
        passed = set(data["passed"])
        for other in self._tickets.values():
            away = other.line == ticket.line and other.state == "parked" and not other.recalls
            if away and other.place < ticket.place and other.number not in passed:
                what = f"recalled number {ticket.number} before number {other.number}"
                self._find(fact["sequence"], what)
        ticket.recalls, ticket.until = data["nth"], datetime.fromisoformat(data["until"])

    def _lapsed(self, fact: Fact) -> None:
        """The place is given up; the fact that it is left comes with it."""
        ticket = self._tickets.get(fact["data"]["ticket"])
        if ticket is None or ticket.state != "parked" or not ticket.recalls:
            self._find(fact["sequence"], "gave up the place of somebody who was not recalled")
            return
        self._waited(fact, ticket, "gave up a place too soon")

    def _waited(self, fact: Fact, ticket: _Ticket, what: str) -> None:
        if ticket.until is not None and fact["at"] < ticket.until:
            self._find(fact["sequence"], what)

    def _rerouted(self, fact: Fact) -> None:
        ticket = self._tickets.get(fact["data"]["ticket"])
        if ticket is not None:
            ticket.line = (fact["data"]["group"], fact["data"]["language"])

    def _prioritised(self, fact: Fact) -> None:
        ticket = self._tickets.get(self._open.get(fact["application_id"], ""))
        if ticket is not None and "priority" in fact["data"]:
            ticket.priority = fact["data"]["priority"]

    def _left(self, fact: Fact) -> None:
        if "ticket" in fact["data"]:
            self._move(fact, ("waiting", "parked"), "left")
        else:
            self._over(fact, "left")
        self._open.pop(fact["application_id"], None)

    def _matched(self, fact: Fact) -> None:
        data = fact["data"]
        ticket = self._tickets.get(data["ticket"])
        if ticket is None or ticket.state != "waiting":
            stands = ticket.state if ticket else "unknown"
            self._find(fact["sequence"], f"matched a ticket that is {stands}")
            return
        if data["attempt"] != ticket.attempt + 1:
            self._find(fact["sequence"], "an attempt that is not the next")
        self._in_order(fact["sequence"], ticket, set(data["passed"]))
        ticket.state, ticket.attempt = "matched", data["attempt"]
        self.matches += 1

    def _in_order(self, sequence: int, ticket: _Ticket, passed: set[int]) -> None:
        """Nobody of the same line and priority waits who came before, but who was not there."""
        for other in self._tickets.values():
            same = other.line == ticket.line and other.state == "waiting"
            if same and other.place < ticket.place and other.number not in passed:
                self._find(sequence, f"number {ticket.number} before number {other.number}")

    def _rang(self, fact: Fact) -> None:
        data = fact["data"]
        busy = {call.agent for call in self._calls.values()}
        if data["agent"] in busy:
            self._find(fact["sequence"], "a second call at one desk")
        ticket_id = self._open.get(fact["application_id"], "")
        ticket = self._tickets.get(ticket_id)
        if ticket is None or ticket.state != "matched":
            self._find(fact["sequence"], "a ring for nobody")
        if any(call.ticket == ticket_id for call in self._calls.values()):
            self._find(fact["sequence"], "a second call for one customer")
        self._calls[data["call"]] = _Call(ticket_id, data["agent"], fact["at"])

    def _ring_ended(self, fact: Fact) -> None:
        call = self._over(fact, "waiting")
        if call is None or fact["name"] != "desk.missed" or not self.ring_s:
            return
        if (fact["at"] - call.rang_at).total_seconds() < self.ring_s:
            self._find(fact["sequence"], "a ring that was too short")

    def _over(self, fact: Fact, after: str) -> _Call | None:
        """A ring ends; the ticket goes on as `after` says."""
        call = self._calls.pop(fact["data"]["call"], None)
        if call is None or call.answered:
            self._find(fact["sequence"], f"{fact['name']} of a call that does not ring")
            return None
        self._tickets[call.ticket].state = after
        return call

    def _started(self, fact: Fact) -> None:
        call = self._calls.get(fact["data"]["call"])
        if call is None or call.answered:
            self._find(fact["sequence"], "answered a call that does not ring")
            return
        call.answered = True
        self._tickets[call.ticket].state = "served"
        self._open.pop(fact["application_id"], None)

    def _transferred(self, fact: Fact) -> None:
        call, to = self._calls.get(fact["data"]["call"]), fact["data"]["to"]
        if call is None or not call.answered or call.agent != fact["data"]["from"]:
            self._find(fact["sequence"], "a call given away by whoever did not have it")
            return
        if to in {other.agent for other in self._calls.values()}:
            self._find(fact["sequence"], "a second call at one desk")
        call.agent = to

    def _ended(self, fact: Fact) -> None:
        call = self._calls.pop(fact["data"]["call"], None)
        if call is None or not call.answered:
            self._find(fact["sequence"], "ended a call that was not answered, or twice")
            return
        reason = EndReason(fact["data"]["reason"])
        if reason in BROKEN_OFF and self._stages.get(fact["application_id"]) == "waiting":
            ticket = self._tickets[call.ticket]
            ticket.state = "waiting" if reason is EndReason.AGENT_DROPPED else "parked"
            ticket.priority = max(ticket.priority, COMES_BACK)
            self._open[fact["application_id"]] = call.ticket

    def _moved(self, fact: Fact) -> None:
        self._stages[fact["application_id"]] = fact["data"]["stage"]


_ACTS: Mapping[str, Callable[[Model, Fact], None]] = {
    "application.moved": Model._moved,
    "ticket.queued": Model._queued,
    "ticket.parked": Model._parked,
    "ticket.returned": Model._returned,
    "ticket.rerouted": Model._rerouted,
    "recall.made": Model._recalled,
    "recall.lapsed": Model._lapsed,
    "ticket.left": Model._left,
    "ticket.matched": Model._matched,
    "priority.given": Model._prioritised,
    "priority.taken": Model._prioritised,
    "desk.rang": Model._rang,
    "desk.missed": Model._ring_ended,
    "desk.declined": Model._ring_ended,
    "call.started": Model._started,
    "call.transferred": Model._transferred,
    "call.ended": Model._ended,
}


def replay(facts: Iterable[Fact], *, ring_s: float = 0.0) -> Model:
    """The model after all facts, with what it found."""
    model = Model(ring_s=ring_s)
    for fact in facts:
        model.take(fact)
    return model


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something asked from outside, told by one fact if it was done.

    Instants are of one clock that never jumps, in seconds.
    """

    fact: str
    key: str
    """Of the fact: its call, or else its application."""
    asked_s: float
    answered_s: float | None
    """None: no answer came; done or not, nobody knows."""
    done: bool | None
    """What the answer said."""


def real_time(operations: Sequence[Operation], facts: Iterable[Fact]) -> list[Finding]:
    """What contradicts the answers, or the order in which they came."""
    told: dict[tuple[str, str], list[int]] = defaultdict(list)
    for fact in facts:
        key = fact["data"].get("call", fact["application_id"])
        told[fact["name"], key].append(fact["sequence"])
    findings: list[Finding] = []
    placed: list[tuple[Operation, int]] = []
    for (name, key), own in _by_key(operations).items():
        found, done = told[name, key], [one for one in own if one.done]
        unknown = sum(one.done is None for one in own)
        if not len(done) <= len(found) <= len(done) + unknown:
            findings.append(Finding(0, f"{name}: answered {len(done)} times, told {len(found)}"))
        elif not unknown:
            placed += zip(done, found, strict=True)
    return findings + _in_time(placed)


def _by_key(operations: Sequence[Operation]) -> dict[tuple[str, str], list[Operation]]:
    grouped: dict[tuple[str, str], list[Operation]] = defaultdict(list)
    for one in sorted(operations, key=lambda one: one.asked_s):
        grouped[one.fact, one.key].append(one)
    return grouped


def _in_time(placed: Sequence[tuple[Operation, int]]) -> list[Finding]:
    """Walking back from the last fact: nobody further on was answered before this one asked."""
    findings = []
    soonest = float("inf")
    for operation, sequence in sorted(placed, key=lambda pair: -pair[1]):
        if soonest < operation.asked_s:
            findings.append(Finding(sequence, f"{operation.fact} stands before what was answered"))
        if operation.answered_s is not None:
            soonest = min(soonest, operation.answered_s)
    return findings
