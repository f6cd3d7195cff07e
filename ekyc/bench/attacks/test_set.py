"""The frozen test set of attacks and genuine runs.

Frozen means: drawn by exactly the files of `generator()`. Their hash stands in `frozen.txt`; a test
fails when they no longer have it. Whoever changes them writes the new hash there and measures anew.
Seeds below `TEST_SEEDS` are for looking at and tuning on; those from there on are for figures.
"""

import hashlib
from pathlib import Path
from typing import Final

from ekyc import demo
from ekyc.vision import models

HERE: Final = Path(__file__).parent
TEST_SEEDS: Final = 5000


def generator() -> list[Path]:
    """Every file that decides what the camera sees, the landmarks behind the mesh among them."""
    drawing = Path(demo.__file__).parent
    return sorted(
        [
            *(HERE / f"{name}.py" for name in ("actors", "heads", "plans", "prints")),
            *(drawing / f"{name}.py" for name in ("attack", "face", "mimic")),
            *(drawing / "portraits").glob("*.jpg"),
            models.path("face_landmarker.task"),
        ]
    )


def fingerprint() -> str:
    """SHA-256 over names and contents of the generator's files."""
    whole = hashlib.sha256()
    for file in generator():
        whole.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def frozen() -> str:
    """The hash the figures were measured with."""
    return (HERE / "frozen.txt").read_text(encoding="ascii").strip()
