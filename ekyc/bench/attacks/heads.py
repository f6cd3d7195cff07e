"""People drawn for the test: between the demo's two portraits, at any angle, with eyes and mouth.

A person is one portrait, or both blended at their landmarks, made wider or deeper: shapes nobody
has. The mesh is the landmark model's own, so what is measured on such heads is partly circular.
"""

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from ekyc.demo.face import CAMERA, Face, Floats, Ints, Portrait, Rgb, rotation
from ekyc.demo.mimic import MOUTH, SMILE, SPREAD, mimic
from ekyc.domain.movement import Direction

Singles = npt.NDArray[np.float32]

FINE: Final = 4
"""Bits of a pixel in which triangles are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """How a head looks: `blend` 0 is Collins, 1 is Hopper; the others scale the mesh."""

    blend: float
    wide: float = 1.0
    deep: float = 1.0
    is_mirrored: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attitude:
    """A head at one instant: degrees against the portrait's own pose, shares of 0 to 1."""

    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    smile: float = 0.0
    closed: float = 0.0
    near: float = 0.0


@dataclass(frozen=True, slots=True)
class Skin:
    """A mesh and the picture it is cut from."""

    photo: Rgb
    closed: Rgb
    vertices: Floats
    weights: Floats
    triangles: Ints
    pivot: Floats
    width: float


class Sitters:
    """Both portraits with their landmarks, found once."""

    def __init__(self) -> None:
        self._faces = [Face(portrait) for portrait in (Portrait.COLLINS, Portrait.HOPPER)]
        self._closed = [mimic(face, Direction.EYES, 1.0) for face in self._faces]

    def skin(self, person: Person) -> Skin:
        """The person's mesh and picture."""
        one, other = self._faces
        mesh = one.mesh if person.blend < 0.5 else other.mesh
        vertices = one.mesh.vertices * (1 - person.blend) + other.mesh.vertices * person.blend
        photo, closed = (self._blended(pair, vertices, person.blend) for pair in self._pairs)
        middle = vertices[:, :1].mean()
        shaped = (vertices - [middle, 0, 0]) * [person.wide, 1, person.deep] + [middle, 0, 0]
        photo, closed = (_widened(each, middle, person.wide) for each in (photo, closed))
        pivot = one.mesh.pivot * (1 - person.blend) + other.mesh.pivot * person.blend
        width = one.mesh.width * (1 - person.blend) + other.mesh.width * person.blend
        return Skin(photo, closed, shaped, mesh.weights, mesh.triangles, pivot, width * person.wide)

    @property
    def _pairs(self) -> tuple[list[Rgb], list[Rgb]]:
        return [face.photo for face in self._faces], self._closed

    def _blended(self, photos: list[Rgb], vertices: Floats, blend: float) -> Rgb:
        """Both pictures brought to the same landmarks, and one laid over the other."""
        if blend in {0.0, 1.0}:
            return photos[int(blend)]
        brought = [
            paint(photo, face.mesh.vertices[:, :2], vertices, face.mesh.triangles, behind=photo)
            for photo, face in zip(photos, self._faces, strict=True)
        ]
        return np.asarray(cv2.addWeighted(brought[0], 1 - blend, brought[1], blend, 0), np.uint8)


class Head:
    """One person, drawn at any attitude; a picture takes about 20 ms of processor time."""

    def __init__(self, skin: Skin, *, is_mirrored: bool = False) -> None:
        self._skin, self._is_mirrored = skin, is_mirrored

    def picture(self, at: Attitude) -> Rgb:
        """(480, 640, 3) RGB."""
        skin = self._skin
        if self._is_mirrored:
            at = replace(at, yaw_deg=-at.yaw_deg, roll_deg=-at.roll_deg)
        camera = CAMERA * skin.width
        space = (self._smiling(at.smile) - skin.pivot) * [1, -1, 1]
        seen = space[:, :2].copy()
        # The portrait was seen in perspective itself: undone first, so that 0 degrees is 0.
        space[:, :2] *= (camera - space[:, 2:]) / camera
        turned = space @ turn(at).T
        moved = turned[:, :2] * camera / (camera - turned[:, 2:])
        flat = moved * skin.weights + seen * (1 - skin.weights)
        depth = turned[:, 2:] * skin.weights + space[:, 2:] * (1 - skin.weights)
        places = np.hstack([flat * [1, -1] + skin.pivot[:2], depth])
        texture = skin.closed if at.closed >= 0.5 else skin.photo
        drawn = paint(texture, skin.vertices[:, :2], places, skin.triangles, behind=texture)
        near = drawn if at.near == 0 else _nearer(drawn, skin.pivot, 1 + 0.4 * at.near)
        return np.ascontiguousarray(near[:, ::-1]) if self._is_mirrored else near

    def _smiling(self, share: float) -> Floats:
        skin = self._skin
        moved = skin.vertices.copy()
        for corner, side in MOUTH if share else ():
            away = np.linalg.norm(skin.vertices[:, :2] - skin.vertices[corner, :2], axis=1)
            pull = np.exp(-((away / (SPREAD * skin.width)) ** 2))[:, None]
            moved[:, :2] += pull * np.array([side, -1]) * SMILE * skin.width * share
        return moved


def turn(at: Attitude) -> Floats:
    """The head's rotation: x to the image's right, y up, z to the camera."""
    roll = np.radians(at.roll_deg)
    cos, sin = np.cos(roll), np.sin(roll)
    tilted: Floats = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]]) @ rotation(
        at.yaw_deg, at.pitch_deg
    )
    return tilted


def paint(texture: Rgb, sources: Floats, places: Floats, triangles: Ints, *, behind: Rgb) -> Rgb:
    """Draw a textured mesh over a picture, far triangles first, those facing away left out.

    `sources` (n, 2) and `places` (n, 3: x, y, depth) say where each vertex is in the texture and on
    the picture. Within a triangle the texture follows an affine map.
    """
    corners, origins = places[triangles][:, :, :2], sources[triangles]
    towards = _area(corners) * _area(origins) > 0
    order = [t for t in np.argsort(places[triangles][:, :, 2].mean(axis=1)) if towards[t]]
    high, wide = behind.shape[:2]
    which = np.zeros((high, wide), np.int32)
    fixed = np.round(corners * (1 << FINE)).astype(np.int32)
    for index in order:
        cv2.fillConvexPoly(which, fixed[index], int(index) + 1, cv2.LINE_8, FINE)
    ways = _ways(corners, origins, towards)
    xs, ys = np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32)
    columns, rows = (
        way[0][which] * xs + way[1][which] * ys[:, None] + way[2][which] for way in ways
    )
    drawn = behind.copy()
    cv2.remap(texture, columns, rows, cv2.INTER_LINEAR, drawn, cv2.BORDER_TRANSPARENT)
    return drawn


def _ways(corners: Floats, origins: Floats, towards: npt.NDArray[np.bool_]) -> Singles:
    """For each column and row of the texture: the shares of x, y and 1, of each triangle (2, 3, n).

    The first is of places no triangle covers: they are looked up outside the texture, and so stay
    what is behind.
    """
    ways: Singles = np.zeros((2, 3, len(corners) + 1), np.float32)
    ways[:, 2, 0] = -1
    square = np.concatenate([corners[towards], np.ones((int(towards.sum()), 3, 1))], axis=2)
    ways[:, :, 1:][:, :, towards] = np.linalg.solve(square, origins[towards]).transpose(2, 1, 0)
    return ways


def _area(corners: Floats) -> Floats:
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area: Floats = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    return area


def _widened(photo: Rgb, middle: float, wide: float) -> Rgb:
    way = np.array([[wide, 0, middle * (1 - wide)], [0, 1, 0]])
    size = photo.shape[1], photo.shape[0]
    return np.asarray(cv2.warpAffine(photo, way, size, borderMode=cv2.BORDER_REFLECT), np.uint8)


def _nearer(picture: Rgb, pivot: Floats, zoom: float) -> Rgb:
    """Larger around the head, without a change of perspective."""
    way = np.array([[zoom, 0, (1 - zoom) * pivot[0]], [0, zoom, (1 - zoom) * pivot[1]]])
    size = picture.shape[1], picture.shape[0]
    return np.asarray(cv2.warpAffine(picture, way, size), np.uint8)
