"""Who hears whom in a call of more than two, and what a guest may become."""

from dataclasses import replace

import pytest

from ekyc.domain.call import BOTH, Party
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.guest import (
    MODES,
    TRANSITIONS,
    Guest,
    GuestState,
    Mode,
    SeatTaken,
    check,
    is_held,
    may_know,
    move,
    pair_of,
    seating,
    switch,
)
from tests.fakes import START

CUSTOMER, AGENT = Party.CUSTOMER, Party.AGENT
INTERPRETER, COLLEAGUE, SUPERVISOR = Party.INTERPRETER, Party.COLLEAGUE, Party.SUPERVISOR


def a_guest(kind: Party, mode: Mode = Mode.JOIN, state: GuestState = GuestState.IN) -> Guest:
    return Guest(
        id=kind.value,
        call_id="call",
        application_id="first",
        kind=kind,
        mode=mode,
        state=state,
        version=1,
        staff_id=None,
        token=None,
        asked_by="lan",
        note="",
        asked_at=START,
    )


def heard_by(ear: Party, *guests: Guest) -> set[str]:
    return set(seating(guests).hears[ear.value]) - {""}


def test_two_people_hear_each_other_and_are_recorded() -> None:
    alone = seating([])
    assert heard_by(CUSTOMER) == {"agent"}
    assert heard_by(AGENT) == {"customer"}
    assert (alone.parties, alone.recorded) == ([], ["customer", "agent"])


def test_an_interpreter_is_heard_by_all_and_recorded_beside_them() -> None:
    guest = a_guest(INTERPRETER)
    assert heard_by(CUSTOMER, guest) == {"agent", "interpreter"}
    assert heard_by(AGENT, guest) == {"customer", "interpreter"}
    assert heard_by(INTERPRETER, guest) == {"customer", "agent"}
    assert seating([guest]).recorded == ["customer", "agent", "interpreter"]


def test_a_customer_on_hold_hears_nobody_while_the_agent_asks_a_colleague() -> None:
    guest = a_guest(COLLEAGUE, Mode.CONSULT)
    assert is_held([guest])
    assert heard_by(CUSTOMER, guest) == set()
    assert heard_by(AGENT, guest) == {"customer", "colleague"}
    assert heard_by(COLLEAGUE, guest) == {"customer", "agent"}
    assert seating([guest]).recorded == ["customer", "agent"]
    assert not is_held([a_guest(COLLEAGUE)])


@pytest.mark.parametrize(
    ("mode", "to_customer", "to_agent"),
    [(Mode.LISTEN, False, False), (Mode.WHISPER, False, True), (Mode.JOIN, True, True)],
)
def test_a_supervisor_is_heard_by_those_only_the_mode_names(
    mode: Mode, to_customer: bool, to_agent: bool
) -> None:
    supervisor = a_guest(SUPERVISOR, mode)
    others = [a_guest(INTERPRETER), supervisor]
    assert ("supervisor" in heard_by(CUSTOMER, *others)) is to_customer
    assert ("supervisor" in heard_by(AGENT, *others)) is to_agent
    assert ("supervisor" in heard_by(INTERPRETER, *others)) is to_customer
    assert heard_by(SUPERVISOR, *others) == {"customer", "agent", "interpreter"}
    assert ("supervisor" in seating(others).recorded) is to_customer
    assert may_know(CUSTOMER, supervisor) is to_customer
    assert may_know(AGENT, supervisor) is to_agent
    assert may_know(INTERPRETER, supervisor) is to_customer
    assert may_know(COLLEAGUE, supervisor) is to_customer
    assert may_know(SUPERVISOR, supervisor)


def test_each_voice_keeps_its_receive_pair_whoever_comes_and_goes() -> None:
    full = seating([a_guest(INTERPRETER), a_guest(SUPERVISOR)])
    for ear in (CUSTOMER, AGENT, INTERPRETER, SUPERVISOR):
        for pair, voice in enumerate(full.hears[ear.value]):
            assert pair_of(Party(voice), ear) == pair
    for ear in BOTH:
        assert full.hears[ear.value][0] == next(one.value for one in BOTH if one is not ear)
    alone = seating([a_guest(SUPERVISOR)])
    assert alone.hears["customer"] == ["agent", "", "supervisor"]


@pytest.mark.parametrize("state", set(GuestState) - {GuestState.IN})
def test_who_is_not_in_hears_nobody_and_is_heard_by_nobody(state: GuestState) -> None:
    asked = a_guest(SUPERVISOR, state=state)
    assert seating([asked]) == seating([])


def test_a_call_has_one_seat_for_an_interpreter_or_a_colleague_and_one_for_a_supervisor() -> None:
    for first in (INTERPRETER, COLLEAGUE):
        for second in (INTERPRETER, COLLEAGUE):
            with pytest.raises(SeatTaken):
                check(second, Mode.JOIN, open=[a_guest(first, state=GuestState.ASKED)])
        check(SUPERVISOR, Mode.LISTEN, open=[a_guest(first)])
    with pytest.raises(SeatTaken):
        check(SUPERVISOR, Mode.JOIN, open=[a_guest(SUPERVISOR)])


@pytest.mark.parametrize("kind", MODES)
@pytest.mark.parametrize("mode", Mode)
def test_each_kind_of_guest_has_its_modes_and_no_other(kind: Party, mode: Mode) -> None:
    if mode in MODES[kind]:
        check(kind, mode, open=[])
    else:
        with pytest.raises(NotAllowedNow):
            check(kind, mode, open=[])
    if mode in MODES[kind] - {Mode.TRANSFER}:
        assert switch(a_guest(kind), mode).mode is mode
    else:
        with pytest.raises(NotAllowedNow):
            switch(a_guest(kind), mode)


@pytest.mark.parametrize("state", GuestState)
@pytest.mark.parametrize("to", GuestState)
def test_a_guest_goes_where_the_table_says_and_nowhere_else(
    state: GuestState, to: GuestState
) -> None:
    guest = a_guest(COLLEAGUE, state=state)
    if to in TRANSITIONS[state]:
        moved = move(guest, to, now=START)
        assert (moved.state, moved.version) == (to, 2)
        assert (moved.in_at == START) is (to is GuestState.IN)
    else:
        with pytest.raises(NotAllowedNow):
            move(replace(guest, state=state), to, now=START)
