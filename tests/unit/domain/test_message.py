"""What a provider's report changes of a message."""

from dataclasses import replace
from datetime import UTC, datetime

from ekyc.domain.message import Channel, Message, MessageState, Receipt, is_news

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
SENDING = Message(
    id="one",
    application_id="first",
    purpose="phone",
    channel=Channel.SMS,
    number="n",
    block="b",
    address="",
    state=MessageState.SENDING,
    at=AT,
    state_at=AT,
    cost_vnd=850,
)


def test_a_slow_provider_that_reports_failure_does_not_hide_who_took_the_message() -> None:
    late = Receipt(provider="twilio", state=MessageState.FAILED)
    assert is_news(SENDING, late)
    failed = replace(SENDING, state=MessageState.FAILED, provider="twilio")
    assert is_news(failed, Receipt(provider="stringee"))
    taken = replace(failed, state=MessageState.HANDED, provider="stringee")
    assert not is_news(taken, late)


def test_a_failure_that_overtook_its_own_receipt_stands_until_the_message_arrives() -> None:
    failed = replace(SENDING, state=MessageState.FAILED, provider="twilio")
    assert not is_news(failed, Receipt(provider="twilio"))
    assert is_news(failed, Receipt(provider="twilio", state=MessageState.DELIVERED))
