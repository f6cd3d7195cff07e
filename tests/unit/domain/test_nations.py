"""Nations in words and in codes."""

import pytest

from ekyc.domain import nations
from ekyc.domain.names import distance, letters_misread


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("DEU", "DEU"),
        ("D", "DEUTSCH"),
        ("FRA", "Française / French"),
        ("GBS", "BRITISH SUBJECT"),
        ("AUS", "AUSTRALAIN"),
        ("VNM", "VIỆT NAM / VIETNAMESE"),
    ],
)
def test_a_nation_is_known_by_its_code_or_its_adjective(code: str, text: str) -> None:
    assert nations.is_of(code, text)


@pytest.mark.parametrize(("code", "text"), [("UTO", "FRENCH"), ("XXA", "STATELESS"), ("FRA", "")])
def test_another_nation_is_not(code: str, text: str) -> None:
    assert not nations.is_of(code, text)


def test_words_that_several_nations_share_name_none() -> None:
    assert nations.code_of("BRASILEIRO") == "BRA"
    assert nations.code_of("CONGOLESE") is None
    assert nations.code_of("ROMANIAN") == "ROU"
    assert nations.code_of("SOMEWHERE") is None


def test_a_phrase_is_found_wherever_it_begins_and_its_misread_letters_are_counted() -> None:
    assert letters_misread("DATE OF BIRTH", "4. Dete ot birth / né le") == 2
    assert letters_misread("SEX", "Sexe") == 0
    assert letters_misread("PLACE", "") == 5


@pytest.mark.parametrize(
    ("left", "right", "letters"),
    [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("abc", "xabc", 1)],
)
def test_letters_put_in_taken_out_and_changed_are_counted(
    left: str, right: str, letters: int
) -> None:
    assert distance(left, right) == letters
