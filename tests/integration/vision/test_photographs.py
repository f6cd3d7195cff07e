"""Photographs as they come: ordinary ones, webcam frames, and each fault with its own reason."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from ekyc.demo import cards
from ekyc.demo.photographs import FAULTS, Level, photograph
from ekyc.demo.specimen import a_specimen
from ekyc.domain.comparison import fuse
from ekyc.domain.document import FaultCode, Kind, Side, SideReading, form_of
from ekyc.settings import Documents
from ekyc.vision import card, qr
from ekyc.vision.document import read_side
from ekyc.vision.image import opened

pytestmark = [pytest.mark.tesseract, pytest.mark.slow]
LIMITS = Documents(ocr_timeout_s=120)  # a busy machine must not change what is read
FRAMES = [(640, 480), (1280, 720), (1920, 1080)]
Taken = Callable[..., tuple[bytes, np.ndarray]]


@pytest.fixture(scope="session")
def taken(drawn_folder: Path) -> Taken:
    """Photographs with their true corners."""

    def draw(
        seed: int,
        side: Side,
        *,
        level: Level = Level.L1,
        fault: FaultCode | None = None,
        size: tuple[int, int] = (1920, 1440),
    ) -> tuple[bytes, np.ndarray]:
        file = drawn_folder / f"{seed}-{side}-{level}-{fault or 'good'}-{size[0]}.npz"
        if not file.exists():
            person = a_specimen(seed)
            drawn = cards.front(person) if side is Side.FRONT else cards.back(person)
            made = photograph(drawn, seed=seed, level=level, fault=fault, size=size)
            np.savez(file, jpeg=np.frombuffer(made.jpeg, np.uint8), corners=np.array(made.corners))
        kept = np.load(file)
        return kept["jpeg"].tobytes(), kept["corners"]

    return draw


def read(taken: tuple[bytes, np.ndarray]) -> SideReading:
    return read_side(taken[0], limits=LIMITS).reading


def off(reading: SideReading, corners: np.ndarray) -> float:
    """The worst corner's error as a share of the card's diagonal."""
    errors = np.linalg.norm(np.array(reading.corners) - corners, axis=1)
    return float(errors.max() / np.linalg.norm(corners[0] - corners[2]))


@pytest.mark.parametrize("seed", [0, 11, 12])
def test_an_ordinary_photograph_is_read_right_or_the_field_is_in_doubt(
    taken: Taken, seed: int
) -> None:
    front = taken(seed, Side.FRONT, level=Level.L2)
    back = taken(seed, Side.BACK, level=Level.L2)
    readings = read(front), read(back)
    for reading, (_, corners) in zip(readings, (front, back), strict=True):
        assert reading.ok
        assert off(reading, corners) < 0.01
    seen = fuse(*readings, None)
    truth = a_specimen(seed).fields
    wrong = {
        name for name in form_of(Kind.CCCD_2021).fields if seen.fields[name].value != truth[name]
    }
    assert wrong <= {"origin", "nationality"}  # what only print tells
    assert all(seen.fields[name].doubtful for name in wrong)
    assert seen.conflicts == ()


@pytest.mark.parametrize("size", FRAMES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_frame_of_a_webcam_shows_where_the_card_is(taken: Taken, size: tuple[int, int]) -> None:
    for side in Side:
        file, corners = taken(7, side, level=Level.FRAME, size=size)
        reading = read((file, corners))
        assert off(reading, corners) < 0.01
        assert reading.kind is Kind.CCCD_2021
        assert all(fault.code is FaultCode.TOO_SMALL for fault in reading.faults)


ON_THE_DOCUMENT = {FaultCode.MOTION, FaultCode.SCREEN, FaultCode.COVERED, FaultCode.DAMAGED}
"""These are looked at in test_gates.py."""


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - ON_THE_DOCUMENT))
def test_a_fault_is_told_by_its_name_and_nothing_is_misread_into_a_conflict(
    taken: Taken, fault: FaultCode
) -> None:
    seed = 3 if fault is FaultCode.GLARE else 9
    for side in Side:
        reading = read(taken(seed, side, fault=fault))
        assert not reading.ok
        assert reading.faults[0].code is fault
        assert fuse(reading, None, None).conflicts == ()


def test_a_faint_card_on_white_paper_is_found_by_its_code(taken: Taken) -> None:
    """Seed 17 at L2 lies white on white: two of its sides can hardly be seen."""
    file, corners = taken(17, Side.FRONT, level=Level.L2)
    pixels = opened(file, LIMITS).pixels
    code = qr.read_photograph(pixels[..., 1])
    assert code is not None
    found = card.find(pixels, code=code.corners)
    assert found is not None
    assert np.abs(found.quad - corners).max() < 0.01 * np.linalg.norm(corners[0] - corners[2])
    assert found.confidence >= card.SURE


def test_a_front_whose_code_is_covered_is_read_from_its_print() -> None:
    person = a_specimen(2)
    drawn = cards.front(person)
    drawn.image.paste((214, 226, 214), (1380, 80, 1620, 320))
    shown = photograph(drawn, seed=2)
    reading = read_side(shown.jpeg, limits=LIMITS).reading
    assert reading.ok
    assert reading.qr_text is None
    assert fuse(reading, None, None).fields["number"].value == person.number


def test_a_scan_without_a_rim_is_the_card_itself() -> None:
    person = a_specimen(4)
    sides = {Side.FRONT: cards.front(person), Side.BACK: cards.back(person)}
    readings = {}
    for side, drawn in sides.items():
        file = BytesIO()
        drawn.image.convert("RGB").save(file, "JPEG", quality=90)
        readings[side] = read_side(file.getvalue(), limits=LIMITS).reading
        assert readings[side].ok
    seen = fuse(readings[Side.FRONT], readings[Side.BACK], None)
    assert {
        name: seen.fields[name].value for name in form_of(Kind.CCCD_2021).fields
    } == person.fields
