"""A caller who wants something changed: known first, then proven by the customer's own page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ekyc.domain.authorisation import (
    OPEN,
    TRANSITIONS,
    Authorisation,
    AuthorisationState,
    Identification,
    Identifier,
    Limits,
    ask,
    digits,
    holding,
    identified,
    is_named,
    is_open,
    move,
    require_unknown,
    require_unspent,
    show,
)
from ekyc.domain.errors import (
    AuthorisationMissing,
    AuthorisationsUsedUp,
    ChangeMissing,
    CodeExpired,
    IdentificationMissing,
    IdentificationsUsedUp,
    NotAllowedNow,
)
from tests.fakes import START

SECRET = b"s" * 32
RULES = Limits(identification_tries=3, authorisations=2, life_s=600)
LATE = START + timedelta(seconds=600)


def answer(id: str = "answer", *, passed: bool = True) -> Identification:
    return Identification(
        id=id,
        application_id="first",
        call_id="call",
        by=Identifier.NUMBER,
        passed=passed,
        judged_by="lan",
        at=START,
    )


def asked(change: str = "another address", *, answers: int = 1, before: int = 0) -> Authorisation:
    return ask(
        id="one",
        call_id="call",
        application_id="first",
        change=change,
        answers=[answer(str(number)) for number in range(answers)],
        asked=before,
        by="lan",
        limits=RULES,
        now=START,
    )


@pytest.mark.parametrize("said", ["079 099-012345", "079099012345", " 079099012345 "])
def test_a_number_is_heard_with_blanks_and_dashes_anywhere(said: str) -> None:
    assert is_named("079099012345", said)


@pytest.mark.parametrize(("known", "said"), [("079099012345", "079099012346"), ("", ""), ("-", "")])
def test_another_number_or_none_names_no_file(known: str, said: str) -> None:
    assert not is_named(known, said)


def test_the_newest_right_answer_counts_and_so_many_wrong_ones_are_enough() -> None:
    wrong = [answer(str(number), passed=False) for number in range(3)]
    assert identified(wrong) is None
    assert identified([answer("old"), *wrong, answer("new")]) == answer("new")
    require_unknown(wrong[:2], RULES)
    with pytest.raises(NotAllowedNow):  # nobody asks again who is known
        require_unknown([answer()], RULES)
    with pytest.raises(IdentificationsUsedUp):
        require_unknown(wrong, RULES)


def test_nothing_is_authorised_for_a_caller_nobody_knows_nor_without_words_nor_for_ever() -> None:
    with pytest.raises(IdentificationMissing):
        asked(answers=0)
    with pytest.raises(ChangeMissing):
        asked("  \n")
    with pytest.raises(AuthorisationsUsedUp):
        asked(before=2)
    one = asked(" another address ", before=1)
    assert (one.change, one.identification_id) == ("another address", "0")


def test_the_code_is_shown_to_one_session_and_not_after_its_time() -> None:
    shown = show(asked(), "a session", now=START)
    assert (shown.state, shown.session) == (AuthorisationState.SHOWN, "a session")
    assert show(shown, "a session", now=START) is shown
    with pytest.raises(NotAllowedNow):
        show(shown, "another", now=START)
    for one in (asked(), shown):
        assert is_open(one, now=LATE - timedelta(seconds=1))
        assert not is_open(one, now=LATE)
        with pytest.raises(CodeExpired):
            show(one, "a session", now=LATE)


@pytest.mark.parametrize("start", AuthorisationState)
@pytest.mark.parametrize("to", AuthorisationState)
def test_what_has_ended_stays_so(start: AuthorisationState, to: AuthorisationState) -> None:
    one = replace(asked(), state=start)
    if to in TRANSITIONS[start]:
        assert move(one, to, now=LATE).state is to
        assert start in OPEN
        return
    with pytest.raises(NotAllowedNow):
        move(one, to, now=LATE)


def test_each_authorisation_has_six_digits_of_its_own_which_follow_from_the_key() -> None:
    drawn = {digits(SECRET, str(number)) for number in range(50)}
    assert len(drawn) > 45
    assert all(len(code) == 6 and code.isdigit() for code in drawn)
    assert digits(SECRET, "one") == digits(SECRET, "one") != digits(b"another", "one")


def test_only_a_confirmed_one_holds() -> None:
    every = [replace(asked(), id=state.value, state=state) for state in AuthorisationState]
    assert [one.id for one in holding(every)] == ["confirmed"]
    require_unspent(every, "confirmed")
    for named in ("", "shown", "of another call"):
        with pytest.raises(AuthorisationMissing):
            require_unspent(every, named)


def test_one_that_something_was_registered_on_covers_nothing_else() -> None:
    spent = replace(asked(), state=AuthorisationState.CONFIRMED, registration_id="a number")
    assert holding([spent]) == [spent]  # the entry names it still
    with pytest.raises(AuthorisationMissing):
        require_unspent([spent], spent.id)
