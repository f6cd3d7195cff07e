"""One-time codes: how often, how long, how many tries."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ekyc.domain import code as rules
from ekyc.domain.code import Code, CodeState, Limits, Purpose, Sent
from ekyc.domain.errors import (
    CodeBudget,
    CodeDayBudget,
    CodeExpired,
    CodesPaused,
    CodeTooSoon,
    CodeVoid,
    CodeWrong,
)
from ekyc.domain.message import TRANSITIONS, Channel, MessageState
from tests.fakes import START

LIMITS = Limits(
    life_s=600,
    again_s=30,
    tries=5,
    sends_per_hour=5,
    sends_per_day=10,
    block_sends_per_day=30,
    address_sends_per_hour=60,
    budget_per_day_vnd=10_000,
    costs_vnd={Channel.SMS: 850, Channel.VOICE: 1_200, Channel.MAIL: 0},
)


def may_send(
    last: Code | None, sent: Sent | None = None, now: datetime = START, by: Channel = Channel.SMS
) -> None:
    rules.may_send(last, sent=sent or Sent(), channel=by, now=now, limits=LIMITS)


def a_code() -> Code:
    return rules.issue(
        id="code",
        application_id="first",
        purpose=Purpose.PHONE,
        channel=Channel.SMS,
        bound_to="page",
        digest="trace",
        now=START,
        limits=LIMITS,
    )


def test_a_fresh_code_lives_ten_minutes_and_allows_five_tries() -> None:
    code = a_code()
    assert code.expires_at - START == timedelta(minutes=10)
    assert code.again_at - START == timedelta(seconds=30)
    assert (code.tries_left, code.state) == (5, CodeState.LIVE)


def test_the_first_code_may_be_sent_at_once() -> None:
    may_send(None)


@pytest.mark.parametrize(("after_s", "wait_s"), [(0, 30), (1, 29), (29.5, 1)])
def test_a_second_code_waits_and_says_how_long(after_s: float, wait_s: int) -> None:
    now = START + timedelta(seconds=after_s)
    with pytest.raises(CodeTooSoon) as refused:
        may_send(a_code(), Sent(number_hour=1), now)
    assert refused.value.values == {"seconds": wait_s}


def test_after_thirty_seconds_another_may_go_out() -> None:
    may_send(a_code(), Sent(number_hour=4), START + timedelta(seconds=30))


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        (Sent(number_hour=5), CodeBudget),
        (Sent(number_day=10), CodeDayBudget),
        (Sent(block_day=30), CodesPaused),
        (Sent(address_hour=60), CodesPaused),
        (Sent(spent_vnd=9_151), CodesPaused),
    ],
)
def test_beyond_each_share_no_code_goes_out(sent: Sent, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        may_send(None, sent)


def test_the_last_money_of_the_day_buys_an_sms_and_no_call() -> None:
    may_send(None, Sent(spent_vnd=9_150))
    with pytest.raises(CodesPaused):
        may_send(None, Sent(spent_vnd=9_150), by=Channel.VOICE)


def test_the_first_code_is_written_and_the_next_read_aloud_while_it_lives() -> None:
    def by(last: Code | None, wish: Channel | None = None, *, can_speak: bool = True) -> Channel:
        now = START + timedelta(seconds=30)
        return rules.channel_of(
            last, purpose=Purpose.PHONE, wish=wish, can_speak=can_speak, now=now
        )

    assert by(None) is Channel.SMS
    assert by(a_code()) is Channel.VOICE
    assert by(a_code(), Channel.SMS) is Channel.SMS
    assert by(a_code(), can_speak=False) is Channel.SMS
    assert by(replace(a_code(), expires_at=START)) is Channel.SMS


def test_a_code_can_be_tried_until_its_last_second() -> None:
    code = a_code()
    assert rules.check(code, bound_to="page", now=code.expires_at - timedelta(seconds=1)) == code


@pytest.mark.parametrize(
    "code", [None, replace(a_code(), state=CodeState.USED), replace(a_code(), bound_to="another")]
)
def test_no_code_a_used_one_and_anothers_are_run_out(code: Code | None) -> None:
    with pytest.raises(CodeExpired):
        rules.check(code, bound_to="page", now=START)


def test_after_ten_minutes_a_code_is_run_out() -> None:
    with pytest.raises(CodeExpired):
        rules.check(a_code(), bound_to="page", now=a_code().expires_at)


def test_a_code_without_tries_is_void() -> None:
    with pytest.raises(CodeVoid):
        rules.check(replace(a_code(), tries_left=0), bound_to="page", now=START)


def test_a_right_try_uses_the_code_and_a_wrong_one_a_try() -> None:
    assert rules.answer(a_code(), right=True).state is CodeState.USED
    assert rules.answer(a_code(), right=False).tries_left == 4


def test_a_wrong_try_says_how_many_are_left_and_the_last_that_none_is() -> None:
    refused = rules.refusal(replace(a_code(), tries_left=2))
    assert isinstance(refused, CodeWrong)
    assert refused.values == {"tries_left": 2}
    assert isinstance(rules.refusal(replace(a_code(), tries_left=0)), CodeVoid)


def test_a_message_that_arrived_is_never_taken_back() -> None:
    assert not TRANSITIONS[MessageState.DELIVERED]
    assert all(state not in later for state, later in TRANSITIONS.items())
