"""What the lock installs works together, and nothing in it writes over another."""

import subprocess
import sys
from importlib import metadata

import pytest


def test_opencv_and_mediapipe_share_one_process() -> None:
    program = (
        "import cv2, numpy;"
        "from mediapipe.tasks.python.vision import FaceLandmarker;"
        "assert cv2.flip(numpy.zeros((4, 4, 3), numpy.uint8), 1).shape == (4, 4, 3)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_only_one_package_unpacks_into_cv2() -> None:
    assert set(metadata.packages_distributions()["cv2"]) == {"opencv-python"}


def test_mediapipe_is_the_last_one_without_a_metrics_uploader() -> None:
    assert metadata.version("mediapipe") == "0.10.33"


@pytest.mark.parametrize("gone", ["opencv-contrib-python", "opencv-python-headless"])
def test_no_second_opencv_is_installed(gone: str) -> None:
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version(gone)
