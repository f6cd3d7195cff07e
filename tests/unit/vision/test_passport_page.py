"""Which rows of a passport's page say what, by captions, by the zone and by their order."""

import pytest

from ekyc.domain.document import Candidate
from ekyc.vision import print as prints
from ekyc.vision.layouts import passport
from ekyc.vision.layouts.row import Row
from ekyc.vision.line import Line, Placed

ZONE = {
    "number": "L12345678",
    "surname": "HOLM",
    "given_names": "ANNE MARIE",
    "full_name": "HOLM ANNE MARIE",
    "birth_date": "1990-04-06",
    "sex": "F",
    "nationality": "UTO",
    "expiry_date": "2033-02-14",
}
BELOW = (
    (600, 100, "Surname / Nom"),
    (600, 130, "HOLM"),
    (600, 180, "Date of birth / Date de naissance"),
    (600, 210, "06 APR /AVR 1990"),
    (600, 260, "Sex / Sexe"),
    (600, 290, "F"),
    (1000, 260, "Place of birth / Lieu de naissance"),
    (1000, 290, "ZENITH"),
    (600, 340, "Date of issue / Date de délivrance"),
    (600, 370, "14 FEB /FÉV 2023"),
    (1000, 340, "Authority / Autorité"),
    (1000, 370, "TOWN OF ZENITH"),
    (600, 420, "Date of expiry / Date d'expiration"),
    (600, 450, "14 FEB /FÉV 2033"),
)


def a_page(*prints: tuple[int, int, str]) -> list[Placed]:
    """Captions of 14 pixels, values of 24, thirteen pixels a letter."""
    return [
        Placed(
            box=(x, y, x + 13 * len(text), y + (24 if text.isupper() else 14)),
            line=Line(words=tuple((word, 0.95) for word in text.split())),
        )
        for x, y, text in prints
    ]


def said(rows: list[Row]) -> dict[str, Candidate]:
    return {name: candidate for row in rows for name, candidate in row.parse(row.lines).items()}


def values(*prints: tuple[int, int, str]) -> dict[str, str]:
    return {name: each.value for name, each in said(passport.rows(a_page(*prints), ZONE)).items()}


def test_values_below_their_captions_are_found() -> None:
    assert values(*BELOW) == {
        "surname": "HOLM",
        "birth_date": "1990-04-06",
        "sex": "F",
        "birth_place": "ZENITH",
        "issue_date": "2023-02-14",
        "expiry_date": "2033-02-14",
    }


def test_values_beside_their_captions_are_found() -> None:
    beside = (
        (600, 100, "Surname"),
        (1000, 95, "HOLM"),
        (600, 160, "Date of birth"),
        (1000, 155, "06.04.1990"),
        (600, 220, "Place of birth"),
        (1000, 215, "PORT HOPE"),
        (600, 280, "Date of issue"),
        (1000, 275, "14.02.2023"),
    )
    found = values(*beside)
    assert (found["birth_place"], found["issue_date"]) == ("PORT HOPE", "2023-02-14")


def test_a_misread_caption_is_one_all_the_same() -> None:
    garbled = [(x, y, text.replace("Date of issue", "Datc of issve")) for x, y, text in BELOW]
    garbled = [(x, y, text.replace("Place of birth", "PHlace of bith")) for x, y, text in garbled]
    assert values(*garbled) == values(*BELOW)


def test_without_captions_the_zone_and_the_order_tell_and_what_order_tells_is_in_doubt() -> None:
    bare = [(x, y, text) for x, y, text in BELOW if text.isupper()]
    rows = {row.fields[0]: row for row in passport.rows(a_page(*bare), ZONE)}
    assert rows.keys() >= {"surname", "birth_date", "issue_date", "birth_place", "expiry_date"}
    assert rows["birth_place"].most < 0.8
    assert (rows["issue_date"].confirmed, rows["issue_date"].most) == (True, 1.0)


def test_a_date_of_issue_the_expiry_does_not_imply_needs_its_caption_to_be_sure() -> None:
    odd = [(x, y, text.replace("2023", "2025")) for x, y, text in BELOW if text.isupper()]
    rows = {row.fields[0]: row for row in passport.rows(a_page(*odd), ZONE)}
    assert (rows["issue_date"].confirmed, rows["issue_date"].most < 0.8) == (False, True)


def test_a_value_goes_on_beside_and_below() -> None:
    longer = [*BELOW, (1090, 290, "BAY"), (1000, 316, "UTOPIA")]
    assert values(*longer)["birth_place"] == "ZENITH BAY UTOPIA"


@pytest.mark.parametrize(
    ("printed", "taken"),
    [
        ("HOLM", "HOLM"),
        ("HỌLM", "HOLM"),  # a mark that only Vietnamese has is a speck
        ("HO LM", None),
        ("HÖLN", None),  # misread, or spelled out by the zone
        ("PETROV", "PETROV"),  # another's: a conflict
    ],
)
def test_a_name_is_taken_where_it_is_the_zones_or_quite_another(
    printed: str, taken: str | None
) -> None:
    assert values((600, 100, "Surname"), (600, 130, printed)).get("surname") == taken


@pytest.mark.parametrize("text", ["UTOPIAN", "UTO", "UTOPIENNE"])
def test_a_nation_in_words_is_the_one_the_zone_codes(text: str) -> None:
    assert values((600, 100, "Nationality"), (600, 130, text)) == {"nationality": "UTO"}


def test_another_nation_is_told_and_an_unknown_word_is_not() -> None:
    assert values((600, 100, "Nationality"), (600, 130, "BRAZILIAN")) == {"nationality": "BRA"}
    assert values((600, 100, "Nationality"), (600, 130, "ELSEWHERE")) == {}


def test_the_day_before_the_anniversary_is_implied_and_a_leap_day_is_not() -> None:
    for until, confirmed in (("2033-02-13", True), ("2033-02-28", False), ("2033-02-14", True)):
        issue = (600, 340, "Date of issue"), (600, 370, "14 FEB 2023")
        (row,) = passport.rows(a_page(*issue), ZONE | {"expiry_date": until})
        assert row.confirmed is confirmed
    leap = (600, 340, "Date of issue"), (600, 370, "29 FEB 2024")
    (row,) = passport.rows(a_page(*leap), ZONE | {"expiry_date": "2034-02-28"})
    assert not row.confirmed


def test_a_caption_in_one_more_language_is_no_value_and_leaves_it_in_doubt() -> None:
    stacked = [
        Placed(box=(600, y, 800, y + high), line=Line(words=((text, 0.95),)))
        for y, high, text in ((290, 14, "Place"), (310, 14, "HEIMATORT"), (332, 24, "ZENITH"))
    ]
    captioned = Line(words=(("Place", 0.95), ("of", 0.95), ("birth", 0.95)))
    stacked[0] = Placed(box=stacked[0].box, line=captioned)
    rows = passport.rows(stacked, ZONE)
    found = said(rows)
    assert found["birth_place"].value == "ZENITH"
    alike = prints.agreed("birth_place", found["birth_place"], found["birth_place"])
    assert prints.within(rows, {"birth_place": alike})["birth_place"].confidence < 0.8
