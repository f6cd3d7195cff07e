"""How near the measured pose of a drawn head is to the angle it was drawn at.

The truth is the drawn rotation after the portrait's own pose, which the same model measured: what
it gets wrong of the portrait itself is not seen here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np

from ekyc.bench.attacks.actors import Lens
from ekyc.bench.attacks.heads import Attitude, Head, Sitters, turn
from ekyc.bench.attacks.plans import Kind, plan
from ekyc.demo.codec import Camera, Eye
from ekyc.demo.face import Rgb
from ekyc.vision.face import FaceReader, angles

MOST_DEG: Final = 35.0
AXES: Final = ((1, 0), (0, 1), (1, 1))
"""Turned sideways, up or down, or both at once, in turn."""

PERSON: Final = 9
"""Pictures of one person before another camera."""

WARM: Final = 2
"""Pictures a coder is shown before one counts: it sends a call's first in fewer bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Asked and found, degrees; none where no face was found."""

    asked: Attitude
    truth: tuple[float, float, float]
    found: tuple[float, float, float] | None


def measure(*, number: int, seed: int) -> dict[str, Any]:
    """Errors over heads drawn within 35 degrees both ways, coded as in a call."""
    cv2.setNumThreads(1)
    with FaceReader() as faces:
        every = list(_measured(number, seed, faces))
    return {
        "seed": seed,
        "heads": len(every),
        "sideways": _errors([each for each in every if each.asked.pitch_deg == 0]),
        "up_and_down": _errors([each for each in every if each.asked.yaw_deg == 0]),
        "both": _errors([each for each in every if each.asked.yaw_deg and each.asked.pitch_deg]),
        "all": _errors(every),
    }


def _measured(number: int, seed: int, faces: FaceReader) -> Iterator[Measured]:
    sitters = Sitters()
    for person in range(-(-number // PERSON)):
        each = plan(Kind.GENUINE, seed=seed, number=person)
        head = Head(sitters.skin(each.person), is_mirrored=each.person.is_mirrored)
        lens, chance = Lens(each.scene, each.chance), each.chance
        rate = each.scene.kbps * 1000
        own = _seen(faces, head.picture(Attitude()), lens, rate)
        if own is None:
            continue
        for place in range(min(PERSON, number - person * PERSON)):
            yaw, pitch = (chance.uniform(-MOST_DEG, MOST_DEG, 2) * AXES[place % 3]).tolist()
            asked = Attitude(yaw_deg=yaw, pitch_deg=pitch)
            found = _seen(faces, head.picture(asked), lens, rate)
            truth = angles(turn(asked) @ turn(_attitude(own)))
            yield Measured(asked=asked, truth=truth, found=found)


def _attitude(own: tuple[float, float, float]) -> Attitude:
    yaw, pitch, roll = own
    return Attitude(yaw_deg=yaw, pitch_deg=pitch, roll_deg=roll)


def _seen(
    faces: FaceReader, picture: Rgb, lens: Lens, rate: int
) -> tuple[float, float, float] | None:
    """As a pose worker is asked: coded, decoded, 320 by 240."""
    camera, eye = Camera(12, bit_rate=rate), Eye(faces)
    for _ in range(WARM + 1):
        for coded in camera.encoded(lens.taken(picture)):
            eye.see(coded)
    pose = eye.look(None, 0.0)
    if pose.yaw_deg is None or pose.pitch_deg is None or pose.roll_deg is None:
        return None
    return pose.yaw_deg, pose.pitch_deg, pose.roll_deg


def _errors(every: Sequence[Measured]) -> dict[str, Any]:
    pairs = [(each.found, each.truth) for each in every if each.found is not None]
    if not pairs:
        return {"n": 0, "missed": len(every)}
    off = np.array([np.subtract(found, truth) for found, truth in pairs])
    off = (off + 180) % 360 - 180
    names = ("yaw", "pitch", "roll")
    return {
        "n": len(pairs),
        "missed": len(every) - len(pairs),
        "mae_deg": dict(zip(names, np.abs(off).mean(axis=0).round(2).tolist(), strict=True)),
        "mean_deg": dict(zip(names, off.mean(axis=0).round(2).tolist(), strict=True)),
        "p95_deg": dict(
            zip(names, np.percentile(np.abs(off), 95, axis=0).round(2).tolist(), strict=True)
        ),
    }


def table(report: dict[str, Any]) -> list[str]:
    """For a person."""
    return [f"{name}: {value}" for name, value in report.items()]
