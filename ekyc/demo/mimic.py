"""A portrait that closes its eyes, smiles or comes nearer: drawn from its own pixels.

Closed lids are the skin around the eye, filled in, with a dark line of lashes; a smile pulls the
corners of the mouth out and up; a nearer face is an enlarged picture, without a change of
perspective.
"""

from collections.abc import Callable, Mapping
from typing import Final

import cv2
import numpy as np

from ekyc.demo.face import Face, Floats, Rgb, draw
from ekyc.domain.movement import Direction

EYES: Final = (
    ((33, 133), (246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155)),
    ((263, 362), (466, 388, 387, 386, 385, 384, 398), (249, 390, 373, 374, 380, 381, 382)),
)
"""Corners, upper and lower lid of each eye, from the outer corner to the inner one."""

MOUTH: Final = ((61, -1), (291, 1))
"""Its corners, and to which side of the image a smile pulls each."""

SMILE: Final = 0.06
"""How far, by the face's width: the model's score rises from 0 to .8."""

SPREAD: Final = 0.16
NEARER: Final = 1.35
LASHES: Final = 90
MARGIN: Final = 7


def mimic(face: Face, direction: Direction, share: float) -> Rgb:
    """The face doing this for a share of 0 to 1, (480, 640, 3) RGB."""
    return _WAYS[direction](face, share)


def _closing(face: Face, share: float) -> Rgb:
    """Lids are open or closed: nobody holds them half way."""
    if share < 0.5:
        return face.photo.copy()
    points = face.mesh.vertices[:, :2]
    mask = np.zeros(face.photo.shape[:2], np.uint8)
    for (outer, inner), upper, lower in EYES:
        rim = points[[outer, *upper, inner, *lower[::-1]]]
        cv2.fillPoly(mask, [np.round(rim).astype(np.int32)], 255)
    picture = cv2.inpaint(
        face.photo, cv2.dilate(mask, np.ones((MARGIN, MARGIN), np.uint8)), 5, cv2.INPAINT_TELEA
    ).astype(np.uint8)
    for (outer, inner), _, lower in EYES:
        _lashes(picture, points[[outer, *lower, inner]])
    return picture


def _lashes(picture: Rgb, line: Floats) -> None:
    x, y = line[len(line) // 2].astype(int)
    dark = np.clip(picture[y - 4, x].astype(int) - LASHES, 0, 255)
    along = np.round(line * 16).astype(np.int32)  # sub-pixels: 4 bits
    cv2.polylines(picture, [along], False, [int(c) for c in dark], 2, cv2.LINE_AA, 4)


def _smiling(face: Face, share: float) -> Rgb:
    mesh, still = face.mesh, face.mesh.vertices[:, :2]
    moved = still.copy()
    for corner, side in MOUTH:
        away = np.linalg.norm(still - still[corner], axis=1)
        pull = np.exp(-((away / (SPREAD * mesh.width)) ** 2))[:, None]
        moved += pull * np.array([side, -1]) * SMILE * mesh.width * share
    return draw(face.photo, still, moved, mesh.vertices[:, 2], mesh.triangles, behind=face.photo)


def _nearing(face: Face, share: float) -> Rgb:
    zoom = 1 + (NEARER - 1) * share
    x, y = face.mesh.pivot[:2]
    grow = np.array([[zoom, 0, (1 - zoom) * x], [0, zoom, (1 - zoom) * y]])
    height, width = face.photo.shape[:2]
    return cv2.warpAffine(face.photo, grow, (width, height)).astype(np.uint8)


_WAYS: Final[Mapping[Direction, Callable[[Face, float], Rgb]]] = {
    Direction.EYES: _closing,
    Direction.SMILE: _smiling,
    Direction.CLOSER: _nearing,
}
