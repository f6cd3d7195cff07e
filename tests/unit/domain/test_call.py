"""How a call rings, drops, resumes and ends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ekyc.domain.call import (
    BOTH,
    DESK_AFTER,
    TRANSITIONS,
    Call,
    CallState,
    EndReason,
    Limits,
    Party,
    accept,
    connect,
    deadline,
    drop,
    end,
    go_live,
    gone,
    is_complete,
    overdue,
    ring,
    seconds_left,
)
from ekyc.domain.errors import NotAllowedNow

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LIMITS = Limits(ring_s=15, rejoin_s=60, longest_s=1800)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def ringing() -> Call:
    return ring(id="c", application_id="a", ticket_id="t", agent_id="lan", attempt=1, now=NOW)


def answered() -> Call:
    return accept(ringing(), now=NOW)


def talking() -> Call:
    call = answered()
    for party in BOTH:
        call = connect(call, party)
    return go_live(call, now=NOW)


def in_state(state: CallState) -> Call:
    return {
        CallState.RINGING: ringing(),
        CallState.LIVE: talking(),
        CallState.DROPPED: drop(talking(), Party.CUSTOMER, now=NOW),
        CallState.ENDED: end(talking(), EndReason.AGENT_ENDED, now=NOW),
    }[state]


@pytest.mark.parametrize("state", CallState)
def test_only_a_ringing_call_is_answered(state: CallState) -> None:
    if state is CallState.RINGING:
        call = accept(in_state(state), now=after(3))
        assert (call.state, call.accepted_at) == (CallState.LIVE, after(3))
        assert gone(call) == set(BOTH)
        return
    with pytest.raises(NotAllowedNow):
        accept(in_state(state), now=NOW)


@pytest.mark.parametrize("state", CallState)
def test_a_call_ends_once_from_any_state(state: CallState) -> None:
    if CallState.ENDED in TRANSITIONS[state]:
        over = end(in_state(state), EndReason.TOO_LONG, now=after(9))
        assert (over.state, over.ended_at, over.end_reason) == (
            CallState.ENDED,
            after(9),
            EndReason.TOO_LONG,
        )
        return
    with pytest.raises(NotAllowedNow):
        end(in_state(state), EndReason.TOO_LONG, now=NOW)


@pytest.mark.parametrize("state", [CallState.RINGING, CallState.ENDED])
def test_a_call_that_is_not_answered_or_over_hears_nothing_from_its_room(
    state: CallState,
) -> None:
    call = in_state(state)
    for party in BOTH:
        assert connect(call, party) is call
        assert drop(call, party, now=after(1)) is call
    assert go_live(call, now=after(1)) is call


def test_a_call_is_complete_when_both_are_there() -> None:
    call = connect(answered(), Party.AGENT)
    assert gone(call) == {Party.CUSTOMER}
    assert connect(call, Party.AGENT) is call
    call = connect(call, Party.CUSTOMER)
    assert not is_complete(call)
    call = go_live(call, now=after(1))
    assert is_complete(call)
    assert go_live(call, now=after(2)) is call


def test_each_change_grows_the_version_by_one() -> None:
    call = answered()
    assert call.version == 2
    assert connect(call, Party.AGENT).version == 3
    assert drop(talking(), Party.AGENT, now=NOW).version == talking().version + 1
    assert end(call, EndReason.AGENT_ENDED, now=NOW).version == 3


def test_a_party_that_drops_before_both_were_there_leaves_the_call_live() -> None:
    call = drop(connect(answered(), Party.AGENT), Party.AGENT, now=after(5))
    assert (call.state, call.agent_gone_at) == (CallState.LIVE, after(5))


def test_a_dropped_call_resumes_when_the_last_one_is_back() -> None:
    call = drop(talking(), Party.CUSTOMER, now=after(1))
    call = drop(call, Party.AGENT, now=after(2))
    assert drop(call, Party.AGENT, now=after(3)) is call
    call = connect(call, Party.CUSTOMER)
    assert call.state is CallState.DROPPED
    call = connect(call, Party.AGENT)
    assert call.state is CallState.LIVE


@pytest.mark.parametrize(
    ("call", "left"),
    [
        (ringing(), 11),
        (answered(), 56),
        (talking(), None),
        (drop(talking(), Party.AGENT, now=NOW), 56),
        (in_state(CallState.ENDED), None),
    ],
)
def test_the_pages_count_down_what_runs_out(call: Call, left: int | None) -> None:
    assert seconds_left(call, LIMITS, now=after(4.5)) == left


def test_a_count_never_goes_below_nothing() -> None:
    assert seconds_left(ringing(), LIMITS, now=after(99)) == 0


@pytest.mark.parametrize(
    ("call", "at_s", "reason"),
    [
        (ringing(), 15, EndReason.NOT_ANSWERED),
        (answered(), 60, EndReason.LINE_DROPPED),
        (connect(answered(), Party.AGENT), 60, EndReason.CUSTOMER_DROPPED),
        (drop(talking(), Party.AGENT, now=NOW), 60, EndReason.AGENT_DROPPED),
        (drop(talking(), Party.CUSTOMER, now=NOW), 60, EndReason.CUSTOMER_DROPPED),
        (talking(), 1800, EndReason.TOO_LONG),
    ],
)
def test_a_call_ends_when_its_time_is_over_and_says_why(
    call: Call, at_s: float, reason: EndReason
) -> None:
    assert overdue(call, LIMITS, now=after(at_s - 0.1)) is None
    assert overdue(call, LIMITS, now=after(at_s)) is reason


def test_a_call_that_is_over_is_never_overdue() -> None:
    over = in_state(CallState.ENDED)
    assert overdue(over, LIMITS, now=after(99_999)) is None
    assert deadline(over, LIMITS) is None


def test_the_first_to_go_sets_the_deadline() -> None:
    call = drop(drop(talking(), Party.CUSTOMER, now=after(10)), Party.AGENT, now=after(30))
    assert deadline(call, LIMITS) == after(70)
    assert deadline(replace(call, customer_gone_at=None), LIMITS) == after(90)


def test_every_end_says_what_the_desk_does_next() -> None:
    assert set(DESK_AFTER) == set(EndReason)
