"""The head poses in picture files, as `ekyc pose` prints them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from ekyc.settings import Documents
from ekyc.vision.face import FaceReader
from ekyc.vision.image import opened

KEYS: Final = ("faces", "yaw_deg", "pitch_deg", "roll_deg")


def pose_report(files: Sequence[Path], limits: Documents | None = None) -> list[dict[str, Any]]:
    """One object per file: its name, number of faces (at most 2 are looked for), angles in degrees.

    Angles are null when there is no face. Blocks for about 0.5 s and 15 ms a picture. Raises
    `OSError`, `ImageUnreadable` and `ImageTooLarge`.
    """
    limits = limits or Documents()
    report = []
    with FaceReader() as faces:
        for file in files:
            picture = opened(file.read_bytes(), limits).pixels[..., ::-1]
            pose = faces.read(np.ascontiguousarray(picture)).to_json()
            report.append({"file": str(file), **{key: pose[key] for key in KEYS}})
    return report


def line(entry: Mapping[str, Any]) -> str:
    """One entry for a person to read."""
    if entry["yaw_deg"] is None:
        return f"{entry['file']}: no face"
    angles = "yaw {yaw_deg:.1f}°, pitch {pitch_deg:.1f}°, roll {roll_deg:.1f}°".format_map(entry)
    return f"{entry['file']}: faces {entry['faces']}, {angles}"
