"""Where a card lies that is hard to see: on paper, on its own colour, cut off, any way round."""

from functools import cache

import cv2
import numpy as np
import pytest

from ekyc.bench import hard
from ekyc.demo import cards
from ekyc.demo.specimen import a_specimen
from ekyc.vision import card
from ekyc.vision.card import Found
from ekyc.vision.image import Pixels

pytestmark = pytest.mark.slow


@cache
def a_face() -> Pixels:
    drawn = np.asarray(cards.front(a_specimen(5)).image)[..., ::-1]
    return np.asarray(cv2.resize(drawn, hard.ID1, interpolation=cv2.INTER_AREA))


def lying(place: str, seed: int) -> hard.Shot:
    return hard.shot(np.random.default_rng([3, seed]), a_face(), place)


def is_sure(found: Found | None) -> bool:
    return found is not None and found.confidence >= card.SURE and not found.cut


def off(found: Found | None, corners: Pixels | None) -> float:
    """The worst corner's error as a share of the card's diagonal, whichever way round."""
    assert found is not None
    assert corners is not None
    ways = (np.roll(found.quad, turn, axis=0) - corners for turn in range(4))
    errors = [float(np.linalg.norm(way, axis=1).max()) for way in ways]
    return min(errors) / float(np.linalg.norm(corners[2] - corners[0]))


@pytest.mark.parametrize(
    ("place", "seed"),
    [("white paper", 2), ("ruled paper", 1), ("its own colour", 3), ("fingers", 5)],
)
def test_a_card_is_found_where_its_edges_can_hardly_be_seen(place: str, seed: int) -> None:
    shot = lying(place, seed)
    found = card.find(shot.picture, code=None)
    assert off(found, shot.corners) < 0.01
    assert is_sure(found)


@pytest.mark.parametrize("turn", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180])
def test_a_turned_photograph_shows_the_same_card(turn: int) -> None:
    picture = np.asarray(cv2.rotate(lying("fingers", 2).picture, turn))
    found = card.find(picture, code=None)
    assert is_sure(found)
    assert found is not None
    upright = card.straightened(picture, found.quad)
    wanted = cv2.resize(a_face(), (card.WIDTH, card.HEIGHT))
    alike = cv2.matchTemplate(upright, wanted, cv2.TM_CCOEFF_NORMED)
    assert alike.max() > 0.6  # the other way round it is below 0.3


@pytest.mark.parametrize("seed", [1, 2])
def test_a_card_that_is_cut_off_is_told(seed: int) -> None:
    assert not is_sure(card.find(lying("cut off", seed).picture, code=None))


@pytest.mark.parametrize("seed", [1, 2])
def test_where_no_card_lies_nothing_is_sure(seed: int) -> None:
    assert not is_sure(card.find(lying("no card", seed).picture, code=None))
