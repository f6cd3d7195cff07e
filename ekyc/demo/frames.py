"""A head's movements drawn once and kept as pictures: an actor's camera costs next to nothing."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from ekyc.demo.face import Face, Portrait, Rgb
from ekyc.demo.mimic import mimic
from ekyc.domain.movement import GESTURES, Direction

EDITION: Final = 1
"""Goes up when faces are drawn differently: older pictures on disk are then left alone."""

STEP_DEG: Final = 3
YAW_DEG: Final = 30
PITCH_DEG: Final = 21
STAGES: Final = 5
"""Pictures of a movement that is no turn, from the quiet face to the whole of it."""

KEPT: Final = 8  # decoded pictures in memory, 0.9 MB each

TURNS: Final[Mapping[Direction, tuple[float, float]]] = {
    Direction.LEFT: (28.0, 0.0),
    Direction.RIGHT: (-28.0, 0.0),
    Direction.UP: (0.0, 18.0),
    Direction.DOWN: (0.0, -18.0),
    Direction.FRONT: (0.0, 0.0),
}
"""How far the demo's people turn when asked: yaw and pitch, degrees."""

REACTION_S: Final = 0.4
TURN_S: Final = 0.8
HOLD_S: Final = 1.2
PATH_S: Final = REACTION_S + 2 * TURN_S + HOLD_S

Key = tuple[int, int] | tuple[Direction, int]
"""Yaw and pitch in degrees, or a movement that is no turn and its stage."""


def share_at(elapsed_s: float) -> float:
    """How much of a movement is made: a moment, the way there, the hold, and back; 0 to 1."""
    elapsed_s -= REACTION_S
    there = min(elapsed_s, 2 * TURN_S + HOLD_S - elapsed_s) / TURN_S
    share = min(max(there, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def angles_at(direction: Direction, elapsed_s: float) -> tuple[float, float]:
    """Yaw and pitch this long after being asked."""
    share = share_at(elapsed_s)
    yaw, pitch = TURNS[direction]
    return yaw * share, pitch * share


def path(direction: Direction, *, fps: float) -> list[tuple[float, float]]:
    """The whole turn as one (yaw, pitch) a frame."""
    return [angles_at(direction, i / fps) for i in range(round(PATH_S * fps) + 1)]


class FrameBook:
    """One person's pictures from the front to each side, every 3 degrees; a turn is on one axis.

    And those with eyes closed, a smile, or nearer.

    The first opening draws them (about 5 s of processor time) into `folder`; later ones read them.
    Both block: open it in a thread.
    """

    def __init__(self, portrait: Portrait, folder: Path) -> None:
        self._folder = folder / f"{portrait}-{EDITION}"
        self._pages = {key: self._file(key) for key in _keys()}
        missing = {key: file for key, file in self._pages.items() if not file.exists()}
        if missing:
            self._draw(Face(portrait), missing)
        self._decoded = lru_cache(maxsize=KEPT)(self._decode)

    def frame(self, yaw_deg: float, pitch_deg: float) -> Rgb:
        """The nearest picture, (480, 640, 3) RGB, not to be written to; the larger angle counts."""
        yaw, pitch = _nearest(yaw_deg, YAW_DEG), _nearest(pitch_deg, PITCH_DEG)
        return self._decoded((yaw, 0) if abs(yaw) >= abs(pitch) else (0, pitch))

    def moment(self, direction: Direction, elapsed_s: float) -> Rgb:
        """The picture this long after this was asked; a number is said without moving."""
        if direction in GESTURES:
            return self._decoded((direction, round(share_at(elapsed_s) * STAGES)))
        return self.frame(*angles_at(direction, elapsed_s)) if direction in TURNS else self.front

    def film(self, direction: Direction, *, fps: float) -> Iterator[Rgb]:
        """The whole movement, picture by picture."""
        return (self.moment(direction, i / fps) for i in range(round(PATH_S * fps) + 1))

    @property
    def front(self) -> Rgb:
        """Looking into the camera."""
        return self.frame(0.0, 0.0)

    def _decode(self, key: Key) -> Rgb:
        picture = np.array(Image.open(self._pages[key], formats=["JPEG"]).convert("RGB"))
        picture.flags.writeable = False
        return picture

    def _draw(self, face: Face, missing: Mapping[Key, Path]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for key, file in missing.items():
            packed = BytesIO()
            Image.fromarray(_drawn(face, key)).save(packed, "JPEG", quality=92)
            # Aside and renamed: another actor may be reading the folder.
            aside = file.with_suffix(".part")
            aside.write_bytes(packed.getvalue())
            aside.replace(file)

    def _file(self, key: Key) -> Path:
        first, second = key
        if isinstance(first, Direction):
            return self._folder / f"{first}-{second}.jpg"
        return self._folder / f"yaw{first:+03d}-pitch{second:+03d}.jpg"


def _drawn(face: Face, key: Key) -> Rgb:
    first, second = key
    if isinstance(first, Direction):
        return mimic(face, first, second / STAGES)
    return face.frame(first, second)


def _keys() -> list[Key]:
    yaws = range(-YAW_DEG, YAW_DEG + 1, STEP_DEG)
    pitches = range(-PITCH_DEG, PITCH_DEG + 1, STEP_DEG)
    turns = [*((yaw, 0) for yaw in yaws), *((0, pitch) for pitch in pitches if pitch)]
    return [*turns, *((kind, stage) for kind in GESTURES for stage in range(STAGES + 1))]


def _nearest(angle_deg: float, most_deg: int) -> int:
    return min(max(round(angle_deg / STEP_DEG) * STEP_DEG, -most_deg), most_deg)
