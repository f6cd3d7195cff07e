"""How alike the faces in two picture files are, as `ekyc match` prints it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from ekyc.domain.likeness import MODEL, judge
from ekyc.settings import Documents, Faces
from ekyc.vision.image import Pixels, opened
from ekyc.vision.likeness import Likeness, Spotted, Template

QUARTERS: Final = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)
SURER: Final = 0.1
"""A photograph is turned only where its face is found that much surer so."""


def match_report(
    one: Path, other: Path, faces: Faces, documents: Documents | None = None
) -> dict[str, Any]:
    """Score, verdict, and of each file the width of its largest face and how many there are.

    Turned as EXIF says; one that lies on its side all the same is set upright. Without a face in
    one of them the score is null and a person is to look. Blocks for about 1.5 s. Raises `OSError`,
    `ImageUnreadable` and `ImageTooLarge`.
    """
    limits = documents or Documents()
    shown, templates = [], []
    with Likeness() as likeness:
        for file in (one, other):
            picture = _upright(likeness, opened(file.read_bytes(), limits).pixels)
            seen = likeness.largest(picture)
            templates.append(likeness.template(picture, seen) if seen else None)
            shown.append(_shown(file, likeness.faces(picture), seen))
    score = _score(*templates)
    verdict = judge(score, match_at=faces.match_at, refer_at=faces.refer_at)
    return {
        "score": score,
        "verdict": verdict.value,
        "model": MODEL,
        "match_at": faces.match_at,
        "refer_at": faces.refer_at,
        "files": shown,
    }


def line(report: Mapping[str, Any]) -> str:
    """The report for a person to read."""
    if report["score"] is None:
        missing = [entry["file"] for entry in report["files"] if not entry["faces"]]
        return f"{report['verdict']}: no face in {' and '.join(missing)}"
    return f"{report['verdict']}: {report['score']:.3f}"


def _score(one: Template | None, other: Template | None) -> float | None:
    if one is None or other is None:
        return None
    return round(float(one @ other), 4)


def _upright(likeness: Likeness, picture: Pixels) -> Pixels:
    ways = [picture if way is None else np.asarray(cv2.rotate(picture, way)) for way in QUARTERS]
    sure = [max((face.score for face in likeness.faces(way)[:1]), default=0.0) for way in ways]
    best = int(np.argmax(sure))
    return ways[best] if sure[best] > sure[0] + SURER else picture


def _shown(file: Path, faces: list[Spotted], seen: tuple[Spotted, ...]) -> dict[str, Any]:
    width = round(seen[0].width_px, 1) if seen else None
    return {"file": str(file), "faces": max(len(faces), 1 if seen else 0), "face_px": width}
