"""People and prints before the camera: pixels to poses to a verdict, eight pictures a second."""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
import pytest

from ekyc.demo import attack
from ekyc.demo.face import Portrait, Rgb, photograph
from ekyc.demo.frames import path
from ekyc.domain.challenge import Baseline, Direction, Pose, Reason, Step, ask, observe
from ekyc.domain.movement import AXES
from ekyc.vision.face import FaceReader
from tests.integration.vision.conftest import Books

FPS = 8.0
SIDES = list(AXES)
TILTED = {"left": (50.0, 0.0), "right": (-50.0, 0.0), "up": (0.0, 45.0), "down": (0.0, -45.0)}


class Camera:
    """Shows pictures to a step, with a sensor's noise, at the size the room measures."""

    def __init__(self, faces: FaceReader) -> None:
        self._faces, self._noise = faces, np.random.default_rng(7)

    def show(self, step: Step, pictures: Iterable[Rgb]) -> Step:
        for number, picture in enumerate(pictures):
            step = observe(step, self._pose(step, picture, step.started_s + number / FPS))
            if step.ended:
                break
        return step

    def front(self, picture: Rgb) -> Baseline:
        step = self.show(ask(Direction.FRONT, at_s=0.0), [picture] * 10)
        assert step.baseline is not None
        return step.baseline

    def _pose(self, step: Step, picture: Rgb, at_s: float) -> Pose:
        small = cv2.resize(picture, (320, 240), interpolation=cv2.INTER_AREA)
        grainy = np.clip(small + self._noise.normal(0.0, 2.0, small.shape), 0, 255)
        points = step.baseline.points if step.baseline else None
        seen = self._faces.read(grainy.astype(np.uint8), front=points)
        return Pose.of(seen.to_json(), at_s)


@pytest.fixture(scope="module")
def camera(faces: FaceReader) -> Camera:
    return Camera(faces)


def turning(books: Books, portrait: Portrait, side: Direction) -> list[Rgb]:
    """The person turns, holds, comes back, and waits."""
    book = books(portrait)
    return [*(book.frame(*angles) for angles in path(side, fps=FPS)), *[book.frame(0, 0)] * 8]


def tilting(photo: Rgb, yaw: float, pitch: float) -> list[Rgb]:
    """A print turned in the hand within a second, held, and put back."""
    shares: Sequence[float] = [*np.linspace(0, 1, 8), *[1.0] * 10, 0.5, 0.0]
    return [attack.held(photo, yaw * share, pitch * share) for share in shares]


@pytest.mark.slow
@pytest.mark.parametrize("portrait", Portrait)
def test_a_person_who_does_as_asked_passes_all_four(
    portrait: Portrait, camera: Camera, books: Books
) -> None:
    front = camera.front(photograph(portrait))
    for side in SIDES:
        step = camera.show(ask(side, at_s=0.0, baseline=front), turning(books, portrait, side))
        assert step.passed, (side, step.reason)
        assert step.peak_deg is not None
        assert step.peak_deg > step.limits.turn_deg(side)


@pytest.mark.slow
@pytest.mark.parametrize(("asked", "made"), [("left", "right"), ("up", "left"), ("down", "up")])
def test_a_person_who_does_something_else_is_refused(
    asked: str, made: str, camera: Camera, books: Books
) -> None:
    front = camera.front(photograph(Portrait.COLLINS))
    pictures = turning(books, Portrait.COLLINS, Direction(made))
    step = camera.show(ask(Direction(asked), at_s=0.0, baseline=front), pictures)
    assert step.reason is Reason.WRONG_DIRECTION


@pytest.mark.slow
def test_a_mirrored_picture_is_refused(camera: Camera, books: Books) -> None:
    mirrored = [p[:, ::-1] for p in turning(books, Portrait.COLLINS, Direction.LEFT)]
    front = camera.front(mirrored[0])
    step = camera.show(ask(Direction.LEFT, at_s=0.0, baseline=front), mirrored)
    assert step.reason is Reason.WRONG_DIRECTION


@pytest.mark.slow
def test_a_still_photograph_is_refused(camera: Camera) -> None:
    photo = photograph(Portrait.HOPPER)
    step = ask(Direction.LEFT, at_s=0.0, baseline=camera.front(photo))
    assert camera.show(step, [photo] * 70).reason is Reason.TIMEOUT


@pytest.mark.slow
@pytest.mark.parametrize("side", [Direction.LEFT, Direction.DOWN])
def test_a_print_turned_in_the_hand_never_passes(side: Direction, camera: Camera) -> None:
    photo = photograph(Portrait.HOPPER)
    step = ask(side, at_s=0.0, baseline=camera.front(attack.held(photo, 0, 0)))
    step = camera.show(step, tilting(photo, *TILTED[side]))
    assert not step.passed
    assert step.turned_s is None, "the turn itself was taken for one"


@pytest.mark.slow
@pytest.mark.parametrize(("radius", "tilt"), [(0.8, 50.0), (1.0, 50.0), (0.7, 60.0)])
def test_a_print_bent_like_a_head_never_passes(radius: float, tilt: float, camera: Camera) -> None:
    photo = photograph(Portrait.HOPPER)
    front = camera.front(attack.bent(photo, 0, radius=radius))
    shares = [*np.linspace(0, 1, 8), *[1.0] * 10]
    pictures = (attack.bent(photo, tilt * share, radius=radius) for share in shares)
    step = camera.show(ask(Direction.LEFT, at_s=0.0, baseline=front), pictures)
    assert step.turned_s is None, (step.peak_deg, step.planarity)
