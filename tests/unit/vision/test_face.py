"""Angles, planarity and light are plain geometry; no model is loaded for them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ekyc.demo.face import rotation
from ekyc.vision.face import (
    EYES,
    RIGID,
    FacePose,
    Points,
    angles,
    bright_share,
    planarity,
    stretch,
)

HEAD = np.random.default_rng(1).normal(0.0, 1.0, (len(RIGID), 3)) * [40.0, 50.0, 20.0]


def seen(head: Points, yaw: float = 0.0, pitch: float = 0.0, distance: float = 400.0) -> Points:
    """Points of a head on the picture of a camera at this distance."""
    turned = head @ rotation(yaw, pitch).T
    picture: Points = turned[:, :2] * distance / (distance - turned[:, 2:]) + [160, 120]
    return picture


@settings(max_examples=20)
@given(st.floats(-60, 60), st.floats(-60, 60), st.floats(0.1, 10))
def test_a_turned_head_says_by_how_much(yaw: float, pitch: float, scale: float) -> None:
    assert angles(rotation(yaw, pitch) * scale)[:2] == pytest.approx((yaw, pitch), abs=0.01)


def test_a_tilted_head_rolls_counter_clockwise_in_the_image() -> None:
    cos, sin = np.cos(0.2), np.sin(0.2)
    tilted = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    assert angles(tilted) == pytest.approx((0, 0, 11.46), abs=0.01)


def test_a_head_that_turns_is_less_planar_the_further_it_turns() -> None:
    front = seen(HEAD)
    found = [planarity(front, seen(HEAD, yaw)) or 0.0 for yaw in (0, 10, 20, 30)]
    assert found[0] == pytest.approx(0, abs=1e-4)
    assert found == sorted(found)
    assert found[-1] > 0.05


@settings(max_examples=20)
@given(st.floats(-60, 60), st.floats(-40, 40), st.floats(350, 2000))
def test_a_print_is_planar_however_it_is_held(yaw: float, pitch: float, distance: float) -> None:
    flat = HEAD * [1, 1, 0]
    assert planarity(seen(flat), seen(flat, yaw, pitch, distance)) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("tilt", [0.0, 20.0])
def test_paper_seen_from_its_side_is_narrower_and_one_tilted_in_its_plane_is_not(
    tilt: float,
) -> None:
    paper = HEAD * [1, 1, 0]
    paper[EYES[0]], paper[EYES[1]] = (-30, 20, 0), (30, 20, 0)
    cos, sin = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    tilted = np.array([[cos, -sin], [sin, cos]])
    assert stretch(seen(paper), seen(paper) @ tilted.T) == pytest.approx(1, abs=1e-3)
    assert (stretch(seen(paper), seen(paper, 60) @ tilted.T) or 1) < 0.65
    assert (stretch(seen(paper), seen(paper, 0, 50) @ tilted.T) or 1) > 1.3


@pytest.mark.parametrize(
    "front",
    [
        np.zeros((3, 2)),
        np.zeros((len(RIGID), 2)),
        np.full((len(RIGID), 2), np.nan),
    ],
)
def test_points_that_cannot_be_compared_prove_nothing(front: Points) -> None:
    assert planarity(front, seen(HEAD)) is None
    assert stretch(front, seen(HEAD)) is None


def test_only_clipped_pixels_in_the_faces_box_count_as_too_bright() -> None:
    picture = np.full((100, 100, 3), 255, np.uint8)
    picture[20:80, 20:80] = 120
    picture[20:80, 20:50] = 255
    outline = np.array([(20.0, 20.0), (79.0, 79.0)])
    assert bright_share(picture, outline) == pytest.approx(0.5)
    assert bright_share(picture, outline + 200) == 1.0


def test_no_face_is_sent_with_null_angles() -> None:
    assert FacePose(faces=0).to_json() == {
        "faces": 0,
        "yaw_deg": None,
        "pitch_deg": None,
        "roll_deg": None,
        "planarity": None,
        "stretch": None,
        "points": (),
        "face_px": None,
        "overexposed": False,
        "eyes": None,
        "smile": None,
        "size": None,
    }
