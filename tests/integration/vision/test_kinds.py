"""Every kind, drawn and photographed: known by itself, and read or honestly doubtful."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from ekyc.demo import cards
from ekyc.demo.photographs import photograph
from ekyc.demo.specimen import Design, a_specimen
from ekyc.domain.comparison import fuse
from ekyc.domain.document import Kind, Side, SideReading, Source, form_of
from ekyc.settings import Documents
from ekyc.vision.document import read_side
from ekyc.vision.read_report import is_good, read_report
from tests.invented_pages import page

pytestmark = [pytest.mark.tesseract, pytest.mark.slow]
LIMITS = Documents(ocr_timeout_s=120)  # a busy machine must not change what is read
TODAY = date(2026, 11, 22)
SCHEMA = Path(__file__).parents[3] / "docs" / "integrate" / "reading.schema.json"
Taken = Callable[..., Path]


@pytest.fixture(scope="session")
def taken(drawn_folder: Path) -> Taken:
    """Photographs of every kind."""

    def draw(design: Design, side: Side, *, seed: int = 1, turned_deg: int = 0) -> Path:
        file = drawn_folder / f"{design}-{seed}-{side}-{turned_deg}.jpg"
        if not file.exists():
            drawn = cards.draw(a_specimen(seed, kind=design), side)
            file.write_bytes(photograph(drawn, seed=seed, turned_deg=turned_deg).jpeg)
        return file

    return draw


def read(file: Path) -> SideReading:
    return read_side(file.read_bytes(), limits=LIMITS).reading


@pytest.mark.parametrize("design", [Design.IDENTITY_2024, Design.BARCODE_2016, Design.LICENCE])
def test_both_sides_of_a_card_are_known_and_read(taken: Taken, design: Design) -> None:
    front, back = (read(taken(design, side)) for side in Side)
    for reading, side in ((front, Side.FRONT), (back, Side.BACK)):
        assert (reading.kind, reading.side) == (design.kind, side)
        assert reading.ok
    seen = fuse(front, back, None)
    truth = a_specimen(1, kind=design).fields
    assert seen.fields.keys() >= set(form_of(design.kind).fields)
    wrong = {name for name in truth if seen.fields[name].value != truth[name]}
    assert all(seen.fields[name].doubtful for name in wrong)
    assert len(wrong) <= 1
    assert seen.conflicts == ()


@pytest.mark.parametrize("design", [Design.PASSPORT, Design.PASSPORT_UTO])
def test_a_passports_page_is_read_by_its_zone_and_print(taken: Taken, design: Design) -> None:
    shown = read(taken(design, Side.FRONT))
    assert (shown.kind, shown.side, shown.mrz_valid) == (Kind.PASSPORT, Side.FRONT, True)
    person = a_specimen(1, kind=design)
    seen = fuse(shown, None, None).fields
    assert {name: seen[name].value for name in person.fields} == person.fields
    assert not any(seen[name].doubtful for name in person.fields)
    assert {name for name in person.fields if Source.OCR in seen[name].sources} == {*person.fields}
    if design is Design.PASSPORT:
        assert seen["personal_number"].value == person.personal


@pytest.mark.parametrize("manner", ["american", "beside"])
def test_a_page_as_no_country_prints_it_is_read_by_its_captions(manner: str) -> None:
    person = a_specimen(7, kind=Design.PASSPORT_UTO)
    taken = photograph(page(person, manner), seed=7)
    form = fuse(read_side(taken.jpeg, limits=LIMITS).reading, None, None)
    printed = {name: form.fields[name].sources[Source.OCR] for name in person.fields}
    assert printed == person.fields
    assert not any(form.fields[name].doubtful for name in person.fields)
    assert form.conflicts == ()


def test_a_zone_is_found_on_a_table_whose_stripes_look_like_zones() -> None:
    person = a_specimen(44015, kind=Design.PASSPORT_UTO)
    taken = photograph(page(person, "union"), seed=44015)
    assert read_side(taken.jpeg, limits=LIMITS).reading.mrz_lines == person.mrz_lines


def test_a_residence_card_is_read_by_its_zone_alone(taken: Taken) -> None:
    person = a_specimen(1, kind=Design.RESIDENCE)
    seen = read(taken(Design.RESIDENCE, Side.BACK))
    assert (seen.kind, seen.mrz_lines) == (Kind.MRZ_ONLY, person.mrz_lines)


def test_a_card_photographed_upright_on_a_telephone_is_turned(taken: Taken) -> None:
    seen = read(taken(Design.IDENTITY_2024, Side.BACK, turned_deg=90))
    assert (seen.kind, seen.side, seen.rotation_deg) == (Kind.CAN_CUOC_2024, Side.BACK, 90)


def test_the_command_tells_of_a_cmnd_that_it_counts_no_more(taken: Taken) -> None:
    report = read_report([taken(Design.CMND, Side.FRONT)], LIMITS, today=TODAY)
    assert report["kind"] == "cmnd"
    (side,) = report["sides"]
    assert side["quality"] == {"ok": False, "faults": [{"code": "cmnd-ended"}]}
    assert not is_good(report)


def test_the_report_keeps_its_published_form(taken: Taken) -> None:
    expired = date(2099, 1, 1)
    report = read_report([taken(Design.PASSPORT_UTO, Side.FRONT)], LIMITS, today=expired)
    (fault,) = report["sides"][0]["quality"]["faults"]
    assert fault["code"] == "expired"
    fault["message"] = "as the command adds it"
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
