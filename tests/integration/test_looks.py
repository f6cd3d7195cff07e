"""Looks at a customer in a running call: the real pictures, the real nets, the real wire."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ekyc.demo.face import Portrait, Rgb, photograph
from ekyc.domain.likeness import likeness
from ekyc.domain.presence import Seen, Signal, observe
from ekyc.domain.room import Glanced
from ekyc.settings import Vision
from ekyc.vision.pose_server import PoseServer
from tests.plane import a_house

pytestmark = pytest.mark.live


def before_the_camera(portrait: Portrait) -> Callable[[], Rgb]:
    """A person who sways a little, before a camera with some noise."""
    picture, noise, count = photograph(portrait), np.random.default_rng(1), 0
    frames = [
        np.clip(
            np.roll(picture, (n % 3, n), axis=(0, 1)) + noise.normal(0, 3, picture.shape), 0, 255
        ).astype(np.uint8)
        for n in range(9)
    ]

    def frame() -> Rgb:
        nonlocal count
        count += 1
        return frames[count // 4 % len(frames)]

    return frame


async def test_somebody_else_who_rejoins_the_call_is_told(tmp_path: Path) -> None:
    poses = PoseServer(Vision(), tmp_path / "pose.sock")
    await poses.start()
    try:
        async with a_house(tmp_path, look_s=2) as house:
            await house.open_call()
            await house.meet(before_the_camera(Portrait.HOPPER))
            await house.until(Glanced, count=3, within_s=60)
            await house.join("customer", before_the_camera(Portrait.COLLINS))
            await house.until(Glanced, count=2, connection=2, within_s=60)
            looks = house.all(Glanced)
    finally:
        await poses.close()
    assert {look.faces for look in looks} == {1}
    first, last = looks[0], looks[-1]
    assert likeness(first.template, looks[2].template) > 0.8
    assert likeness(first.template, last.template) < 0.3
    assert len(last.picture) > 2000
    seen, raised = Seen(), []
    for look in looks:
        seen, found = observe(seen, look)
        raised += [one.signal for one in found]
    assert raised == [Signal.ANOTHER_PERSON]
