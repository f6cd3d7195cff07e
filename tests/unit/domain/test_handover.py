"""The way to the telephone: once, within minutes, for what is still to be done."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ekyc.domain.application import Stage
from ekyc.domain.errors import HandoverBudget, HandoverExpired, HandoverUsed, NotAllowedNow
from ekyc.domain.handover import (
    Device,
    Handover,
    HandoverState,
    Limits,
    Purpose,
    end,
    purpose_at,
    require_room,
    take,
)
from tests.fakes import START

LIFE = timedelta(minutes=10)
OFFERED = Handover(
    id="one",
    application_id="first",
    purpose=Purpose.PHOTOGRAPHS,
    state=HandoverState.OFFERED,
    token="t",
    computer="c",
    offered_at=START,
    expires_at=START + LIFE,
)


def taken(handover: Handover = OFFERED, *, after: timedelta = timedelta(0)) -> Handover:
    return take(
        handover,
        stage=Stage.PHONE_CONFIRMED,
        telephone="p",
        device=Device.IOS,
        now=START + after,
    )


def test_a_telephone_is_of_use_where_a_camera_is_wanted_and_nowhere_else() -> None:
    useful = {}
    for stage in Stage:
        try:
            useful[stage] = purpose_at(stage)
        except NotAllowedNow:
            continue
    assert useful == {
        Stage.PHONE_CONFIRMED: Purpose.PHOTOGRAPHS,
        Stage.DOCUMENTED: Purpose.PHOTOGRAPHS,
        Stage.CONFIRMED: Purpose.CALL,
        Stage.BOOKED: Purpose.CALL,
    }


def test_the_first_telephone_in_time_takes_over_and_the_second_is_told_so() -> None:
    first = taken(after=LIFE - timedelta(seconds=1))
    assert (first.state, first.telephone, first.device) == (HandoverState.TAKEN, "p", Device.IOS)
    with pytest.raises(HandoverUsed):
        taken(first)
    with pytest.raises(HandoverUsed):
        taken(end(first, now=START), after=2 * LIFE)


def test_a_code_leads_nowhere_once_it_is_old_replaced_or_its_work_is_done() -> None:
    with pytest.raises(HandoverExpired):
        taken(after=LIFE)
    with pytest.raises(HandoverExpired):
        taken(end(OFFERED, now=START))
    with pytest.raises(HandoverExpired):
        taken(replace(OFFERED, purpose=Purpose.CALL))


def test_what_is_over_is_over() -> None:
    over = end(taken(), now=START)
    assert (over.state, over.ended_at) == (HandoverState.ENDED, START)
    with pytest.raises(NotAllowedNow):
        end(over, now=START)


def test_an_application_has_so_many_codes_an_hour() -> None:
    limits = Limits(life=LIFE, per_hour=2)
    require_room(1, limits)
    with pytest.raises(HandoverBudget):
        require_room(2, limits)
