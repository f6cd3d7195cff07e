"""Which syllables can be, and what a doubtful mark is taken for."""

import pytest

from ekyc.domain import syllables
from ekyc.domain.syllables import NAMES, is_possible, spelled


def test_every_listed_name_can_be() -> None:
    assert {name for name in NAMES if not is_possible(name)} == set()


@pytest.mark.parametrize(
    "syllable", ["nguyễn", "quý", "gì", "giếng", "khuỷu", "nghệ", "học", "hoà"]
)
def test_a_syllable_of_onset_rime_and_tone_is_possible(syllable: str) -> None:
    assert is_possible(syllable)


@pytest.mark.parametrize("syllable", ["hòc", "nguyêễn", "bưâ", "zap", "ếả", "tràch", "ngh"])
def test_a_stop_has_two_tones_and_no_rime_is_made_up(syllable: str) -> None:
    assert not is_possible(syllable)


def word(*signs: str, **doubt: tuple[tuple[str, float], ...]) -> str:
    """Every sign sure but those of `doubt`, which name what they may be as well."""
    variants = [doubt.get(sign, ((sign, 0.98),)) for sign in signs]
    way = spelled(variants, frozenset({"hrê"}))
    return "".join(each[at][0] for each, at in zip(variants, way, strict=True))


def test_a_mark_in_doubt_makes_a_name() -> None:
    assert word("V", "Ẵ", "N", Ẵ=(("Ẵ", 0.5), ("Ă", 0.4))) == "VĂN"
    assert word("H", "R", "E", E=(("E", 0.5), ("Ê", 0.3))) == "HRÊ"


def test_a_mark_clearly_read_stays_whatever_is_usual() -> None:
    assert word("V", "Ẵ", "N", Ẵ=(("Ẵ", 0.97), ("Ă", 0.02))) == "VẴN"


def test_of_two_names_the_likelier_reading_counts() -> None:
    assert word("H", "A", "I", A=(("Ả", 0.5), ("À", 0.4))) == "HẢI"


def test_a_word_of_too_many_ways_is_left_as_it_was_read() -> None:
    vowels = tuple((sign, 0.2) for sign in "ĂÂAẮ")
    assert word("A", "A", "A", "A", A=vowels) == "ĂĂĂĂ"


def test_a_surname_is_mended_where_nearly_everybody_with_its_letters_has_that_one() -> None:
    assert syllables.surname("NGUYÊN") == "NGUYỄN"
    assert syllables.surname("TRẦN") == "TRẦN"
    assert syllables.surname("VỌ") == "VÕ"
    assert syllables.surname("KSOR") == "KSOR"
    assert syllables.surname("GIANG") == "GIANG"
    assert syllables.surname("GIÃNG") == "GIÃNG"
