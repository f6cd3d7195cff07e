"""A portrait that turns its head: the demo's camera, and the tests' measured head.

The portrait's landmarks, with four rings around them for ears, hair and neck, become a mesh; it is
turned about the centre of the head and drawn again from the portrait's own pixels. The landmarks
are mediapipe's, so pose accuracy measured on such heads is partly circular.
"""

from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from io import BytesIO
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from ekyc.vision.landmarker import as_image, open_landmarker, without_plotting

Rgb = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WIDTH: Final = 640
HEIGHT: Final = 480
LANDMARKS: Final = 468  # the irises' landmarks that follow are not part of the mesh
TEMPLES: Final = (234, 454)
CAMERA: Final = 4.5
"""Distance of the camera in face widths: a person about 65 cm before a laptop."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Vertices around the face: how far out, how far back (face widths), how much they turn."""

    scale: float
    depth: float
    weight: float


RINGS: Final = (
    Ring(1.10, -0.12, 1.0),
    Ring(1.30, -0.40, 1.0),
    Ring(1.50, -0.55, 0.9),
    Ring(2.20, -0.60, 0.0),  # the wall behind
)


class Portrait(StrEnum):
    """Who plays; both in the public domain (portraits/README.md)."""

    COLLINS = "collins"
    HOPPER = "hopper"


def photograph(portrait: Portrait) -> Rgb:
    """The portrait as it was taken, (480, 640, 3) RGB."""
    data = (resources.files("ekyc.demo") / "portraits" / f"{portrait}.jpg").read_bytes()
    return np.array(Image.open(BytesIO(data), formats=["JPEG"]).convert("RGB"))


def rotation(yaw_deg: float, pitch_deg: float) -> Floats:
    """The turn of a head: x to the image's right, y up, z to the camera."""
    yaw, pitch = np.radians(yaw_deg), np.radians(pitch_deg)
    cos, sin = np.cos(yaw), np.sin(yaw)
    sideways = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    cos, sin = np.cos(pitch), np.sin(pitch)
    turn: Floats = sideways @ np.array([[1, 0, 0], [0, cos, sin], [0, -sin, cos]])
    return turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """A head in space: vertices (n, 3) in pixels, x right, y down, z to the camera."""

    vertices: Floats
    weights: Floats
    triangles: Ints
    pivot: Floats
    width: float


class Face:
    """One portrait's head, drawn at any angle; `frame` takes about 0.1 s of processor time."""

    def __init__(self, portrait: Portrait) -> None:
        self.photo = photograph(portrait)
        self.mesh = _mesh(_landmarks(self.photo))

    def frame(self, yaw_deg: float, pitch_deg: float) -> Rgb:
        """The head turned by this much from the portrait's own pose, (480, 640, 3) RGB."""
        mesh = self.mesh
        camera = CAMERA * mesh.width
        space = (mesh.vertices - mesh.pivot) * [1, -1, 1]
        seen = space[:, :2].copy()
        # The portrait was seen in perspective itself: undone first, so that 0 degrees is 0.
        space[:, :2] *= (camera - space[:, 2:]) / camera
        turned = space @ rotation(yaw_deg, pitch_deg).T
        moved = turned[:, :2] * camera / (camera - turned[:, 2:])
        flat = moved * mesh.weights + seen * (1 - mesh.weights)
        depth = (turned[:, 2:] * mesh.weights + space[:, 2:] * (1 - mesh.weights))[:, 0]
        places = flat * [1, -1] + mesh.pivot[:2]
        return draw(
            self.photo, mesh.vertices[:, :2], places, depth, mesh.triangles, behind=self.photo
        )


def draw(
    texture: Rgb, sources: Floats, places: Floats, depth: Floats, triangles: Ints, *, behind: Rgb
) -> Rgb:
    """Draw a textured mesh over a picture, far triangles first, those facing away left out.

    `sources` and `places` (n, 2) say where each vertex is in the texture and on the picture.
    """
    corners, origins = places[triangles], sources[triangles]
    area = _area(corners)
    towards = np.sign(area) == np.sign(_area(origins))
    which = np.zeros(behind.shape[:2], np.int32)
    fixed = np.round(corners * 16).astype(np.int32)  # sub-pixels: 4 bits, as `shift` says
    for index in np.argsort(depth[triangles].mean(axis=1)):
        if towards[index]:
            cv2.fillConvexPoly(which, fixed[index], int(index) + 1, cv2.LINE_8, 4)
    ys, xs = np.nonzero(which)
    hit = which[ys, xs] - 1
    first, second, third = (corners[hit, i] for i in range(3))
    one = _cross(np.stack([xs, ys], axis=1) - first, third - first) / area[hit]
    two = _cross(second - first, np.stack([xs, ys], axis=1) - first) / area[hit]
    shares = np.stack([1 - one - two, one, two], axis=1)[:, :, None]
    lookup = np.zeros((*behind.shape[:2], 2), np.float32)
    lookup[ys, xs] = (origins[hit] * shares).sum(axis=1)
    mapped = cv2.remap(
        texture, lookup[..., 0], lookup[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.where((which > 0)[..., None], mapped, behind).astype(np.uint8)


def _landmarks(photo: Rgb) -> Floats:
    """(468, 3) in pixels, z to the camera."""
    landmarker = open_landmarker()
    try:
        face = landmarker.detect(as_image(photo)).face_landmarks[0][:LANDMARKS]
    finally:
        landmarker.close()
    size = np.array([photo.shape[1], photo.shape[0], -photo.shape[1]])
    landmarks: Floats = np.array([(p.x, p.y, p.z) for p in face]) * size
    return landmarks


def _mesh(landmarks: Floats) -> Mesh:
    triangles, oval = _topology(landmarks)
    centre = landmarks[oval, :2].mean(axis=0)
    width = float(np.linalg.norm(landmarks[TEMPLES[0], :2] - landmarks[TEMPLES[1], :2]))
    back = landmarks[oval, 2].min()
    vertices, weights, around = [landmarks], [np.ones(LANDMARKS)], oval
    for ring in RINGS:
        out = centre + (landmarks[oval, :2] - centre) * ring.scale
        out = np.clip(out, 0, [WIDTH - 1, HEIGHT - 1])
        depth = np.full(len(oval), back + ring.depth * width)
        outer = np.arange(len(oval)) + sum(map(len, vertices))
        vertices.append(np.column_stack([out, depth]))
        weights.append(np.full(len(oval), ring.weight))
        triangles = np.vstack([triangles, _band(around, outer)])
        around = outer
    return Mesh(
        vertices=np.vstack(vertices),
        weights=np.concatenate(weights)[:, None],
        triangles=triangles,
        # A head turns about the top of the neck: behind the face and a little below its middle.
        pivot=np.array([centre[0], centre[1] + 0.12 * width, back - 0.45 * width]),
        width=width,
    )


def _topology(landmarks: Floats) -> tuple[Ints, Ints]:
    """mediapipe's triangles with eyes and mouth closed, and the oval around the face in order."""
    with without_plotting():
        from mediapipe.tasks.python.vision.face_landmarker import FaceLandmarksConnections
    edges = [(e.start, e.end) for e in FaceLandmarksConnections.FACE_LANDMARKS_TESSELATION]
    # Three edges in a row are one triangle: the list was made from triangles.
    mesh = [(edges[i][0], edges[i][1], edges[i + 1][1]) for i in range(0, len(edges), 3)]
    oval, *holes = sorted(_loops(mesh), key=len, reverse=True)
    for hole in holes:
        mesh.extend(_closed(hole, landmarks))
    return np.array(mesh), np.array(oval)


def _loops(mesh: list[tuple[int, int, int]]) -> list[list[int]]:
    """The rims of a mesh: edges of one triangle only, joined end to end."""
    seen: dict[tuple[int, int], int] = {}
    for a, b, c in mesh:
        for edge in ((a, b), (b, c), (c, a)):
            key = (min(edge), max(edge))
            seen[key] = seen.get(key, 0) + 1
    beside: dict[int, list[int]] = {}
    for (a, b), times in seen.items():
        if times == 1:
            beside.setdefault(a, []).append(b)
            beside.setdefault(b, []).append(a)
    loops = []
    while beside:
        loop, following = [], next(iter(beside))
        while following in beside:
            loop.append(following)
            neighbours = beside.pop(following)
            following = next((n for n in neighbours if n in beside), following)
        loops.append(loop)
    return loops


def _closed(hole: list[int], landmarks: Floats) -> list[tuple[int, int, int]]:
    """A lens-shaped hole filled in a zigzag from its left corner."""
    start = min(range(len(hole)), key=lambda i: landmarks[hole[i], 0])
    around, half = hole[start:] + hole[:start], len(hole) // 2
    pairs = zip(around[: half + 1], [around[0], *around[: half - 1 : -1]], strict=True)
    strips = [t for (a, b), (c, d) in pairwise(pairs) for t in ((a, c, b), (c, d, b))]
    return [t for t in strips if len(set(t)) == 3]


def _band(inner: Ints, outer: Ints) -> Ints:
    """Two triangles between each neighbouring pair of two rings of equal length."""
    inner_next, outer_next = np.roll(inner, -1), np.roll(outer, -1)
    return np.vstack(
        [
            np.column_stack([inner, inner_next, outer]),
            np.column_stack([inner_next, outer_next, outer]),
        ]
    )


def _cross(a: Floats, b: Floats) -> Floats:
    product: Floats = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return product


def _area(corners: Floats) -> Floats:
    """Twice the signed area of triangles (n, 3, 2)."""
    return _cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
