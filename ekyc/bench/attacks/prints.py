"""What is held before the camera instead of a head: paper or a screen, bent or not."""

from typing import Final

import cv2
import numpy as np

from ekyc.bench.attacks.heads import paint
from ekyc.demo.attack import CAMERA, FACE_PX, WALL
from ekyc.demo.face import HEIGHT, WIDTH, Floats, Ints, Rgb, rotation

GRID: Final = 16
FOLD: Final = 1.35
"""Radians: paper bent further would lie behind itself."""


def bent(print_: Rgb, yaw_deg: float, pitch_deg: float, *, radius: float, upright: bool) -> Rgb:
    """A print bent around a cylinder (radius in face widths) that is upright or lies across."""
    space = _paper().copy()
    across, around = (0 if upright else 1), radius * FACE_PX
    bend = np.clip(space[:, across] / around, -FOLD, FOLD)
    space[:, across], space[:, 2] = around * np.sin(bend), around * (np.cos(bend) - 1)
    turned = space @ rotation(yaw_deg, pitch_deg).T
    camera = CAMERA * FACE_PX
    nearer = camera / (camera - turned[:, 2:])
    places = np.hstack([turned[:, :2] * nearer * [1, -1] + _MIDDLE, turned[:, 2:]])
    wall = np.full((HEIGHT, WIDTH, 3), WALL, np.uint8)
    return paint(print_, _SOURCES, places, _TRIANGLES, behind=wall)


def on_a_screen(picture: Rgb, pitch_px: float) -> Rgb:
    """As a screen shows it to a camera: bluish, brighter, its grid of dots against the sensor's."""
    ys, xs = np.arange(HEIGHT)[:, None], np.arange(WIDTH)[None, :]
    grid = 1 + 0.06 * (np.sin(2 * np.pi * xs / pitch_px) + np.sin(2 * np.pi * ys / pitch_px))
    shown = picture * (grid[..., None] * np.array([0.94, 1.0, 1.1])).astype(np.float32) + 6
    return np.asarray(np.clip(shown, 0, 255), np.uint8)


_MIDDLE: Final[Floats] = np.array([WIDTH / 2, HEIGHT / 2])


def _grid() -> tuple[Floats, Ints]:
    xs, ys = np.meshgrid(np.arange(0, WIDTH + 1, GRID), np.arange(0, HEIGHT + 1, GRID))
    index = np.arange(xs.size).reshape(xs.shape)
    one, right, below, last = index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]
    pairs = ((one, right, below), (right, last, below))
    triangles = np.vstack([np.stack(each, axis=-1).reshape(-1, 3) for each in pairs])
    return np.stack([xs, ys], axis=-1).reshape(-1, 2).astype(np.float64), triangles


_SOURCES, _TRIANGLES = _grid()


def _paper() -> Floats:
    """The print's points in space, x right, y up, in pixels about its middle."""
    return np.column_stack([(_SOURCES - _MIDDLE) * [1, -1], np.zeros(len(_SOURCES))])


def flipped(picture: Rgb) -> Rgb:
    """Left for right."""
    return np.ascontiguousarray(picture[:, ::-1])


def moved(picture: Rgb, right_px: float, down_px: float, *, zoom: float, tilt_deg: float) -> Rgb:
    """Shifted, nearer or further, and tilted in the picture's plane."""
    way = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), tilt_deg, zoom)
    way[:, 2] += np.array([right_px, down_px])
    return np.asarray(
        cv2.warpAffine(picture, way, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT), np.uint8
    )
