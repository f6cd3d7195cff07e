"""What a customer is asked aloud: from the file, drawn by nobody, judged by a person."""

from collections import Counter
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from ekyc.domain.document import Kind
from ekyc.domain.question import (
    PURPOSE,
    Answer,
    Question,
    QuestionState,
    Topic,
    answers,
    drawn,
    is_answered,
    zodiac,
)

FORM = {
    "birth_date": "1999-08-12",
    "issue_date": "2021-05-22",
    "residence": "12 Phố Mẫu, Phường Thử, TP. Ví Dụ",
    "origin": "Phường Thử, TP. Ví Dụ",
}
SEEDS = [sha256(str(number).encode()).hexdigest() for number in range(400)]


def test_a_card_can_be_asked_for_whatever_its_form_says() -> None:
    assert answers(Kind.CCCD_2021, FORM) == {
        Topic.BIRTH_YEAR: Answer(said="1999"),
        Topic.BIRTH_MONTH: Answer(said="8"),
        Topic.ZODIAC: Answer(key="zodiac.cat"),
        Topic.ISSUE_YEAR: Answer(said="2021"),
        Topic.ISSUE_PLACE: Answer(key="issuer.police"),
        Topic.PROVINCE: Answer(said="TP. Ví Dụ"),
        Topic.DISTRICT: Answer(said="Phường Thử"),
        Topic.ORIGIN: Answer(said="TP. Ví Dụ"),
    }


@pytest.mark.parametrize("odd", ["", "none", "12/08/1999", ",", " , ", "Ví Dụ"])
def test_what_the_form_does_not_say_clearly_is_not_asked(odd: str) -> None:
    form = {"birth_date": odd, "issue_date": odd, "residence": odd}
    assert answers("other", form) == {}


@pytest.mark.parametrize(
    ("born", "animal"),
    [
        (date(2020, 6, 1), "rat"),
        (date(1999, 12, 31), "cat"),
        (date(2000, 1, 20), "cat"),
        (date(2000, 2, 21), "dragon"),
        (date(1945, 5, 5), "rooster"),
        (date(2000, 1, 21), None),
        (date(2000, 2, 20), None),
    ],
)
def test_the_animal_follows_the_lunar_year(born: date, animal: str | None) -> None:
    assert zodiac(born) == animal


def test_a_round_has_so_many_of_each_kind_and_none_twice() -> None:
    known = set(answers(Kind.CCCD_2021, FORM))
    for seed in SEEDS[:50]:
        topics = drawn(seed, known, of_file=3, of_purpose=2)
        assert len(topics) == len(set(topics)) == 5
        assert len(set(topics) & known) == 3
        assert len(set(topics) & set(PURPOSE)) == 2


def test_the_seed_alone_says_which_and_in_what_order() -> None:
    one = drawn(SEEDS[0], set(answers(Kind.CCCD_2021, FORM)), of_file=3, of_purpose=2)
    assert one == drawn(SEEDS[0], list(answers(Kind.CCCD_2021, FORM)), of_file=3, of_purpose=2)
    assert [topic.value for topic in one] == HANDBOOK


HANDBOOK = ["who-told", "origin", "birth-month", "with-you", "birth-year"]
"""As docs/presence.md draws it."""


def test_every_question_comes_about_as_often_as_any_other() -> None:
    known = set(answers(Kind.CCCD_2021, FORM))
    often = Counter(drawn(seed, known, of_file=1, of_purpose=0)[0] for seed in SEEDS)
    assert set(often) == known
    assert max(often.values()) < 2.5 * min(often.values())  # 50 of 400 each, on average


def test_a_file_that_knows_little_is_asked_less() -> None:
    assert len(drawn(SEEDS[0], {Topic.BIRTH_YEAR}, of_file=3, of_purpose=0)) == 1
    assert drawn(SEEDS[0], set(), of_file=3, of_purpose=0) == ()


def judged(*said: tuple[Topic, bool | None]) -> list[Question]:
    states = {True: QuestionState.PASSED, False: QuestionState.FAILED, None: QuestionState.OPEN}
    one = Question(
        id="q", call_id="c", round_id="r", position=1, topic=Topic.ORIGIN, state=QuestionState.OPEN
    )
    return [replace(one, topic=topic, state=states[passed]) for topic, passed in said]


def test_one_slip_of_memory_is_forgiven_and_no_doubtful_purpose() -> None:
    known = (Topic.BIRTH_YEAR, True), (Topic.PROVINCE, True), (Topic.ISSUE_YEAR, False)
    assert is_answered(judged(*known, (Topic.WHO_TOLD, True)), right=2)
    assert not is_answered(judged(*known, (Topic.WHO_TOLD, False)), right=2)
    assert not is_answered(judged(*known), right=3)


def test_what_was_not_asked_to_the_end_is_no_answer() -> None:
    assert not is_answered([], right=0)
    assert not is_answered(judged((Topic.BIRTH_YEAR, True), (Topic.WHO_TOLD, None)), right=1)


def test_a_file_that_knows_less_than_is_wanted_is_judged_by_what_was_asked() -> None:
    assert is_answered(judged((Topic.BIRTH_YEAR, True)), right=2)
    assert not is_answered(judged((Topic.BIRTH_YEAR, False)), right=2)
