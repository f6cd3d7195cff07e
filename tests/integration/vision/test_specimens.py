"""Specimens of every kind: numbers nobody has, and codes and zones that say what is printed."""

import numpy as np
import pytest

from ekyc.demo import cards
from ekyc.demo.photographs import photograph
from ekyc.demo.specimen import UTOPIA, Design, a_specimen
from ekyc.domain import citizen, mrz
from ekyc.domain.document import Kind, Side
from ekyc.vision import qr

CODED = {Design.CHIP_2021: 0, Design.IDENTITY_2024: 1, Design.LICENCE: 1}
"""Which side carries the QR code."""

BARRED = {Design.BARCODE_2016: 1}
"""Which side carries the bar code, and in it the number."""


@pytest.mark.parametrize("design", Design)
def test_nobody_has_the_number_of_a_specimen(design: Design) -> None:
    for seed in range(20):
        person = a_specimen(seed, kind=design)
        numbers = [person.number, person.old_number, person.personal]
        home = [number for number in numbers if number.isdigit()]
        assert all(number.startswith(citizen.SPECIMEN) for number in home)
        assert home or person.nationality == UTOPIA
        assert person.fields["number"] == person.number
        assert person == a_specimen(seed, kind=design)


@pytest.mark.parametrize("design", Design)
def test_the_zone_of_a_specimen_keeps_every_rule_and_says_what_is_printed(design: Design) -> None:
    person = a_specimen(5, kind=design)
    if not person.mrz_lines:
        assert design.kind in {Kind.CCCD_2016, Kind.CMND, Kind.GPLX}
        return
    zone = mrz.parse(person.mrz_lines)
    assert zone is not None
    assert zone.valid
    said = mrz.fields(zone)
    same = ("number", "birth_date", "sex", "nationality", "expiry_date")
    assert {name: said[name] for name in same} == {name: person.fields[name] for name in same}


@pytest.mark.parametrize("design", Design)
def test_every_side_of_a_specimen_can_be_drawn_and_its_code_read(design: Design) -> None:
    person = a_specimen(3, kind=design)
    drawn = cards.sides(person)
    assert [card.side for card in drawn] == list(Side)[: len(drawn)]
    for place, card in enumerate(drawn):
        code = qr.read_photograph(np.asarray(card.image.convert("L")))
        said = person.qr_text if CODED.get(design) == place else None
        assert (code.text if code else None) == (
            person.number if BARRED.get(design) == place else said
        )


def test_a_passport_is_photographed_in_its_own_proportions() -> None:
    page = cards.front(a_specimen(1, kind=Kind.PASSPORT))
    taken = photograph(page, seed=1)
    sides = np.linalg.norm(np.diff(np.array(taken.corners), axis=0), axis=1)
    assert sides[0] / sides[1] == pytest.approx(125 / 88, rel=0.08)
