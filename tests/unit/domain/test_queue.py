"""Who is served next, whatever comes and goes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ekyc.domain import desk as desks
from ekyc.domain.desk import Desk, DeskState
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.queue import (
    BOOKED,
    COMES_BACK,
    FIRST_COME,
    TRANSITIONS,
    Ticket,
    TicketState,
    come_back,
    match,
    miss,
    move,
    place,
    see,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def a_ticket(seq: int = 1, state: TicketState = TicketState.WAITING) -> Ticket:
    return Ticket(
        id=f"t{seq}",
        seq=seq,
        application_id=f"a{seq}",
        state=state,
        priority=FIRST_COME,
        queued_at=NOW,
        seen_at=NOW,
        gone_at=None,
        attempt=0,
    )


def a_desk(staff_id: str, idle_s: float = 0) -> Desk:
    since = NOW - timedelta(seconds=idle_s)
    return Desk(staff_id=staff_id, state=DeskState.AVAILABLE, since=since, idle_since=since)


@pytest.mark.parametrize("start", TicketState)
@pytest.mark.parametrize("to", TicketState)
def test_a_ticket_moves_as_the_table_says_and_in_no_other_way(
    start: TicketState, to: TicketState
) -> None:
    if to in TRANSITIONS[start]:
        moved = move(a_ticket(state=start), to)
        assert moved.state is to
        assert moved.attempt == (1 if to is TicketState.MATCHED else 0)
        return
    with pytest.raises(NotAllowedNow):
        move(a_ticket(state=start), to)


def test_first_come_meets_longest_idle() -> None:
    tickets = [a_ticket(3), a_ticket(1), a_ticket(2)]
    idle = [a_desk("lan", 5), a_desk("minh", 60)]
    pairs = match(tickets, idle, batch=20)
    assert [(pair.ticket.seq, pair.desk.staff_id) for pair in pairs] == [(1, "minh"), (2, "lan")]
    assert len(match(tickets, idle, batch=1)) == 1


def test_whose_call_broke_off_comes_before_everybody_who_waits() -> None:
    served = a_ticket(9, TicketState.SERVED)
    back = come_back(served, here=True, now=NOW)
    assert (back.state, back.priority, back.seq) == (TicketState.WAITING, COMES_BACK, 9)
    assert sorted([a_ticket(1), back], key=place)[0] is back
    assert come_back(served, here=False, now=NOW).state is TicketState.PARKED


def test_a_closed_page_is_not_rung_for_and_a_busy_desk_does_not_ring() -> None:
    gone = miss(a_ticket(1), now=NOW)
    busy = replace(a_desk("lan"), state=DeskState.IN_CALL)
    (pair,) = match([gone, a_ticket(2)], [busy, a_desk("minh")], batch=20)
    assert (pair.ticket.seq, pair.desk.staff_id) == (2, "minh")
    assert see(gone, now=NOW).gone_at is None


def test_a_parked_customer_who_is_seen_takes_the_old_place() -> None:
    back = see(a_ticket(4, TicketState.PARKED), now=NOW)
    assert (back.state, back.seq) == (TicketState.WAITING, 4)


class Branch(RuleBasedStateMachine):
    """Customers and agents come, go, answer and fail to; the matcher takes its turns."""

    def __init__(self) -> None:
        super().__init__()
        self.tickets: dict[str, Ticket] = {}
        self.desks: dict[str, Desk] = {}
        self.ringing: dict[str, str] = {}
        self.now = NOW

    @rule()
    def a_customer_calls(self) -> None:
        ticket = a_ticket(len(self.tickets) + 1)
        self.tickets[ticket.id] = ticket

    @rule()
    def an_agent_sits_down(self) -> None:
        id = f"agent-{len(self.desks)}"
        self.desks[id] = replace(a_desk(id), since=self.now, idle_since=self.now)

    @rule(seconds=st.sampled_from([1, 16, 61, -30]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(batch=st.integers(1, 4))
    def the_matcher_takes_its_turn(self, batch: int) -> None:
        pairs = match(self.tickets.values(), self.desks.values(), batch=batch)
        here = [
            t for t in self.tickets.values() if t.state is TicketState.WAITING and not t.gone_at
        ]
        idle = [d for d in self.desks.values() if d.state is DeskState.AVAILABLE]
        assert len(pairs) == min(batch, len(here), len(idle))
        served = {pair.ticket.id for pair in pairs}
        left = [place(ticket) for ticket in here if ticket.id not in served]
        assert not left or all(place(pair.ticket) < min(left) for pair in pairs)
        for pair in pairs:
            assert pair.desk.staff_id not in self.ringing.values()
            self.tickets[pair.ticket.id] = move(pair.ticket, TicketState.MATCHED)
            self._desk(pair.desk.staff_id, DeskState.RINGING)
            self.ringing[pair.ticket.id] = pair.desk.staff_id

    def _desk(self, id: str, to: DeskState) -> None:
        self.desks[id] = desks.move(self.desks[id], to, now=self.now)

    @precondition(lambda self: self.ringing)
    @rule(data=st.data(), answer=st.sampled_from(["accept", "miss", "left"]))
    def a_ring_ends(self, data: st.DataObject, answer: str) -> None:
        ticket_id = data.draw(st.sampled_from(sorted(self.ringing)))
        ticket, agent = self.tickets[ticket_id], self.ringing.pop(ticket_id)
        after = {
            "accept": (TicketState.SERVED, DeskState.IN_CALL),
            "miss": (TicketState.WAITING, DeskState.AWAY),
            "left": (TicketState.LEFT, DeskState.AVAILABLE),
        }[answer]
        self.tickets[ticket_id] = move(ticket, after[0])
        self._desk(agent, after[1])

    @precondition(lambda self: any(d.state is DeskState.IN_CALL for d in self.desks.values()))
    @rule(data=st.data(), here=st.booleans())
    def a_call_breaks_off(self, data: st.DataObject, here: bool) -> None:
        talking = sorted(d.staff_id for d in self.desks.values() if d.state is DeskState.IN_CALL)
        served = sorted(t.id for t in self.tickets.values() if t.state is TicketState.SERVED)
        ticket_id = data.draw(st.sampled_from(served))
        self.tickets[ticket_id] = come_back(self.tickets[ticket_id], here=here, now=self.now)
        self._desk(data.draw(st.sampled_from(talking)), DeskState.AWAY)

    @precondition(lambda self: self.tickets)
    @rule(data=st.data(), comes=st.booleans())
    def a_page_opens_or_closes(self, data: st.DataObject, comes: bool) -> None:
        id = data.draw(st.sampled_from(sorted(self.tickets)))
        ticket = self.tickets[id]
        if comes and ticket.state in {TicketState.WAITING, TicketState.PARKED}:
            self.tickets[id] = see(ticket, now=self.now)
        elif not comes and ticket.state is TicketState.WAITING:
            self.tickets[id] = miss(ticket, now=self.now)

    @invariant()
    def nobody_rings_twice(self) -> None:
        ringing = [d.staff_id for d in self.desks.values() if d.state is DeskState.RINGING]
        matched = [t.id for t in self.tickets.values() if t.state is TicketState.MATCHED]
        assert sorted(ringing) == sorted(self.ringing.values())
        assert sorted(matched) == sorted(self.ringing)
        assert len(set(self.ringing.values())) == len(self.ringing)


Branch.TestCase.settings = settings(max_examples=25, stateful_step_count=30)
TestBranch = Branch.TestCase


def test_an_appointment_goes_before_walk_ins_and_rings_at_its_own_agents_desk() -> None:
    walk_in, booked = a_ticket(1), replace(a_ticket(2), priority=BOOKED)
    desks = [a_desk("lan", 60), a_desk("minh", 10)]
    pairs = match([walk_in, booked], desks, batch=5, promised={"a2": "minh"})
    assert [(p.ticket.application_id, p.desk.staff_id) for p in pairs] == [
        ("a2", "minh"),
        ("a1", "lan"),
    ]


def test_when_the_promised_agent_is_busy_another_takes_the_appointment() -> None:
    booked = replace(a_ticket(2), priority=BOOKED)
    pairs = match([booked], [a_desk("lan", 60)], batch=5, promised={"a2": "minh"})
    assert [p.desk.staff_id for p in pairs] == ["lan"]


def test_a_promised_agent_who_cannot_speak_with_the_customer_is_not_rung() -> None:
    booked, desks = replace(a_ticket(2), priority=BOOKED), [a_desk("minh", 60), a_desk("lan", 10)]

    def able(ticket: Ticket, desk: Desk) -> bool:
        return desk.staff_id == "lan"

    pairs = match([booked], desks, batch=5, promised={"a2": "minh"}, able=able)
    assert [p.desk.staff_id for p in pairs] == ["lan"]


def test_an_appointment_whose_call_broke_off_keeps_its_priority() -> None:
    served = replace(a_ticket(2, TicketState.SERVED), priority=BOOKED)
    assert come_back(served, here=True, now=NOW).priority == BOOKED
