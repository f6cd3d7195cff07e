"""How an application moves, stage by stage."""

from datetime import timedelta

import pytest

from ekyc.domain.application import TRANSITIONS, Stage, mask_phone, move
from ekyc.domain.errors import NotAllowedNow
from tests.builders import an_application
from tests.fakes import START


def test_every_stage_has_its_line_in_the_table() -> None:
    assert set(TRANSITIONS) == set(Stage)


@pytest.mark.parametrize("start", Stage)
def test_a_step_of_the_story_is_taken_and_any_other_refused(start: Stage) -> None:
    application, later = an_application(stage=start, version=7), START + timedelta(minutes=1)
    for to in TRANSITIONS[start]:
        moved = move(application, to, now=later)
        assert (moved.stage, moved.version, moved.updated_at) == (to, 8, later)
        assert moved.opened_at == application.opened_at
    for to in set(Stage) - TRANSITIONS[start]:
        with pytest.raises(NotAllowedNow):
            move(application, to, now=later)


def test_every_stage_can_be_reached_from_the_first() -> None:
    reached, new = set[Stage](), {Stage.OPENED}
    while new:
        reached |= new
        new = set[Stage]().union(*(TRANSITIONS[stage] for stage in new)) - reached
    assert reached == set(Stage)


def test_what_is_over_stays_over() -> None:
    over = {stage for stage, following in TRANSITIONS.items() if not following}
    assert over == {Stage.CLOSED, Stage.WITHDRAWN, Stage.EXPIRED}


def test_whoever_is_not_decided_yet_may_still_leave_or_run_out() -> None:
    settled = {Stage.DECIDED, Stage.REVIEWED, Stage.CLOSED, Stage.WITHDRAWN, Stage.EXPIRED}
    for stage in set(Stage) - settled:
        assert {Stage.WITHDRAWN, Stage.EXPIRED} <= TRANSITIONS[stage]


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+84901234318", "09•• ••• 318"),
        ("+14155550123", "+1•• ••• 123"),
        ("+84115", "•••"),
    ],
)
def test_of_a_number_only_its_ends_are_shown(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown
