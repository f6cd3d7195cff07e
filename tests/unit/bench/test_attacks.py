"""The bench of attacks: who comes, and how sure its counts make anybody."""

import pytest

from ekyc.bench.attacks.bounds import clopper_pearson
from ekyc.bench.attacks.plans import STEPS, Kind, plan
from ekyc.domain.movement import AXES
from ekyc.domain.sequence import drawn


@pytest.mark.parametrize(
    ("of", "hit", "bounds"),
    [(100, 0, (0.0, 0.0362)), (10, 10, (0.6915, 1.0)), (20, 5, (0.0866, 0.4910))],
)
def test_bounds_are_those_of_clopper_and_pearson(
    of: int, hit: int, bounds: tuple[float, float]
) -> None:
    assert clopper_pearson(of, hit) == pytest.approx(bounds, abs=5e-5)


@pytest.mark.parametrize("kind", Kind)
def test_the_same_number_draws_the_same_run_and_another_one_another(kind: Kind) -> None:
    assert plan(kind, seed=1, number=4) == plan(kind, seed=1, number=4)
    assert plan(kind, seed=1, number=4).scene != plan(kind, seed=1, number=5).scene
    assert plan(kind, seed=1, number=4).scene != plan(kind, seed=2, number=4).scene


def test_whoever_is_mirrored_is_asked_to_turn_sideways() -> None:
    for number in range(40):
        each = plan(Kind.MIRRORED, seed=1, number=number)
        assert any(AXES[step].sideways for step in drawn(each.sequence, each.pool, STEPS))


def test_whoever_is_somebody_else_has_another_face_than_the_file() -> None:
    for kind in (Kind.SWAPPED, Kind.STRANGER):
        for number in range(20):
            each = plan(kind, seed=1, number=number)
            assert abs(each.person.blend - each.claimed.blend) == 1
