"""The real OCR program, QR reader and zone reader on drawn cards, photographed well and badly."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from ekyc.demo import cards
from ekyc.demo.photographs import photograph
from ekyc.demo.specimen import a_specimen
from ekyc.domain.comparison import fuse
from ekyc.domain.document import FaultCode, Kind, Side, SideResult, Source, form_of
from ekyc.domain.errors import ImageTooLarge, ImageUnreadable
from ekyc.settings import Documents
from ekyc.vision import quality, tesseract_stand_in
from ekyc.vision.document import read_side
from ekyc.vision.image import opened

pytestmark = [pytest.mark.tesseract, pytest.mark.slow]
LIMITS = Documents(ocr_timeout_s=120)  # a busy machine must not change what is read


def _read(seed: int, side: Side, **how: object) -> SideResult:
    specimen = a_specimen(seed)
    card = cards.front(specimen) if side is Side.FRONT else cards.back(specimen)
    taken = photograph(card, seed=seed, **how)  # type: ignore[arg-type]
    return read_side(taken.jpeg, limits=LIMITS)


@pytest.mark.parametrize("seed", [3, 5])
def test_a_card_photographed_with_care_is_read_to_the_letter(seed: int) -> None:
    front, back = _read(seed, Side.FRONT), _read(seed, Side.BACK)
    for result, side in ((front, Side.FRONT), (back, Side.BACK)):
        assert (result.reading.kind, result.reading.side) == (Kind.CCCD_2021, side)
        assert result.reading.ok
    assert back.reading.mrz_valid
    form = fuse(front.reading, back.reading, None)
    truth = a_specimen(seed).fields
    assert {name: form.fields[name].value for name in form_of(Kind.CCCD_2021).fields} == truth
    assert form.conflicts == ()


def test_the_stand_in_reads_what_the_program_reads() -> None:
    limits = Documents(ocr_program=tesseract_stand_in.command(), ocr_timeout_s=120)
    taken = photograph(cards.front(a_specimen(1)), seed=1)
    said = read_side(taken.jpeg, limits=limits).reading.candidates
    truth = a_specimen(1).fields
    for name in ("full_name", "birth_date", "origin"):
        assert said[name]["ocr"].value == truth[name]  # type: ignore[index]


def test_a_card_held_upside_down_is_turned() -> None:
    result = _read(2, Side.FRONT, turned_deg=180)
    assert result.reading.ok
    assert result.reading.rotation_deg == 180
    said = fuse(result.reading, None, None).fields
    truth = a_specimen(2).fields
    assert {name: said[name].value for name in truth} == truth


def test_a_back_out_of_focus_is_taken_when_all_of_it_is_read_surely() -> None:
    specimen = a_specimen(3)
    taken = photograph(cards.back(specimen), seed=3, level="L2")
    soft = Image.open(io.BytesIO(taken.jpeg)).filter(ImageFilter.GaussianBlur(2.45))
    file = io.BytesIO()
    soft.save(file, "JPEG", quality=85)
    result = read_side(file.getvalue(), limits=LIMITS)
    pixels = opened(result.straightened, LIMITS).pixels
    assert FaultCode.BLUR in {each.code for each in quality.faults(pixels, Side.BACK)}
    assert result.reading.faults == ()
    assert result.reading.candidates["issue_date"][Source.OCR].value == specimen.issue.isoformat()


def test_a_table_without_a_card_is_refused() -> None:
    file = io.BytesIO()
    Image.effect_noise((1280, 960), 40).convert("RGB").save(file, "JPEG")
    reading = read_side(file.getvalue(), limits=LIMITS).reading
    assert not reading.ok


def test_a_bank_reads_two_photographs_from_the_command_line(tmp_path: Path) -> None:
    specimen = a_specimen(1)
    for name, card in (("a.jpg", cards.back(specimen)), ("b.jpg", cards.front(specimen))):
        (tmp_path / name).write_bytes(photograph(card, seed=1).jpeg)
    (tmp_path / "c.jpg").write_bytes(b"no picture")
    good = _command("read", str(tmp_path / "a.jpg"), str(tmp_path / "b.jpg"), "--json")
    assert good.returncode == 0
    report = json.loads(good.stdout)
    assert (report["kind"], report["mrz"]["valid"]) == ("cccd-2021", True)
    assert [side["side"] for side in report["sides"]] == ["back", "front"]
    assert {name: report["fields"][name]["value"] for name in specimen.fields} == specimen.fields
    assert report["conflicts"] == []
    refused = _command("read", str(tmp_path / "c.jpg"), "--json")
    assert refused.returncode == 2
    assert json.loads(refused.stdout)["error"]["code"] == "image-unreadable"


def _command(*words: str) -> subprocess.CompletedProcess[str]:
    whole = [sys.executable, "-m", "ekyc", *words]
    return subprocess.run(whole, capture_output=True, text=True, timeout=100, check=False)


def test_files_that_are_no_photographs_are_refused_before_they_cost_anything() -> None:
    bomb, picture = io.BytesIO(), io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    with pytest.raises(ImageTooLarge):
        read_side(bomb.getvalue(), limits=LIMITS)
    Image.new("RGB", (640, 480)).save(picture, "JPEG")
    hostile = [b"", b"hello", picture.getvalue()[:300], b"%!PS-Adobe-3.0 EPSF-3.0\n"]
    for file in hostile:
        with pytest.raises(ImageUnreadable):
            read_side(file, limits=LIMITS)
