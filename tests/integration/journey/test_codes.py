"""The one-time code: sent to the bank's number, tried five times, used once."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from ekyc.domain.application import Application, Stage
from ekyc.domain.code import Limits
from ekyc.domain.errors import (
    CodeBudget,
    CodeDayBudget,
    CodeExpired,
    CodesPaused,
    CodeTooSoon,
    CodeVoid,
    CodeWrong,
    NotAllowedNow,
    SenderMissing,
    SendFailed,
)
from ekyc.domain.message import Channel, MessageState, Receipt
from ekyc.journey import codes
from ekyc.journey.messages import Post, report
from ekyc.journey.ports import Trying
from ekyc.notify.none import NoSender
from ekyc.settings import Codes
from ekyc.storage import applications, schema
from ekyc.storage import messages as kept
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.fakes import FakeClock, Messages

SECRET = b"s" * 32
LIMITS = codes.limits(Codes())


@pytest.fixture
def messages() -> Messages:
    return Messages()


@pytest.fixture(autouse=True)
async def _somebody_agreed(store: Store) -> None:
    await given(store, an_application(stage=Stage.CONSENTED))


def said(code: str, whose: Application, channel: Channel) -> str:
    return f"{whose.language}: {code}"


async def send(
    store: Store,
    clock: FakeClock,
    sender: Any,
    id: str = "first",
    *,
    limits: Limits = LIMITS,
    session: str = "page",
    **more: Any,
) -> None:
    post = Post(sender=sender, secret=SECRET, limits=limits, block_digits=4)
    await codes.send(store, clock, post, said, application_id=id, session=session, **more)


async def confirm(
    store: Store, clock: FakeClock, digits: str, id: str = "first", *, session: str = "page"
) -> None:
    await codes.confirm(
        store, clock, application_id=id, session=session, secret=SECRET, digits=digits
    )


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
        sent = (await tx.connection.execute(sa.select(schema.messages))).mappings().one()
    assert messages.last_code not in row["digest"]
    assert len(row["digest"]) == 64
    assert "900000318" not in str(dict(sent))
    assert messages.last_code not in str(dict(sent))


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


async def test_a_code_asked_for_again_is_read_aloud_unless_it_is_wanted_in_writing(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    clock.pass_s(30)
    await send(store, clock, messages)
    clock.pass_s(30)
    await send(store, clock, messages, wish=Channel.SMS)
    clock.pass_s(601)
    await send(store, clock, messages)
    assert messages.channels == [Channel.SMS, Channel.VOICE, Channel.SMS, Channel.SMS]


async def test_whoever_opened_the_link_anew_is_not_called_at_the_first_touch(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    clock.pass_s(30)
    await send(store, clock, messages, session="another browser")
    assert messages.channels == [Channel.SMS, Channel.SMS]


async def test_who_comes_back_after_the_code_ran_out_loses_nothing_but_the_code(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    clock.pass_s(3600)
    with pytest.raises(CodeExpired):
        await confirm(store, clock, messages.last_code)
    await send(store, clock, messages)
    await confirm(store, clock, messages.last_code)
    assert await _stage(store) is Stage.PHONE_CONFIRMED


async def test_a_code_counts_in_the_session_that_asked_for_it_alone(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    with pytest.raises(CodeExpired):
        await confirm(store, clock, messages.last_code, session="another page")
    await confirm(store, clock, messages.last_code)


async def test_one_number_gets_ten_codes_a_day(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    for _ in range(10):
        await send(store, clock, messages)
        clock.pass_s(901)
    with pytest.raises(CodeDayBudget):
        await send(store, clock, messages)
    clock.pass_s(86_400 - 10 * 901)
    await send(store, clock, messages)


async def test_a_block_of_numbers_and_a_network_have_their_share_and_no_more(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    """Pumped numbers come in rows, and from one place."""
    few = replace(LIMITS, block_sends_per_day=2, address_sends_per_hour=3)
    for number, phone in enumerate(["+84901110001", "+84901110002", "+84901110003"]):
        await given(store, an_application(f"a{number}", stage=Stage.CONSENTED, phone=phone))
    await given(store, an_application("far", stage=Stage.CONSENTED, phone="+84907770001"))
    await send(store, clock, messages, "a0", limits=few, address="203.0.113.0/24")
    await send(store, clock, messages, "a1", limits=few, address="203.0.113.0/24")
    with pytest.raises(CodesPaused):
        await send(store, clock, messages, "a2", limits=few, address="198.51.100.0/24")
    await send(store, clock, messages, "far", limits=few, address="203.0.113.0/24")
    with pytest.raises(CodesPaused):
        await send(store, clock, messages, limits=few, address="203.0.113.0/24")
    await send(store, clock, messages, limits=few, address="198.51.100.0/24")


class Provider(Messages):
    """Takes a message at the try that is told, each try by another name."""

    def __init__(self, takes_at: int) -> None:
        super().__init__()
        self.takes_at, self.tries = takes_at, 0

    async def send(self, *, trying: Trying | None = None, **message: Any) -> Receipt:
        assert trying is not None
        for nth in range(1, self.takes_at + 1):
            await trying(f"p{nth}")
            self.tries = nth
            if nth == self.takes_at:
                return await super().send(**message)
            if nth == 3:
                break
        raise SendFailed


async def _message(store: Store) -> Any:
    async with store.read() as tx:
        return (await kept.of_application(tx, "first"))[-1]


async def test_every_try_at_a_provider_is_charged_for_and_the_budget_ends_them(
    store: Store, clock: FakeClock
) -> None:
    await send(store, clock, Provider(takes_at=3))
    message = await _message(store)
    assert (message.state, message.cost_vnd) == (MessageState.HANDED, 3 * 850)
    clock.pass_s(30)
    poor = replace(LIMITS, budget_per_day_vnd=5 * 850)
    stopped = Provider(takes_at=3)
    with pytest.raises(CodesPaused):
        await send(store, clock, stopped, limits=poor, wish=Channel.SMS)
    assert stopped.tries == 2
    message = await _message(store)
    assert (message.state, message.cost_vnd) == (MessageState.FAILED, 2 * 850)
    clock.pass_s(30)
    with pytest.raises(CodesPaused):
        await send(store, clock, stopped, limits=poor)
    clock.pass_s(86_400)
    await send(store, clock, Messages(), limits=poor)


async def test_what_nobody_takes_has_failed_and_the_customer_waits_once(
    store: Store, clock: FakeClock
) -> None:
    with pytest.raises(SendFailed):
        await send(store, clock, Provider(takes_at=9))
    assert (await _message(store)).state is MessageState.FAILED
    with pytest.raises(CodeTooSoon):
        await send(store, clock, Messages())


async def test_a_message_that_did_not_arrive_may_be_asked_for_again_at_once(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    clock.pass_s(5)
    id = (await _message(store)).id
    failed = Receipt(provider="messages", state=MessageState.FAILED)
    assert await report(store, clock, message_id=id, receipt=failed)
    assert not await report(store, clock, message_id=id, receipt=failed)
    told = {"purpose": "phone", "channel": "sms", "provider": "messages"}
    assert (await _facts(store))[-1] == ("code.failed", told)
    await send(store, clock, messages)
    assert messages.channels[-1] is Channel.VOICE


async def test_a_late_report_takes_nothing_back(
    store: Store, clock: FakeClock, messages: Messages
) -> None:
    await send(store, clock, messages)
    id = (await _message(store)).id
    arrived = Receipt(provider="messages", state=MessageState.DELIVERED)
    assert await report(store, clock, message_id=id, receipt=arrived)
    for state in (MessageState.HANDED, MessageState.FAILED, MessageState.DELIVERED):
        late = Receipt(provider="messages", state=state)
        assert not await report(store, clock, message_id=id, receipt=late)
    assert (await _message(store)).state is MessageState.DELIVERED
    assert not await report(store, clock, message_id="nobody's", receipt=arrived)
