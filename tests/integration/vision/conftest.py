"""The demo's people before a measuring camera."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ekyc.bench.documents import test_set
from ekyc.demo import photographs
from ekyc.demo.face import Portrait
from ekyc.demo.frames import FrameBook
from ekyc.vision.face import FaceReader

Books = Callable[[Portrait], FrameBook]


@pytest.fixture(scope="session")
def faces() -> Iterator[FaceReader]:
    """One landmarker for all tests."""
    with FaceReader() as reader:
        yield reader


@pytest.fixture(scope="session")
def faces_folder(pytestconfig: pytest.Config) -> Path:
    """Where drawn heads are kept for the next run."""
    return Path(pytestconfig.cache.mkdir("faces"))


@pytest.fixture(scope="session")
def books(faces_folder: Path) -> Books:
    """Turning heads, drawn once and kept for the next run."""
    return lambda portrait: FrameBook(portrait, faces_folder)


@pytest.fixture(scope="session")
def drawn_folder(pytestconfig: pytest.Config) -> Path:
    """Where drawn photographs are kept for the next run, as long as they are drawn the same way."""
    drawing = hashlib.sha256(test_set.fingerprint().encode())
    drawing.update(Path(photographs.__file__).read_bytes())
    return Path(pytestconfig.cache.mkdir(f"drawn-{drawing.hexdigest()[:16]}"))
