"""Two photographs of one person are alike, two of different people are not; as the command says."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from ekyc.demo.face import Portrait, Rgb, photograph
from ekyc.settings import Faces
from ekyc.vision.likeness import Likeness
from ekyc.vision.match_report import line, match_report
from tests.integration.vision.conftest import Books


@pytest.fixture(scope="module")
def likeness() -> Iterator[Likeness]:
    with Likeness() as opened:
        yield opened


def kept(folder: Path, name: str, picture: Rgb, *, exif: int = 1) -> Path:
    """A JPEG file that says how it is to be held."""
    file = folder / name
    said = Image.Exif()
    said[0x0112] = exif
    Image.fromarray(picture).save(file, quality=90, exif=said)
    return file


def test_a_customer_who_turned_a_little_matches_the_own_portrait_and_nobody_elses(
    tmp_path: Path, books: Books
) -> None:
    turned = kept(tmp_path, "turned.jpg", books(Portrait.HOPPER).frame(8, 0))
    own = kept(tmp_path, "own.jpg", photograph(Portrait.HOPPER))
    theirs = kept(tmp_path, "theirs.jpg", photograph(Portrait.COLLINS))
    assert match_report(own, turned, Faces())["verdict"] == "match"
    assert match_report(theirs, turned, Faces())["verdict"] == "no-match"


def test_a_portrait_printed_small_still_matches(likeness: Likeness, books: Books) -> None:
    large = np.ascontiguousarray(books(Portrait.HOPPER).frame(0, 0)[..., ::-1])
    share = 32 / likeness.largest(large)[0].width_px
    small = np.asarray(cv2.resize(large, None, fx=share, fy=share, interpolation=cv2.INTER_AREA))
    one, other = (likeness.template(p, likeness.largest(p)) for p in (large, small))
    assert float(one @ other) > 0.6


def test_a_photograph_is_turned_as_its_camera_says_or_as_its_face_lies(tmp_path: Path) -> None:
    lying = np.asarray(cv2.rotate(photograph(Portrait.COLLINS), cv2.ROTATE_90_CLOCKWISE), np.uint8)
    said = kept(tmp_path, "said.jpg", lying, exif=8)
    unsaid = kept(tmp_path, "unsaid.jpg", lying)
    assert match_report(said, unsaid, Faces())["score"] > 0.9


def test_of_two_people_the_one_in_front_is_compared(tmp_path: Path) -> None:
    front, behind = photograph(Portrait.HOPPER), photograph(Portrait.COLLINS)
    both = front.copy()
    both[20:180, 10:223] = cv2.resize(behind, (213, 160), interpolation=cv2.INTER_AREA)
    report = match_report(
        kept(tmp_path, "both.jpg", both), kept(tmp_path, "front.jpg", front), Faces()
    )
    assert report["verdict"] == "match"
    assert report["files"][0]["faces"] == 2


def test_the_command_says_that_there_is_no_face_and_leaves_it_to_a_person(tmp_path: Path) -> None:
    nobody = kept(tmp_path, "wall.jpg", np.full((300, 400, 3), 140, np.uint8))
    face = kept(tmp_path, "face.jpg", photograph(Portrait.HOPPER))
    asked = [sys.executable, "-m", "ekyc", "match", str(nobody), str(face), "--json"]
    answer = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False)
    assert answer.returncode == 1
    report = json.loads(answer.stdout)
    assert (report["score"], report["verdict"]) == (None, "refer")
    assert line(report) == f"refer: no face in {nobody}"
