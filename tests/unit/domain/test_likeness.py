"""How alike is alike enough, and that nobody is judged without a face."""

import pytest

from ekyc.domain.likeness import Outcome, judge, likeness, mean


@pytest.mark.parametrize(
    ("score", "outcome"),
    [
        (0.45, Outcome.MATCH),
        (0.4499, Outcome.REFER),
        (0.363, Outcome.REFER),
        (0.3629, Outcome.NO_MATCH),
        (-0.2, Outcome.NO_MATCH),
        (None, Outcome.REFER),
    ],
)
def test_a_score_between_the_two_limits_is_left_to_the_agent(
    score: float | None, outcome: Outcome
) -> None:
    assert judge(score, match_at=0.45, refer_at=0.363) is outcome


def test_likeness_does_not_depend_on_the_length_of_a_template() -> None:
    assert likeness((3.0, 0.0), (1.0, 1.0)) == pytest.approx(likeness((1.0, 0.0), (5.0, 5.0)))
    assert likeness((0.0, 0.0), (1.0, 0.0)) == 0.0


def test_the_mean_of_two_looks_lies_between_them() -> None:
    assert mean([(1.0, 0.0), (0.0, 1.0)]) == (0.5, 0.5)
