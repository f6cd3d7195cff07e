"""One look at a call's picture: who is in it, how well lit, and a template of the person in front.

Slower than a pose (some 80 ms of processor time against 13): made every few seconds, not at each
picture.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from ekyc.vision.face import Points, Rgb, bright_share
from ekyc.vision.image import Pixels, jpeg
from ekyc.vision.landmarker import Landmarking
from ekyc.vision.likeness import Likeness, Spotted, Spotter, mesh, open_net, template

FRONTAL_YAW_DEG: Final = 15.0
FRONTAL_PITCH_DEG: Final = 22.0
"""To the camera's axis; a face further turned is not compared: at 25 degrees a rendered face is as
alike to its own front as .59, and cameras stand above or below the eyes."""

LEAST_PX: Final = 60
"""A narrower face is not compared."""

HEAD: Final = 0.45
CROP_PX: Final = 240
"""What is kept to be shown: so much around the face, at most so wide."""

CLOSE: Final = 2.7
"""An operator's own net sees the face with so much around it, as anti-spoof nets are trained."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNet:
    """An operator's own net against pictures of faces: ONNX, blue-green-red, 0 to 255."""

    path: str
    size_px: int
    genuine: int
    """Which of its outputs says that the face is genuine."""


class Looker(Landmarking):
    """Opened once, asked for one picture at a time; close it."""

    def __init__(self, own: OwnNet | None = None) -> None:
        super().__init__()
        self._spotter, self._net = Spotter(), open_net()
        self._own = own
        self._own_net = cv2.dnn.readNetFromONNX(str(Path(own.path))) if own else None

    def look(self, rgb: Rgb) -> dict[str, Any]:
        """What a call's picture shows, as it is sent to the media worker."""
        bgr = np.ascontiguousarray(rgb[..., ::-1])
        every = self._spotter.find(bgr, long_side_px=max(bgr.shape[:2]))
        seen = mesh(self._landmarker, rgb)
        if not seen:
            return {"faces": len(every)}
        first = seen[0]
        return {
            "faces": max(len(every), len(seen)),
            "yaw_deg": first.yaw_deg,
            "pitch_deg": first.pitch_deg,
            "face_px": round(first.width_px, 1),
            "bright": round(bright_share(rgb, _corners(first)), 3),
            "light": round(_light(bgr, first), 1),
            "points": [[round(float(v), 2) for v in point] for point in first.points],
            "genuine": self._genuine(bgr, first),
            **self._compared(bgr, first),
        }

    def _compared(self, bgr: Pixels, first: Spotted) -> dict[str, Any]:
        """By one way of aligning: a second one costs as much again and told nobody better apart."""
        if not _is_frontal(first) or first.width_px < LEAST_PX:
            return {"template": None, "picture": b""}
        numbers = template(self._net, bgr, [first])
        return {
            "template": [round(float(number), 5) for number in numbers],
            "picture": jpeg(_shown(bgr, first)),
        }

    def _genuine(self, bgr: Pixels, first: Spotted) -> float | None:
        if self._own is None or self._own_net is None:
            return None
        size = self._own.size_px, self._own.size_px
        around = _area(bgr, first, CLOSE / 2)
        self._own_net.setInput(cv2.dnn.blobFromImage(around, 1.0, size))
        said = np.asarray(self._own_net.forward(), np.float64).ravel()
        if said.min() < 0 or abs(said.sum() - 1) > 0.01:  # not shares yet
            said = np.exp(said - said.max())
            said /= said.sum()
        return round(float(said[self._own.genuine]), 4)


def _is_frontal(face: Spotted) -> bool:
    if face.yaw_deg is None or face.pitch_deg is None:
        return False
    return abs(face.yaw_deg) <= FRONTAL_YAW_DEG and abs(face.pitch_deg) <= FRONTAL_PITCH_DEG


def _corners(face: Spotted) -> Points:
    left, top, wide, high = face.box
    return np.array([(left, top), (left + wide, top + high)])


def _light(bgr: Pixels, face: Spotted) -> float:
    """Mean brightness of the face, 0 to 255."""
    area = _area(bgr, face, 0.5)
    return float(cv2.cvtColor(area, cv2.COLOR_BGR2GRAY).mean()) if area.size else 0.0


def _shown(bgr: Pixels, face: Spotted) -> Pixels:
    area = _area(bgr, face, 0.5 + HEAD)
    scale = min(1.0, CROP_PX / area.shape[1])
    return np.asarray(cv2.resize(area, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def _area(bgr: Pixels, face: Spotted, half: float) -> Pixels:
    """A square around a face, as far as the picture goes; `half` of its side in its own size."""
    left, top, wide, high = face.box
    x, y, reach = left + wide / 2, top + high / 2, half * max(wide, high)
    x0, y0 = max(0, int(x - reach)), max(0, int(y - reach))
    x1, y1 = max(x0 + 1, int(x + reach)), max(y0 + 1, int(y + reach))
    return np.ascontiguousarray(bgr[y0:y1, x0:x1])


@cache
def _likeness() -> Likeness:
    """Opened with a process's first portrait, and ended with the process."""
    return Likeness()


def face_of(bgr: Pixels) -> tuple[dict[str, Any], bytes]:
    """The largest face of a portrait: its template and width, and a JPEG of it; or no template."""
    likeness = _likeness()
    seen = likeness.largest(bgr)
    if not seen:
        return {"template": None}, b""
    numbers = [round(float(number), 5) for number in likeness.template(bgr, seen)]
    head = {"template": numbers, "face_px": round(seen[0].width_px, 1)}
    return head, jpeg(_shown(bgr, seen[0]))
