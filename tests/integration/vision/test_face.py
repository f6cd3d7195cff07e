"""A rendered head is measured as it was turned; a print of it is measured as flat."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from ekyc.demo import attack
from ekyc.demo.face import Portrait, Rgb, photograph
from ekyc.demo.frames import TURNS
from ekyc.domain.movement import AXES, Direction
from ekyc.settings import Documents
from ekyc.vision.face import FaceReader
from tests.integration.vision.conftest import Books

SIDES = list(AXES)


def small(picture: Rgb) -> Rgb:
    return np.asarray(cv2.resize(picture, (320, 240), interpolation=cv2.INTER_AREA), np.uint8)


def test_mediapipe_is_the_newest_version_without_a_metrics_uploader() -> None:
    assert version("mediapipe") == "0.10.33"


@pytest.mark.parametrize("portrait", Portrait)
@pytest.mark.parametrize("side", SIDES)
def test_a_turned_head_is_measured_to_the_side_it_was_turned_to(
    portrait: Portrait, side: Direction, faces: FaceReader, books: Books
) -> None:
    front = faces.read(small(photograph(portrait)))
    turned = faces.read(small(books(portrait).frame(*TURNS[side])), front=front.points)
    assert turned.yaw_deg is not None
    assert turned.pitch_deg is not None
    assert turned.planarity is not None
    assert front.yaw_deg is not None
    assert front.pitch_deg is not None
    yaw, pitch = turned.yaw_deg - front.yaw_deg, turned.pitch_deg - front.pitch_deg
    along, across = (yaw, pitch) if AXES[side].sideways else (pitch, yaw)
    assert along * AXES[side].sign == pytest.approx(max(map(abs, TURNS[side])), abs=11)
    assert abs(across) < 4
    assert turned.planarity > 0.09


@pytest.mark.parametrize(("yaw", "pitch"), [(30, 0), (-45, 0), (0, 30), (0, -30)])
def test_a_print_turned_in_the_hand_stays_flat(yaw: float, pitch: float, faces: FaceReader) -> None:
    photo = photograph(Portrait.HOPPER)
    front = faces.read(small(attack.held(photo, 0, 0)))
    turned = faces.read(small(attack.held(photo, yaw, pitch)), front=front.points)
    assert turned.planarity is not None
    assert turned.planarity < 0.03


def test_size_hardly_changes_what_is_measured(faces: FaceReader) -> None:
    photo = photograph(Portrait.COLLINS)
    large, little = faces.read(photo), faces.read(small(photo))
    assert large.yaw_deg == pytest.approx(little.yaw_deg, abs=1)
    assert large.pitch_deg == pytest.approx(little.pitch_deg, abs=1)
    assert large.face_px == pytest.approx(190, abs=8)
    assert len(large.points) == len(little.points)


def test_two_people_are_counted_and_the_nearer_one_is_measured(faces: FaceReader) -> None:
    near, far = photograph(Portrait.COLLINS)[:, 130:510], photograph(Portrait.HOPPER)[:, 130:510]
    far = np.asarray(cv2.resize(far, None, fx=0.8, fy=0.8), np.uint8)
    both = np.zeros((480, 690, 3), np.uint8)
    both[:, :380], both[: far.shape[0], 384 : 384 + far.shape[1]] = near, far
    seen = faces.read(both)
    assert seen.faces == 2
    assert seen.face_px == pytest.approx(190, abs=10)


def test_an_empty_room_has_no_angles(faces: FaceReader) -> None:
    seen = faces.read(np.full((240, 320, 3), 90, np.uint8))
    assert seen.faces == 0
    assert seen.yaw_deg is None
    assert seen.points == ()


def test_glaring_light_is_noticed(faces: FaceReader) -> None:
    photo = photograph(Portrait.HOPPER).astype(np.float64)
    assert faces.read(np.clip(photo * 2.5 + 40, 0, 255).astype(np.uint8)).overexposed
    assert not faces.read(np.clip(photo * 1.2, 0, 255).astype(np.uint8)).overexposed


def ekyc(*words: str, code: int) -> str:
    """What the command prints on standard output."""
    ran = subprocess.run([sys.executable, "-m", "ekyc", *words], capture_output=True, text=True)
    assert ran.returncode == code, ran.stderr
    return ran.stdout


def test_a_bank_measures_its_own_pictures_by_the_command(tmp_path: Path) -> None:
    face, wall = tmp_path / "face.png", tmp_path / "wall.jpg"
    Image.fromarray(photograph(Portrait.COLLINS)).save(face)
    Image.new("RGB", (400, 300), "grey").save(wall)
    one, none = json.loads(ekyc("pose", str(face), str(wall), "--json", code=0))
    assert one["file"] == str(face)
    assert one["faces"] == 1
    assert set(one) == {"file", "faces", "yaw_deg", "pitch_deg", "roll_deg"}
    assert none == {
        "file": str(wall),
        "faces": 0,
        "yaw_deg": None,
        "pitch_deg": None,
        "roll_deg": None,
    }


def test_a_file_that_is_no_picture_or_not_there_is_told_by_the_command(tmp_path: Path) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("no picture", encoding="ascii")
    refused = json.loads(ekyc("pose", str(text), "--json", code=2))
    assert refused["error"]["code"] == "image-unreadable"
    huge = tmp_path / "huge.jpg"
    huge.write_bytes(bytes(Documents().photo_max_bytes + 1))
    told = json.loads(ekyc("pose", str(huge), "--json", code=2))["error"]
    assert told["code"] == "image-too-large"
    assert "{" not in told["message"]
    missing = json.loads(ekyc("pose", str(tmp_path / "none.jpg"), "--json", code=2))
    assert missing["error"]["code"] == "file-unreadable"
    assert "none.jpg" in missing["error"]["message"]


def test_a_person_reads_the_poses_line_by_line(tmp_path: Path) -> None:
    face, wall = tmp_path / "face.png", tmp_path / "wall.jpg"
    Image.fromarray(photograph(Portrait.HOPPER)).save(face)
    Image.new("RGB", (400, 300), "grey").save(wall)
    lines = ekyc("pose", str(face), str(wall), code=0).splitlines()
    assert lines[0].startswith(f"{face}: faces 1, yaw ")
    assert lines[1] == f"{wall}: no face"
