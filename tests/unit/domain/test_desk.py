"""What an agent's desk may do next."""

from datetime import UTC, datetime, timedelta

import pytest

from ekyc.domain.desk import (
    CHOICES,
    TRANSITIONS,
    Desk,
    DeskState,
    choose,
    move,
    note_devices,
    wrap_up_until,
)
from ekyc.domain.errors import (
    ContactMissing,
    DecisionMissing,
    DevicesNotReady,
    NotAllowedNow,
    WrapUpShort,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LATER = NOW + timedelta(seconds=10)


def a_desk(state: DeskState) -> Desk:
    return Desk(staff_id="lan", state=state, since=NOW, idle_since=NOW, version=3, devices_at=NOW)


@pytest.mark.parametrize("start", DeskState)
@pytest.mark.parametrize("to", DeskState)
def test_a_desk_moves_as_the_table_says_and_in_no_other_way(
    start: DeskState, to: DeskState
) -> None:
    if to in TRANSITIONS[start]:
        moved = move(a_desk(start), to, now=LATER)
        assert (moved.state, moved.since, moved.version) == (to, LATER, 4)
        return
    with pytest.raises(NotAllowedNow):
        move(a_desk(start), to, now=LATER)


def picks(desk: Desk, to: DeskState, *, owes: bool = False) -> Desk:
    return choose(desk, to, undecided=False, owes=owes, wrap_up_s=10, now=LATER)


@pytest.mark.parametrize("start", DeskState)
@pytest.mark.parametrize("to", DeskState)
def test_an_agent_picks_work_or_rest_but_never_a_ring_or_a_call(
    start: DeskState, to: DeskState
) -> None:
    allowed = to in CHOICES and start not in {DeskState.RINGING, DeskState.IN_CALL, to}
    if allowed:
        assert (
            choose(a_desk(start), to, undecided=False, owes=False, wrap_up_s=10, now=LATER).state
            is to
        )
        return
    with pytest.raises(NotAllowedNow):
        choose(a_desk(start), to, undecided=False, owes=False, wrap_up_s=10, now=LATER)


def test_a_ring_the_customer_took_back_does_not_cost_the_agents_place() -> None:
    ringing = move(a_desk(DeskState.AVAILABLE), DeskState.RINGING, now=LATER)
    back = move(ringing, DeskState.AVAILABLE, now=LATER)
    assert back.idle_since == NOW
    rested = move(a_desk(DeskState.BREAK), DeskState.AVAILABLE, now=LATER)
    assert rested.idle_since == LATER


def test_an_undecided_application_keeps_the_agent_in_the_wrap_up() -> None:
    desk = a_desk(DeskState.WRAP_UP)
    assert wrap_up_until(desk, wrap_up_s=10) == LATER
    with pytest.raises(DecisionMissing):
        choose(desk, DeskState.BREAK, undecided=True, owes=False, wrap_up_s=10, now=LATER)


def test_an_entry_that_is_owed_keeps_the_agent_in_the_wrap_up_and_from_every_next_call() -> None:
    away, offline, resting = (
        a_desk(state) for state in (DeskState.AWAY, DeskState.OFFLINE, DeskState.BREAK)
    )
    for to in CHOICES:
        with pytest.raises(ContactMissing):
            picks(a_desk(DeskState.WRAP_UP), to, owes=True)
    for desk in (away, offline, resting):
        with pytest.raises(ContactMissing):
            picks(desk, DeskState.AVAILABLE, owes=True)
    assert picks(away, DeskState.BREAK, owes=True).state is DeskState.BREAK


def test_a_breath_between_two_calls_is_ten_seconds_long() -> None:
    desk, early = a_desk(DeskState.WRAP_UP), NOW + timedelta(seconds=9.5)
    with pytest.raises(WrapUpShort) as refused:
        choose(desk, DeskState.AVAILABLE, undecided=False, owes=False, wrap_up_s=10, now=early)
    assert refused.value.values == {"seconds": 1}
    rest = choose(desk, DeskState.BREAK, undecided=False, owes=False, wrap_up_s=10, now=early)
    assert rest.state is DeskState.BREAK


def test_going_offline_forgets_the_device_test() -> None:
    home = move(a_desk(DeskState.AVAILABLE), DeskState.OFFLINE, now=LATER)
    assert home.devices_at is None
    with pytest.raises(DevicesNotReady):
        choose(home, DeskState.AVAILABLE, undecided=False, owes=False, wrap_up_s=10, now=LATER)


@pytest.mark.parametrize(("camera", "microphone"), [(True, False), (False, True)])
def test_a_failed_device_test_takes_an_earlier_success_back(camera: bool, microphone: bool) -> None:
    desk = a_desk(DeskState.BREAK)
    failed = note_devices(desk, camera=camera, microphone=microphone, now=LATER)
    assert failed.devices_at is None
    assert note_devices(failed, camera=True, microphone=True, now=LATER).devices_at == LATER
