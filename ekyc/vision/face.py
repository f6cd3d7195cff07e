"""A picture of a face in, the head's pose out: angles, rigid points, and how solid it looks."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from ekyc.vision.landmarker import Landmarking, as_image

Rgb = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]

RIGID: Final = (
    *(1, 2, 4, 5, 6, 8, 9, 10, 19, 33, 133, 263, 362, 46, 276, 93, 323, 127, 356, 234, 454, 132),
    *(361, 168, 195, 197, 98, 327, 50, 280, 117, 346, 129, 358, 151, 108, 337, 21, 251, 54, 284),
    *(103, 332, 67, 297),
)
"""Landmarks that speech and smiles hardly move: nose, eye corners, brow, temples, cheekbones."""

EYES: Final = (RIGID.index(33), RIGID.index(263))
"""Outer corners of both eyes within `RIGID`; their distance is the unit of planarity."""

TEMPLES: Final = (234, 454)
EYELIDS: Final = ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380))
"""Of the person's right and left eye: one corner, two of the upper lid, the other corner, two of
the lower lid, as the eye aspect ratio takes them (Soukupová and Čech, 2016)."""

SMILE: Final = ("mouthSmileLeft", "mouthSmileRight")
BRIGHT: Final = 250
OVEREXPOSED_SHARE: Final = 0.4
"""Of the face's box: portraits brightened until their pose drifts have .57 and more."""

RIVAL: Final = 0.6
"""Of the widest face's width: so wide another one could be taken for it. Smaller ones are somebody
further away, told by the looks of a call (`vision.likeness`), or folds of cloth: the landmarker saw
a face of .54 in a drawn collar in one of a hundred calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacePose:
    """What one picture showed; angles in degrees, points and width in pixels.

    yaw > 0 is the person's own left, pitch > 0 up, roll > 0 counter-clockwise in the image. With
    several faces it is the widest one's; those under `RIVAL` of its width are not counted. All but
    `faces` is empty when there is none.

    `stretch` compares with the front too: how much wider the points lie, by their height.

    `eyes` are the aspect ratios of the person's right and left eye, `smile` the mean score of both
    mouth corners, `size` the face's width by the shorter side of the picture.
    """

    faces: int
    yaw_deg: float | None = None
    pitch_deg: float | None = None
    roll_deg: float | None = None
    planarity: float | None = None
    stretch: float | None = None
    points: tuple[tuple[float, float], ...] = ()
    face_px: float | None = None
    overexposed: bool = False
    eyes: tuple[float, float] | None = None
    smile: float | None = None
    size: float | None = None

    def to_json(self) -> dict[str, Any]:
        """As the pose socket sends it."""
        return asdict(self)


class FaceReader(Landmarking):
    """mediapipe's landmarker, opened once and asked for one picture at a time; close it."""

    def read(self, rgb: Rgb, *, front: Sequence[Sequence[float]] | None = None) -> FacePose:
        """The pose in an RGB picture (height, width, 3); `front` are the points of the own front.

        Size hardly matters to time or accuracy down to 320×240; a face needs 1/9 of the width.
        """
        found = self._landmarker.detect(as_image(np.ascontiguousarray(rgb)))
        if not found.face_landmarks:
            return FacePose(faces=0)
        size = np.array([rgb.shape[1], rgb.shape[0]], dtype=np.float64)
        outlines = [np.array([(p.x, p.y) for p in face]) * size for face in found.face_landmarks]
        widths = [_width(outline) for outline in outlines]
        widest = widths.index(max(widths))
        outline = outlines[widest]
        yaw, pitch, roll = angles(found.facial_transformation_matrixes[widest][:3, :3])
        points = outline[list(RIGID)]
        own = None if front is None else np.array(front, np.float64)
        return FacePose(
            faces=sum(width >= RIVAL * max(widths) for width in widths),
            yaw_deg=yaw,
            pitch_deg=pitch,
            roll_deg=roll,
            planarity=None if own is None else planarity(own, points),
            stretch=None if own is None else stretch(own, points),
            points=tuple((round(float(x), 2), round(float(y), 2)) for x, y in points),
            face_px=round(_width(outline), 1),
            overexposed=bright_share(rgb, outline) > OVEREXPOSED_SHARE,
            eyes=(openness(outline[list(EYELIDS[0])]), openness(outline[list(EYELIDS[1])])),
            smile=_smile(found.face_blendshapes[widest]),
            size=round(_width(outline) / min(rgb.shape[:2]), 4),
        )


def angles(rotation: npt.NDArray[Any]) -> tuple[float, float, float]:
    """Yaw, pitch, roll in degrees of a head's rotation (3, 3), which may carry a scale.

    The nearest true rotation is taken first (orthogonal Procrustes); its third column is where the
    face points to.
    """
    left, _, right = np.linalg.svd(np.asarray(rotation, dtype=np.float64))
    pure = left @ right
    forward = pure[:, 2]
    return (
        round(float(np.degrees(np.arctan2(forward[0], forward[2]))), 2),
        round(float(np.degrees(np.arcsin(np.clip(forward[1], -1.0, 1.0)))), 2),
        round(float(np.degrees(np.arctan2(pure[1, 0], pure[1, 1]))), 2),
    )


def planarity(front: Points, turned: Points) -> float | None:
    """How badly a flat thing explains the way from `front` to `turned`, both (n, 2) in pixels.

    The best homography between the two sets leaves this root mean square error, in distances
    between the eyes: under .025 for a flat photograph at any angle, over .08 for a head turned by
    15 degrees. None when the sets cannot be compared.
    """
    eyes = float(np.linalg.norm(front[EYES[0]] - front[EYES[1]])) if _comparable(front) else 0.0
    if eyes < 1.0:
        return None
    flat, _ = cv2.findHomography(front, turned, 0)
    if flat is None:
        return None
    explained = cv2.perspectiveTransform(front[None], flat)[0]
    return round(float(np.sqrt(((explained - turned) ** 2).sum(axis=1).mean()) / eyes), 5)


def stretch(front: Points, turned: Points) -> float | None:
    """How much wider than at the front the points lie, by their height, both along the eyes' line.

    A head that turns shows its cheek and its nose from the side, and stays as wide as it was; paper
    that is turned until its bend looks like a head's turn is seen from the side itself. Drawn heads
    turned sideways by 20 to 46 degrees, up to 18 up or down as well, have .93 to 1.32, bent prints
    that report as much .65 to 1.07, nine in ten under .92. Heads that look up, up to 16 aside, have
    .92 to 1.18 (prints .94 to 1.70, two in three beyond), heads that look down .75 to .97 (prints
    .77 to 1.45, seven in eight over 1.0). None when the sets cannot be compared.
    """
    if not _comparable(front) or not _comparable(turned):
        return None
    before, now = _proportion(front), _proportion(turned)
    return round(now / before, 4) if before > 0 else None


def _proportion(points: Points) -> float:
    """Width by height of a set of points, as standard deviations along and across the eyes."""
    along = points[EYES[1]] - points[EYES[0]]
    length = float(np.linalg.norm(along))
    if length == 0:
        return 0.0
    across = np.array([-along[1], along[0]])
    middle = points - points.mean(axis=0)
    high = float((middle @ across).std())
    return float((middle @ along).std()) / high if high > 0 else 0.0


def openness(lids: Points) -> float:
    """The eye aspect ratio of the points of one of `EYELIDS`, (6, 2): about .3 open, .1 closed."""
    outer, upper_1, upper_2, inner, lower_2, lower_1 = lids
    width = float(np.linalg.norm(outer - inner))
    tall = float(np.linalg.norm(upper_1 - lower_1) + np.linalg.norm(upper_2 - lower_2)) / 2
    return round(tall / width, 4) if width > 0 else 0.0


def _smile(shapes: Iterable[Any]) -> float:
    scores = [shape.score for shape in shapes if shape.category_name in SMILE]
    return round(float(np.mean(scores)), 4) if scores else 0.0


def bright_share(rgb: Rgb, outline: Points) -> float:
    """The share of clipped pixels in the box around a face, 0 to 1."""
    height, width = rgb.shape[:2]
    x0, y0 = np.clip(outline.min(axis=0), 0, [width - 1, height - 1]).astype(int)
    x1, y1 = np.clip(outline.max(axis=0), 0, [width - 1, height - 1]).astype(int)
    box = rgb[y0 : y1 + 1, x0 : x1 + 1]
    return float((box.min(axis=2) > BRIGHT).mean())


def _comparable(front: Points) -> bool:
    return front.shape == (len(RIGID), 2) and bool(np.isfinite(front).all())


def _width(outline: Points) -> float:
    return float(np.linalg.norm(outline[TEMPLES[0]] - outline[TEMPLES[1]]))
