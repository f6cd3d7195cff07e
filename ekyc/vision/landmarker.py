"""The one place that loads mediapipe: its face landmarker, without what it drags along."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final, Self

from ekyc.vision import models

FACES_LOOKED_FOR: Final = 2
"""Two, so that a second person is noticed; also what keeps the landmarker free of smoothing."""

_PLOTTING: Final = ("matplotlib", "matplotlib.pyplot")


@contextmanager
def without_plotting() -> Iterator[None]:
    """Keep mediapipe from importing pyplot, which it uses for drawings nobody asks for.

    The import costs 2.7 s of processor time and a font scan, at every start of a worker.
    """
    if "matplotlib" in sys.modules:
        yield
        return
    package, pyplot = (ModuleType(name) for name in _PLOTTING)
    package.pyplot = pyplot  # type: ignore[attr-defined]
    sys.modules.update(zip(_PLOTTING, (package, pyplot), strict=True))
    try:
        yield
    finally:
        for name in _PLOTTING:
            del sys.modules[name]


def open_landmarker() -> Any:
    """A stateless landmarker (still images, two faces, the head's rotation, the face's shapes).

    The caller must `close()` it: mediapipe's own `__del__` raises when it is left to the collector.
    Raises `models.ModelDamaged`.
    """
    with without_plotting():
        from mediapipe.tasks.python.core.base_options import BaseOptions
        from mediapipe.tasks.python.vision import face_landmarker
        from mediapipe.tasks.python.vision.core import vision_task_running_mode
    options = face_landmarker.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(models.path("face_landmarker.task"))),
        running_mode=vision_task_running_mode.VisionTaskRunningMode.IMAGE,
        num_faces=FACES_LOOKED_FOR,
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
    )
    with _without_greetings():
        return face_landmarker.FaceLandmarker.create_from_options(options)


class Landmarking:
    """Whoever keeps a landmarker open; to be closed, or used as a context."""

    def __init__(self) -> None:
        self._landmarker = open_landmarker()

    def close(self) -> None:
        """Free the landmarker's threads and memory."""
        self._landmarker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _without_greetings() -> Iterator[None]:
    """Keep the C++ side's greetings off standard error; failures arrive as exceptions."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def as_image(rgb: Any) -> Any:
    """mediapipe's own kind of image from (height, width, 3) RGB bytes, copied."""
    from mediapipe.tasks.python.vision.core.image import Image, ImageFormat

    return Image(image_format=ImageFormat.SRGB, data=rgb)
