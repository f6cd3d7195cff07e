"""What one frame of a camera showed of a face: the pose, in the signs every module uses.

Signs are those of the frame as the server receives it, never of the mirrored preview: yaw > 0 is
the person's own left, pitch > 0 is up, roll > 0 is counter-clockwise in the image.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What moves in a face: eyes, mouth, and how near it is.

    `eyes` is how high the person's right and left eye stand open, by the eye's own width; `smile`
    the model's score of both mouth corners, 0 to 1; `size` the face's width by the shorter side of
    the picture.
    """

    eyes: tuple[float, float]
    smile: float
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One face with measured angles, degrees; `points` are its rigid points in pixels."""

    at_s: float
    yaw_deg: float
    pitch_deg: float
    planarity: float | None
    points: tuple[Point, ...]
    features: Features | None = None
    stretch: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """What one frame showed, at one instant of a steady clock in seconds.

    Angles are None when there is no face. `planarity` compares `points` with the baseline's: near
    0 for anything flat, None when nothing was given to compare with. `stretch` says how much wider
    they lie than the baseline's, by their height.
    """

    at_s: float
    faces: int
    yaw_deg: float | None = None
    pitch_deg: float | None = None
    roll_deg: float | None = None
    planarity: float | None = None
    points: tuple[Point, ...] = ()
    overexposed: bool = False
    features: Features | None = None
    stretch: float | None = None

    @classmethod
    def of(cls, said: Mapping[str, Any], at_s: float) -> Self:
        """From what a vision worker says of a picture; raises KeyError, TypeError, ValueError."""
        return cls(
            at_s=at_s,
            faces=int(said["faces"]),
            yaw_deg=_number(said["yaw_deg"]),
            pitch_deg=_number(said["pitch_deg"]),
            roll_deg=_number(said["roll_deg"]),
            planarity=_number(said["planarity"]),
            points=tuple((float(x), float(y)) for x, y in said["points"] or ()),
            overexposed=bool(said["overexposed"]),
            features=_features(said),
            stretch=_number(said["stretch"]),
        )

    @property
    def head(self) -> Head | None:
        """The one face of this frame, if it was measured."""
        if self.faces != 1 or self.yaw_deg is None or self.pitch_deg is None:
            return None
        return Head(
            at_s=self.at_s,
            yaw_deg=self.yaw_deg,
            pitch_deg=self.pitch_deg,
            planarity=self.planarity,
            points=self.points,
            features=self.features,
            stretch=self.stretch,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The person's own front: its angles, and the points later frames are compared with.

    `features` are those of the quiet face: own open eyes, own mouth, own distance.
    """

    yaw_deg: float
    pitch_deg: float
    points: tuple[Point, ...]
    features: Features | None = None


def _features(said: Mapping[str, Any]) -> Features | None:
    if said["eyes"] is None:
        return None
    right, left = said["eyes"]
    smile, size = float(said["smile"]), float(said["size"])
    return Features(eyes=(float(right), float(left)), smile=smile, size=size)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
