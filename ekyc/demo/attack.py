"""What is held before the camera instead of a face: a print, flat or bent, turned by hand."""

from typing import Final

import cv2
import numpy as np

from ekyc.demo.face import HEIGHT, WIDTH, Floats, Rgb, draw, rotation

FACE_PX: Final = 190.0
"""Width of the printed face, as in the demo's portraits; the unit of bending and of distance."""

CAMERA: Final = 4.0
GRID: Final = 8
WALL: Final = 70


def held(print_: Rgb, yaw_deg: float, pitch_deg: float) -> Rgb:
    """A flat print turned in the hand, seen in true perspective, (480, 640, 3) RGB."""
    corners = np.array([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], np.float64)
    flat = np.column_stack([(corners - _MIDDLE) * [1, -1], np.zeros(4)])
    places, _ = _seen(flat, yaw_deg, pitch_deg)
    warp = cv2.getPerspectiveTransform(corners.astype(np.float32), places.astype(np.float32))
    return np.asarray(
        cv2.warpPerspective(print_, warp, (WIDTH, HEIGHT), borderValue=(WALL, WALL, WALL)), np.uint8
    )


def bent(print_: Rgb, turn_deg: float, *, radius: float, upright: bool = True) -> Rgb:
    """A print bent around a cylinder, its radius in face widths, and turned about its axis.

    Around an upright one it is turned sideways (yaw), around one lying across, up and down (pitch).
    """
    xs, ys = np.meshgrid(np.arange(0, WIDTH, GRID), np.arange(0, HEIGHT, GRID))
    sources = np.stack([xs, ys], axis=-1).reshape(-1, 2).astype(np.float64)
    across = 0 if upright else 1
    curved = np.column_stack([(sources - _MIDDLE) * [1, -1], np.zeros(len(sources))])
    around = radius * FACE_PX
    # Beyond a quarter turn the paper would fold behind itself.
    bend = np.clip(curved[:, across] / around, -1.35, 1.35)
    curved[:, across], curved[:, 2] = around * np.sin(bend), around * (np.cos(bend) - 1)
    places, depth = _seen(curved, *((turn_deg, 0.0) if upright else (0.0, turn_deg)))
    index = np.arange(xs.size).reshape(xs.shape)
    first, right, below, last = index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]
    triangles = np.vstack(
        [np.stack(t, axis=-1).reshape(-1, 3) for t in ((first, right, below), (right, last, below))]
    )
    wall = np.full((HEIGHT, WIDTH, 3), WALL, np.uint8)
    return draw(print_, sources, places, depth, triangles, behind=wall)


_MIDDLE: Final[Floats] = np.array([WIDTH / 2, HEIGHT / 2])


def _seen(space: Floats, yaw_deg: float, pitch_deg: float) -> tuple[Floats, Floats]:
    """Places on the picture and depths of points (n, 3): x right, y up, z to the camera."""
    turned = space @ rotation(yaw_deg, pitch_deg).T
    camera = CAMERA * FACE_PX
    nearer = camera / (camera - turned[:, 2:])
    return turned[:, :2] * nearer * [1, -1] + _MIDDLE, turned[:, 2]
