"""The simulated day, small."""

from xml.etree import ElementTree

import pytest

from ekyc.bench.day import SHAPES, Options, Visit, several, simulate, table
from ekyc.bench.day_picture import picture
from ekyc.domain.wait import Line, Span


@pytest.mark.parametrize("shape", SHAPES)
def test_a_small_day_ends_with_everybody_served_or_gone(shape: str) -> None:
    day = simulate(Options(shape=shape, agents=4, customers=60))
    assert len(day.visits) == 60
    assert all((visit.came_s is None) != (visit.left_s is None) for visit in day.visits)
    assert 0 < day.occupancy <= 1
    root = ElementTree.fromstring(picture(day))  # noqa: S314 - our own
    assert root.attrib["role"] == "img"


def test_the_same_seed_is_the_same_day() -> None:
    options = Options(shape="flat", agents=3, customers=40)
    first, second = simulate(options), several(options, 2)
    assert first.to_json() == second[0].to_json() != second[1].to_json()
    assert len(table(second)) == 2


def test_who_gave_up_within_the_range_says_nothing_who_waited_longer_does() -> None:
    line, span = Line(ahead=1, agents=1, idle=0, each_s=60), Span(low_s=60, high_s=120)

    def told(came_s: float | None, left_s: float | None) -> bool | None:
        return Visit(at_s=0, line=line, span=span, came_s=came_s, left_s=left_s).is_true

    assert (told(90, None), told(30, None)) == (True, False)
    assert (told(None, 100), told(None, 130)) == (None, False)
    assert Visit(at_s=0, line=line, span=None, came_s=5).is_true is None
