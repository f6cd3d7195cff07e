"""One look at a call's picture: everybody in it is counted, and the person in front compared."""

from collections.abc import Iterator

import numpy as np
import pytest

from ekyc.demo.face import Portrait, photograph
from ekyc.domain.likeness import likeness
from ekyc.vision.look import Looker, face_of


@pytest.fixture(scope="module")
def looker() -> Iterator[Looker]:
    looker = Looker()
    yield looker
    looker.close()


def test_a_small_face_in_the_background_is_counted_and_the_one_in_front_compared(
    looker: Looker,
) -> None:
    both = photograph(Portrait.HOPPER).copy()
    both[10:70, 10:70] = photograph(Portrait.COLLINS)[60:300:4, 200:440:4]
    seen = looker.look(both)
    own, shown = face_of(np.ascontiguousarray(photograph(Portrait.HOPPER)[..., ::-1]))
    assert seen["faces"] == 2
    assert likeness(tuple(seen["template"]), tuple(own["template"])) > 0.9
    assert shown[:2] == b"\xff\xd8"


def test_a_room_without_anybody_says_so(looker: Looker) -> None:
    assert looker.look(np.full((480, 640, 3), 120, np.uint8)) == {"faces": 0}
    assert face_of(np.full((480, 640, 3), 120, np.uint8)) == ({"template": None}, b"")


@pytest.mark.parametrize(("gain", "name"), [(3.5, "bright"), (0.12, "light")])
def test_bad_light_on_the_face_is_measured(looker: Looker, gain: float, name: str) -> None:
    lit = np.clip(photograph(Portrait.HOPPER) * gain, 0, 255).astype(np.uint8)
    seen = looker.look(lit)
    assert seen["bright"] > 0.4 if name == "bright" else seen["light"] < 35
