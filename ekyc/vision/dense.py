"""Where a straightened side is densely printed: whether a code or a zone is worth looking for.

A small copy tells it in two milliseconds, a reader that finds nothing needs a hundred.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ekyc.vision.image import Pixels

SHRUNK: Final = 0.25
NEAR: Final = 9
"""Pixels of the small copy, two millimetres of a card: two modules of a code, a character."""

CODE_CORNER: Final = (0.0, 0.75, 0.4, 1.0)
"""Top, left, bottom, right, of height and width: citizen cards have their code at the top right."""

CODE_CONTRAST: Final = 0.4
CODE_SHARE: Final = 0.45
"""Light next to dark in so much of the corner: drawn codes 0.57 or more, of all levels of care;
what else lies there 0.43 at most, a zone upside down 0.54."""

ZONE: Final = (0.737, 0.051, 0.933, 0.935)
"""Where a card's zone is printed, from edge to edge."""

ZONE_CONTRAST: Final = 0.25
ZONE_SHARE: Final = 0.5
ZONE_PARTS: Final = 8
"""Of eight parts side by side all but one are that full: of a card's zone 0.92, of others 0.6."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """How far light and dark lie apart around each place of a side, 0…1."""

    around: Pixels

    @classmethod
    def of(cls, picture: Pixels) -> "Contrast":
        """Of a straightened side in colour."""
        small = cv2.resize(picture, None, fx=SHRUNK, fy=SHRUNK, interpolation=cv2.INTER_AREA)
        grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        square = np.ones((NEAR, NEAR), np.uint8)
        light, dark = cv2.dilate(grey, square), cv2.erode(grey, square)
        apart = cv2.subtract(light, dark).astype(np.float32)
        return cls(around=np.asarray(apart / np.maximum(light, 1)))

    @property
    def turned(self) -> "Contrast":
        """Of the same side upside down."""
        return Contrast(around=self.around[::-1, ::-1])

    @property
    def shows_code(self) -> bool:
        """Whether a code may be at the top right."""
        return float((self._part(CODE_CORNER) > CODE_CONTRAST).mean()) > CODE_SHARE

    @property
    def shows_zone(self) -> bool:
        """Whether a card's zone may be below."""
        parts = np.array_split(self._part(ZONE) > ZONE_CONTRAST, ZONE_PARTS, axis=1)
        return sorted(float(part.mean()) for part in parts)[1] > ZONE_SHARE

    def _part(self, box: tuple[float, float, float, float]) -> Pixels:
        high, wide = self.around.shape
        top, left, bottom, right = box
        return self.around[
            round(top * high) : round(bottom * high), round(left * wide) : round(right * wide)
        ]
