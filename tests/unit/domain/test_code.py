"""One-time codes: how often, how long, how many tries."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ekyc.domain import code as rules
from ekyc.domain.code import Code, Limits, Purpose
from ekyc.domain.errors import CodeBudget, CodeExpired, CodeTooSoon, CodeVoid, CodeWrong
from tests.fakes import START

LIMITS = Limits(life_s=600, again_s=30, tries=5, sends_per_hour=5)


def a_code() -> Code:
    return rules.issue(
        id="code",
        application_id="first",
        purpose=Purpose.PHONE,
        digest="trace",
        now=START,
        limits=LIMITS,
    )


def test_a_fresh_code_lives_ten_minutes_and_allows_five_tries() -> None:
    code = a_code()
    assert code.expires_at - START == timedelta(minutes=10)
    assert code.again_at - START == timedelta(seconds=30)
    assert (code.tries_left, code.used) == (5, False)


def test_the_first_code_may_be_sent_at_once() -> None:
    rules.may_send(None, sent_last_hour=0, now=START, limits=LIMITS)


@pytest.mark.parametrize(("after_s", "wait_s"), [(0, 30), (1, 29), (29.5, 1)])
def test_a_second_code_waits_and_says_how_long(after_s: float, wait_s: int) -> None:
    now = START + timedelta(seconds=after_s)
    with pytest.raises(CodeTooSoon) as refused:
        rules.may_send(a_code(), sent_last_hour=1, now=now, limits=LIMITS)
    assert refused.value.values == {"seconds": wait_s}


def test_after_thirty_seconds_or_a_used_code_another_may_go_out() -> None:
    later = START + timedelta(seconds=30)
    rules.may_send(a_code(), sent_last_hour=4, now=later, limits=LIMITS)
    rules.may_send(replace(a_code(), used=True), sent_last_hour=1, now=START, limits=LIMITS)


def test_the_sixth_code_in_an_hour_is_refused() -> None:
    with pytest.raises(CodeBudget):
        rules.may_send(None, sent_last_hour=5, now=START, limits=LIMITS)


def test_a_code_can_be_tried_until_its_last_second() -> None:
    code = a_code()
    assert rules.check(code, now=code.expires_at - timedelta(seconds=1)) == code


@pytest.mark.parametrize("code", [None, replace(a_code(), used=True)])
def test_no_code_and_a_used_code_are_run_out(code: Code | None) -> None:
    with pytest.raises(CodeExpired):
        rules.check(code, now=START)


def test_after_ten_minutes_a_code_is_run_out() -> None:
    with pytest.raises(CodeExpired):
        rules.check(a_code(), now=a_code().expires_at)


def test_a_code_without_tries_is_void() -> None:
    with pytest.raises(CodeVoid):
        rules.check(replace(a_code(), tries_left=0), now=START)


def test_a_right_try_uses_the_code_and_a_wrong_one_a_try() -> None:
    assert rules.answer(a_code(), right=True).used
    assert rules.answer(a_code(), right=False).tries_left == 4


def test_a_wrong_try_says_how_many_are_left_and_the_last_that_none_is() -> None:
    refused = rules.refusal(replace(a_code(), tries_left=2))
    assert isinstance(refused, CodeWrong)
    assert refused.values == {"tries_left": 2}
    assert isinstance(rules.refusal(replace(a_code(), tries_left=0)), CodeVoid)
