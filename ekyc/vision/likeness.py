"""Faces in a photograph, and a template of each by which two photographs of one person are alike.

SFace (Zhong et al. 2021) gives 128 numbers for a face of 112×112 pixels whose eyes, nose and mouth
lie where it was trained to see them; the cosine of two such templates says how alike they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ekyc.domain.likeness import MODEL
from ekyc.vision import models
from ekyc.vision.face import Points, Rgb, angles
from ekyc.vision.image import Pixels
from ekyc.vision.landmarker import Landmarking, as_image

Template = npt.NDArray[np.float32]
"""128 numbers of length 1."""

SIDE: Final = 112
SEATS: Final = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ]
)
"""Where eyes, nose and corners of the mouth lie in an aligned face (as in OpenCV's alignCrop)."""

EYES: Final = ((33, 133), (362, 263))
NOSE_AND_MOUTH: Final = (4, 61, 291)
WIDE: Final = (234, 454)
"""Landmarks of mediapipe's mesh: corners of both eyes, tip of the nose, mouth, temples."""

LOOKED_AT: Final = 1280
"""Pixels of the long side in which faces are searched for; a face of 1 in 60 of it is found."""

CLOSE: Final = 320
"""Faces that fill a photograph are found in so few pixels, and only there."""

ERRORS: Final = 2  # OpenCV's level of that name
SURE: Final = 0.7
OVERLAP: Final = 0.3
MOST: Final = 50
"""YuNet: least score of a face, how much two may overlap, how many are looked at."""

ROOM: Final = 0.75
"""Around a found face, in its own size, so that the landmarks see a whole head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotted:
    """One face in a picture, in its pixels; `points` are eyes, nose, corners of the mouth.

    The first of each pair is the one further left in an upright picture.
    """

    box: tuple[float, float, float, float]
    points: Points
    score: float = 1.0
    """How sure the finder is, 0 to 1."""
    yaw_deg: float | None = None
    pitch_deg: float | None = None

    @property
    def width_px(self) -> float:
        """Of the face, not of the head."""
        return self.box[2]


class Spotter:
    """YuNet: finds faces of any size, small ones in the background too."""

    def __init__(self) -> None:
        told = cv2.utils.logging.setLogLevel(
            ERRORS
        )  # OpenCV says each time that it found no graphics card
        self._net = cv2.FaceDetectorYN.create(
            str(models.path("yunet.onnx")), "", (320, 320), SURE, OVERLAP, MOST
        )
        cv2.utils.logging.setLogLevel(told)

    def find(self, bgr: Pixels, *, long_side_px: int = LOOKED_AT) -> list[Spotted]:
        """Every face, the largest first; the picture is shrunk to the long side first."""
        scale = min(1.0, long_side_px / max(bgr.shape[:2]))
        small = bgr if scale == 1.0 else _resized(bgr, scale)
        self._net.setInputSize((small.shape[1], small.shape[0]))
        rows: Any = self._net.detect(small)[1]  # None where there are none
        way = np.array([1 / scale] * 14 + [1.0])
        found = [_spotted(row * way) for row in ([] if rows is None else rows)]
        return sorted(found, key=lambda face: -face.box[2] * face.box[3])


class Likeness(Landmarking):
    """Finds the largest face of a photograph and makes its template; close it."""

    def __init__(self) -> None:
        super().__init__()
        self._spotter = Spotter()
        self._net = open_net()

    def largest(self, bgr: Pixels) -> tuple[Spotted, ...]:
        """The largest face as each of the two finders sees it; nothing where neither finds one.

        The landmarks look at the neighbourhood of what YuNet found: in a whole photograph they miss
        faces below a ninth of its width. Where YuNet finds none they look at all of it.
        """
        for long_side_px in (LOOKED_AT, CLOSE):
            if seen := self._spotter.find(bgr, long_side_px=long_side_px):
                return (*self._by_landmarks(bgr, _around(seen[0], bgr)), seen[0])
        return self._by_landmarks(bgr, (0, 0, bgr.shape[1], bgr.shape[0]))

    def faces(self, bgr: Pixels) -> list[Spotted]:
        """All there are, of any size, the largest first."""
        return self._spotter.find(bgr)

    def template(self, bgr: Pixels, seen: Sequence[Spotted]) -> Template:
        """The mean over all ways of aligning, each also mirrored."""
        return template(self._net, bgr, seen)

    def _by_landmarks(self, bgr: Pixels, area: tuple[int, int, int, int]) -> tuple[Spotted, ...]:
        x, y, wide, high = area
        part = np.ascontiguousarray(bgr[y : y + high, x : x + wide, ::-1])
        return tuple(_moved(face, x, y) for face in mesh(self._landmarker, part)[:1])


def open_net() -> cv2.dnn.Net:
    """SFace; whether OpenCV runs it shows at its first answer only."""
    return cv2.dnn.readNetFromONNX(str(models.path("sface.onnx")))


def self_check() -> str:
    """The model's name, after it gave a template; raises `cv2.error` when it does not."""
    _feature(open_net(), np.full((SIDE, SIDE, 3), 128, np.uint8))
    return MODEL


def template(net: cv2.dnn.Net, bgr: Pixels, seen: Sequence[Spotted]) -> Template:
    """The mean over the given ways of aligning one face, each also mirrored."""
    both = [
        face
        for one in seen
        for upright in [aligned(bgr, one.points)]
        for face in (upright, upright[:, ::-1])
    ]
    total = np.sum([_unit(_feature(net, np.ascontiguousarray(face))) for face in both], axis=0)
    return _unit(total)


def aligned(bgr: Pixels, points: Points) -> Pixels:
    """The face alone, 112×112, its five points where the net expects them."""
    way, _ = cv2.estimateAffinePartial2D(points, SEATS, method=cv2.LMEDS)
    if way is None:  # five points on one another
        way = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    shrink = float(np.hypot(way[0, 0], way[1, 0]))
    if shrink < 0.5:  # sampling every third pixel of a large face would make up details
        near = max(shrink, 1e-3) * 1.5
        return aligned(_resized(bgr, near), points * near)
    return np.asarray(cv2.warpAffine(bgr, way, (SIDE, SIDE), flags=cv2.INTER_LINEAR))


def mesh(landmarker: Any, rgb: Rgb) -> list[Spotted]:
    """The faces mediapipe finds, the widest first, with their angles."""
    found = landmarker.detect(as_image(rgb))
    size = np.array([rgb.shape[1], rgb.shape[0]], dtype=np.float64)
    faces = []
    for face, way in zip(found.face_landmarks, found.facial_transformation_matrixes, strict=True):
        outline = np.array([(p.x, p.y) for p in face]) * size
        yaw, pitch, _ = angles(way[:3, :3])
        faces.append(_meshed(outline, yaw, pitch))
    return sorted(faces, key=lambda one: -one.width_px)


def _meshed(outline: Points, yaw: float, pitch: float) -> Spotted:
    eyes = [outline[list(pair)].mean(axis=0) for pair in EYES]
    points = np.array([*eyes, *outline[list(NOSE_AND_MOUTH)]])
    (left, top), (right, bottom) = outline.min(axis=0), outline.max(axis=0)
    width = float(np.linalg.norm(outline[WIDE[0]] - outline[WIDE[1]]))
    middle = float(left + right) / 2
    box = (middle - width / 2, float(top), width, float(bottom - top))
    return Spotted(box=box, points=points, yaw_deg=yaw, pitch_deg=pitch)


def _spotted(row: npt.NDArray[np.float64]) -> Spotted:
    x, y, wide, high = (float(value) for value in row[:4])
    points = row[4:14].reshape(5, 2).astype(np.float64)
    return Spotted(box=(x, y, wide, high), points=points, score=float(row[14]))


def _moved(face: Spotted, x: float, y: float) -> Spotted:
    left, top, wide, high = face.box
    return Spotted(
        box=(left + x, top + y, wide, high),
        points=face.points + np.array([x, y]),
        yaw_deg=face.yaw_deg,
        pitch_deg=face.pitch_deg,
    )


def _around(face: Spotted, bgr: Pixels) -> tuple[int, int, int, int]:
    left, top, wide, high = face.box
    room = ROOM * max(wide, high)
    x0, y0 = max(0, int(left - room)), max(0, int(top - room))
    x1 = min(bgr.shape[1], int(left + wide + room))
    y1 = min(bgr.shape[0], int(top + high + room))
    return x0, y0, max(1, x1 - x0), max(1, y1 - y0)


def _feature(net: cv2.dnn.Net, face: Pixels) -> npt.NDArray[np.float32]:
    net.setInput(cv2.dnn.blobFromImage(face, 1.0, (SIDE, SIDE), swapRB=True))
    return np.asarray(net.forward(), dtype=np.float32).ravel()


def _unit(vector: npt.NDArray[Any]) -> Template:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), dtype=np.float32)


def _resized(bgr: Pixels, scale: float) -> Pixels:
    size = max(1, round(bgr.shape[1] * scale)), max(1, round(bgr.shape[0] * scale))
    return np.asarray(cv2.resize(bgr, size, interpolation=cv2.INTER_AREA))
