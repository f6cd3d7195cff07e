"""The one-time code: sent to the bank's number, tried five times, used once."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from ekyc.domain.application import Stage
from ekyc.domain.code import Limits
from ekyc.domain.errors import (
    CodeBudget,
    CodeExpired,
    CodeTooSoon,
    CodeVoid,
    CodeWrong,
    NotAllowedNow,
    SenderMissing,
)
from ekyc.journey import codes
from ekyc.notify.none import NoSender
from ekyc.settings import Codes
from ekyc.storage import applications, schema
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.fakes import FakeClock, Messages

SECRET = b"s" * 32
LIMITS = Limits(**Codes().model_dump())


@pytest.fixture
def messages() -> Messages:
    return Messages()


@pytest.fixture(autouse=True)
async def _somebody_agreed(store: Store) -> None:
    await given(store, an_application(stage=Stage.CONSENTED))


def said(code: str, language: str) -> str:
    return f"{language}: {code}"


async def send(store: Store, clock: FakeClock, sender: Any, id: str = "first") -> None:
    await codes.send(
        store, clock, sender, application_id=id, secret=SECRET, limits=LIMITS, word=said
    )


async def confirm(store: Store, clock: FakeClock, digits: str, id: str = "first") -> None:
    await codes.confirm(store, clock, application_id=id, secret=SECRET, digits=digits)


def wrong(messages: Messages) -> str:
    """Six digits that are not the code's."""
    return f"{(int(messages.last_code) + 1) % 1_000_000:06d}"


async def _stage(store: Store) -> Stage:
    async with store.read() as tx:
        return (await applications.load(tx, "first")).stage


async def _facts(store: Store, id: str = "first") -> list[tuple[str, Any]]:
    async with store.read() as tx:
        return [(row["name"], row["data"]) for row in await applications.events(tx, id)]


async def test_the_code_that_was_sent_confirms_the_number(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    (to, text) = messages.sent[0]
    assert to == "+84900000318"
    assert text == f"vi: {messages.last_code}"
    await confirm(store, clock, f" {messages.last_code} ")
    assert await _stage(store) is Stage.PHONE_CONFIRMED
    assert await _facts(store) == [
        ("code.sent", {"purpose": "phone", "channel": "sms"}),
        ("code.confirmed", {"purpose": "phone"}),
        ("application.moved", {"stage": "phone_confirmed"}),
    ]


async def test_a_wrong_code_is_counted_before_it_is_refused(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    with pytest.raises(CodeWrong) as refused:
        await confirm(store, clock, wrong(messages))
    assert refused.value.values == {"tries_left": 4}
    assert (await _facts(store))[-1] == ("code.refused", {"purpose": "phone", "tries_left": 4})


@pytest.mark.parametrize("typed", ["", "abc", "１２３４５６", "123456789", "\ufffd"])
async def test_whatever_else_is_typed_is_a_wrong_code(
    store: Store, clock: FakeClock, messages: Messages, typed: str
) -> None:
    await send(store, clock, messages)
    with pytest.raises(CodeWrong):
        await confirm(store, clock, typed)


async def test_after_five_wrong_tries_even_the_right_code_is_void(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    for _ in range(4):
        with pytest.raises(CodeWrong):
            await confirm(store, clock, wrong(messages))
    with pytest.raises(CodeVoid):
        await confirm(store, clock, wrong(messages))
    with pytest.raises(CodeVoid):
        await confirm(store, clock, messages.last_code)


async def test_two_wrong_tries_at_once_are_two_tries(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    tries = (confirm(store, clock, wrong(messages)) for _ in range(8))
    refusals = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(refusal).__name__ for refusal in refusals) == (
        ["CodeVoid"] * 4 + ["CodeWrong"] * 4
    )


async def test_a_double_click_confirms_once(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    clicks = (confirm(store, clock, messages.last_code) for _ in range(2))
    outcomes = await asyncio.gather(*clicks, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "NotAllowedNow"]
    assert [name for name, _ in await _facts(store)].count("code.confirmed") == 1


async def test_after_ten_minutes_the_code_has_run_out(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    clock.pass_s(600)
    with pytest.raises(CodeExpired):
        await confirm(store, clock, messages.last_code)


async def test_without_a_code_there_is_nothing_to_confirm(store: Store, clock: FakeClock) -> None:
    with pytest.raises(CodeExpired):
        await confirm(store, clock, "123456")


async def test_a_new_code_replaces_the_one_before(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    earlier = messages.last_code
    clock.pass_s(30)
    await send(store, clock, messages)
    if earlier != messages.last_code:
        with pytest.raises(CodeWrong):
            await confirm(store, clock, earlier)
    await confirm(store, clock, messages.last_code)
    assert await _stage(store) is Stage.PHONE_CONFIRMED


async def test_the_code_of_another_customer_is_wrong(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await given(store, an_application("second", stage=Stage.CONSENTED, phone="+84900000999"))
    await send(store, clock, messages, "second")
    theirs = messages.last_code
    await send(store, clock, messages)
    if theirs != messages.last_code:
        with pytest.raises(CodeWrong):
            await confirm(store, clock, theirs)


async def test_thirty_seconds_lie_between_two_codes(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    clock.pass_s(20)
    with pytest.raises(CodeTooSoon) as refused:
        await send(store, clock, messages)
    assert refused.value.values == {"seconds": 10}
    assert len(messages.sent) == 1


async def test_two_requests_at_once_send_one_code(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    asks = (send(store, clock, messages) for _ in range(3))
    outcomes = await asyncio.gather(*asks, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "CodeTooSoon",
        "CodeTooSoon",
        "NoneType",
    ]
    assert len(messages.sent) == 1


async def test_one_number_gets_five_codes_an_hour_whoever_asks(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    """Nobody floods a telephone by opening application after application for it."""
    for number in range(5):
        await given(store, an_application(f"a{number}", stage=Stage.CONSENTED))
        await send(store, clock, messages, f"a{number}")
    with pytest.raises(CodeBudget):
        await send(store, clock, messages)
    clock.pass_s(3600)
    await send(store, clock, messages)
    assert len(messages.sent) == 6


async def test_a_message_that_could_not_be_sent_still_counts(
    store: Store, clock: FakeClock
) -> None:
    with pytest.raises(SenderMissing):
        await send(store, clock, NoSender())
    with pytest.raises(CodeTooSoon):
        await send(store, clock, NoSender())


async def test_of_the_digits_only_a_keyed_trace_is_kept(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    async with store.read() as tx:
        row = (await tx.connection.execute(sa.select(schema.codes))).mappings().one()
    assert messages.last_code not in row["digest"]
    assert len(row["digest"]) == 64


@pytest.mark.parametrize("stage", [Stage.OPENED, Stage.PHONE_CONFIRMED, Stage.DECIDED])
async def test_nobody_is_sent_a_code_at_another_stage(
    store: Store, clock: FakeClock, messages: Messages, stage: Stage
) -> None:
    await given(store, an_application("other", stage=stage))
    with pytest.raises(NotAllowedNow):
        await send(store, clock, messages, "other")
    with pytest.raises(NotAllowedNow):
        await confirm(store, clock, "123456", "other")
    assert messages.sent == []
