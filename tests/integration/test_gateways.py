"""Messages through providers: in the operator's order, whatever goes wrong, and what came of it.

The providers are played on this machine as their documentation describes them (`tests/providers`).
"""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from standardwebhooks import Webhook
from structlog.testing import capture_logs
from yarl import URL

from ekyc.domain.application import Stage
from ekyc.domain.errors import SenderMissing, SendFailed
from ekyc.domain.message import Channel, Message, MessageState, Receipt
from ekyc.jobs.messages import asker
from ekyc.journey import messages as journey
from ekyc.notify.gateway import Gateway
from ekyc.notify.outgoing import connector
from ekyc.notify.provider import NotSigned
from ekyc.notify.providers import providers
from ekyc.notify.texts import Texts
from ekyc.settings import Settings
from ekyc.storage import applications, jobs, messages
from ekyc.storage.store import Store
from ekyc.web.keys import STORE
from tests import branch
from tests.builders import an_application, given
from tests.fakes import START, FakeClock
from tests.post_office import post_office
from tests.providers import KEY, Street, signed, street

TEXTS, PLAIN = Texts(), Settings()
PHONE = "+84900000318"
WRITTEN = "Mã xác minh của Quý khách là 123456"
BARE = "Ma xac minh cua Quy khach la 123456"
WAYS = [
    pytest.param("esms", Channel.SMS, "0900000318", BARE, id="esms-sms"),
    pytest.param("stringee", Channel.SMS, "84900000318", WRITTEN, id="stringee-sms"),
    pytest.param("stringee", Channel.VOICE, "84900000318", WRITTEN, id="stringee-voice"),
    pytest.param("twilio", Channel.SMS, PHONE, WRITTEN, id="twilio-sms"),
    pytest.param("twilio", Channel.VOICE, PHONE, WRITTEN, id="twilio-voice"),
    pytest.param("webhook", Channel.SMS, PHONE, WRITTEN, id="webhook-sms"),
    pytest.param("webhook", Channel.VOICE, PHONE, WRITTEN, id="webhook-voice"),
]


@pytest.fixture
async def place() -> AsyncIterator[Street]:
    """The providers, open."""
    async with street() as place:
        yield place


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A session that may reach them."""
    async with aiohttp.ClientSession(connector=connector(private=True)) as http:
        yield http


def a_message(id: str = "one", **changes: object) -> Message:
    """An SMS that is being sent to the first customer."""
    message = Message(
        id=id,
        application_id="first",
        purpose="phone",
        channel=Channel.SMS,
        number="n",
        block="b",
        address="",
        state=MessageState.SENDING,
        at=START,
        state_at=START,
        cost_vnd=850,
    )
    return replace(message, **changes)  # type: ignore[arg-type]


def a_gateway(place: Street, http: aiohttp.ClientSession, **order: Any) -> Gateway:
    settings = PLAIN.model_copy(update=place.settings(**order))
    now = lambda: datetime.now(UTC)  # noqa: E731 - signatures are judged by the machine's clock
    return Gateway(settings.gateways, providers(settings, TEXTS, http, now))


async def send(gateway: Gateway, channel: Channel = Channel.SMS, **more: Any) -> Receipt:
    return await gateway.send(
        to=PHONE, text=WRITTEN, channel=channel, id=more.pop("id", "one"), **more
    )


@pytest.mark.parametrize(("name", "channel", "to", "text"), WAYS)
async def test_each_provider_takes_the_message_as_its_documentation_asks(
    place: Street, http: aiohttp.ClientSession, name: str, channel: Channel, to: str, text: str
) -> None:
    gateway = a_gateway(place, http, **{channel.value: [name]})
    receipt = await send(gateway, channel)
    assert (receipt.provider, receipt.state) == (name, MessageState.HANDED)
    (taken,) = place.taken
    assert (taken.by, taken.to, taken.text) == (name, to, text)


@pytest.mark.parametrize("fault", ["slow", "500", "html", "wrong-status", "refused"])
@pytest.mark.parametrize(("name", "channel", "to", "text"), WAYS)
async def test_what_one_provider_does_not_take_the_next_one_does(
    place: Street,
    http: aiohttp.ClientSession,
    name: str,
    channel: Channel,
    to: str,
    text: str,
    fault: str,
) -> None:
    place.faults[name] = fault
    other = "webhook" if name != "webhook" else "twilio"
    gateway = a_gateway(place, http, **{channel.value: [name, other]})
    tried: list[str] = []

    async def trying(provider: str) -> None:
        tried.append(provider)

    with capture_logs() as logged:
        receipt = await send(gateway, channel, trying=trying)
    assert receipt.provider == other
    assert [taken.by for taken in place.taken if taken.by == other] == [other]
    assert tried == [name, other]
    assert [entry["event"] for entry in logged] == ["message.refused"]
    assert "900000318" not in str(logged)
    assert "123456" not in str(logged)


async def test_whoever_was_slow_is_tried_last_for_a_while(
    place: Street, http: aiohttp.ClientSession
) -> None:
    place.faults["esms"] = "slow"
    gateway = a_gateway(place, http, sms=["esms", "twilio"])
    for id in ("one", "two"):
        assert (await send(gateway, id=id)).provider == "twilio"
    assert place.tried == ["esms", "twilio", "twilio"]


async def test_who_failed_in_passing_is_tried_again_and_who_refused_for_good_is_not(
    place: Street, http: aiohttp.ClientSession
) -> None:
    place.faults |= {"esms": "500", "twilio": "refused"}
    with pytest.raises(SendFailed):
        await send(a_gateway(place, http, sms=["esms", "twilio"], rounds=3))
    assert place.tried == ["esms", "twilio", "esms", "esms"]


@pytest.mark.parametrize("name", ["esms", "webhook"])
async def test_a_message_whose_receipt_was_lost_goes_out_once(
    place: Street, http: aiohttp.ClientSession, name: str
) -> None:
    place.faults[name] = "duplicate"
    receipt = await send(a_gateway(place, http, sms=[name]))
    assert receipt.provider == name
    assert len(place.taken) == 1


async def test_whoever_is_told_of_a_try_can_end_them(
    place: Street, http: aiohttp.ClientSession
) -> None:
    async def trying(provider: str) -> None:
        raise SenderMissing

    with pytest.raises(SenderMissing):
        await send(a_gateway(place, http, sms=["esms"]), trying=trying)
    assert place.tried == []


async def test_a_channel_nobody_carries_is_said_to_be_so(
    place: Street, http: aiohttp.ClientSession
) -> None:
    gateway = a_gateway(place, http, sms=["esms"])
    assert gateway.reaches(Channel.SMS)
    assert not gateway.reaches(Channel.VOICE)
    with pytest.raises(SenderMissing):
        await send(gateway, Channel.VOICE)


async def test_a_provider_in_the_banks_own_network_is_not_reached_by_mistake(
    place: Street,
) -> None:
    async with aiohttp.ClientSession(connector=connector(private=False)) as guarded:
        with pytest.raises(SendFailed):
            await send(a_gateway(place, guarded, sms=["esms", "twilio", "stringee", "webhook"]))
    assert place.tried == []


async def test_a_code_by_mail_goes_through_the_banks_server_or_the_next(
    place: Street, http: aiohttp.ClientSession
) -> None:
    async with post_office() as (office, mail):
        settings = PLAIN.model_copy(
            update=place.settings(mail=["smtp", "webhook"]) | {"mail": mail}
        )
        now = lambda: datetime.now(UTC)  # noqa: E731 - as above
        gateway = Gateway(settings.gateways, providers(settings, TEXTS, http, now))

        async def mailed(subject: str = "") -> Receipt:
            return await gateway.send(
                to="sen@kyc.example",
                text=WRITTEN,
                channel=Channel.MAIL,
                id="one",
                subject=subject,
            )

        assert (await mailed()).provider == "smtp"
        (letter,) = office.letters
        assert WRITTEN in letter.get_content()
        assert "Mã xác minh" in letter["Subject"]
        await mailed("Nhập mã nhân viên đọc")
        assert office.letters[1]["Subject"] == "Nhập mã nhân viên đọc"
        office.refusal = "550 no such mailbox"
        assert (await mailed()).provider == "webhook"


# What became of it


@pytest.mark.parametrize("became", ["delivered", "failed", "pending"])
@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("esms", Channel.SMS),
        ("stringee", Channel.VOICE),
        ("twilio", Channel.SMS),
        ("twilio", Channel.VOICE),
    ],
)
async def test_a_provider_that_is_asked_says_what_became_of_a_message(
    place: Street, http: aiohttp.ClientSession, name: str, channel: Channel, became: str
) -> None:
    gateway = a_gateway(place, http, **{channel.value: [name]})
    receipt = await send(gateway, channel)
    assert receipt.is_asked
    place.status = became
    state = await gateway.ask(name, receipt.reference, channel)
    assert state == (None if became == "pending" else MessageState(became))


async def test_providers_are_asked_ever_later_and_then_no_more(
    place: Street, http: aiohttp.ClientSession, store: Store
) -> None:
    clock = FakeClock()
    await given(store, an_application(stage=Stage.CONSENTED))
    gateway = a_gateway(place, http, sms=["esms"], ask_until_s=60)
    rules = place.settings(sms=["esms"], ask_until_s=60)["gateways"]
    async with store.begin() as tx:
        await messages.add(tx, a_message())
    taken = Receipt(provider="esms", reference="sms-1", is_asked=True)
    after = timedelta(seconds=rules.ask_s)
    await journey.report(store, clock, message_id="one", receipt=taken, ask_after=after)
    ask = asker(store, clock, gateway, rules)
    asked = []
    for second in range(120):
        async with store.begin() as tx:
            due = await jobs.take(tx, journey.ASK, now=clock.now())
        if due is not None:
            asked.append(second)
            await ask(due.payload)
            await ask(due.payload)  # after a crash
        clock.pass_s(1)
    assert asked == [5, 15, 35]
    place.status = "delivered"
    await ask({"message": "one", "nth": 3})
    async with store.read() as tx:
        message = await messages.find(tx, "one")
        told = [row["name"] for row in await applications.events(tx, "first")]
    assert message is not None
    assert message.state is MessageState.DELIVERED
    assert told == ["code.delivered"]


def a_report(place: Street, **form: str) -> tuple[str, dict[str, str], bytes]:
    """What Twilio would send to the address it was told of."""
    url = place.taken[-1].report_to
    body = {"MessageSid": "SM1", "To": PHONE, **form}
    headers = {
        "X-Twilio-Signature": signed("at", url, body),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return url, headers, urlencode(body).encode()


async def test_twilios_report_counts_when_it_is_signed_for_this_very_message(
    place: Street, http: aiohttp.ClientSession
) -> None:
    gateway = a_gateway(place, http, sms=["twilio"])
    await send(gateway)
    twilio = gateway.provider("twilio")
    assert twilio is not None
    url, headers, body = a_report(place, MessageStatus="delivered")
    heard = twilio.heard(url, headers, body)
    assert heard is not None
    assert (heard.message, heard.state) == ("one", MessageState.DELIVERED)
    on_its_way = a_report(place, MessageStatus="sent")
    assert twilio.heard(*on_its_way) is None
    forged = {**headers, "X-Twilio-Signature": signed("guessed", url, {})}
    for wrong in (
        (url, forged, body),
        (url, {}, body),
        (url.replace("message=one", "message=two"), headers, body),
        (url, headers, body.replace(b"delivered", b"failed")),
    ):
        with pytest.raises(NotSigned):
            twilio.heard(*wrong)


def a_status(
    state: object, id: str = "one", key: str = KEY, age: timedelta = timedelta()
) -> tuple[str, dict[str, str], bytes]:
    """What the bank's own gateway would report."""
    at = datetime.now(UTC) - age
    text = json.dumps({"type": "message.status", "data": {"id": id, "state": state}})
    headers = {
        "webhook-id": "report-1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(key).sign("report-1", at, text),
    }
    return "https://kyc.bank.example/api/messages/webhook", headers, text.encode()


async def test_the_banks_own_gateway_reports_under_its_signature(
    place: Street, http: aiohttp.ClientSession
) -> None:
    own = a_gateway(place, http, sms=["webhook"]).provider("webhook")
    assert own is not None
    heard = own.heard(*a_status("failed"))
    assert heard is not None
    assert (heard.message, heard.state) == ("one", MessageState.FAILED)
    assert own.heard(*a_status("read by somebody")) is None
    for wrong in (
        a_status("delivered", key="whsec_" + "B" * 32),
        a_status("delivered", age=timedelta(minutes=6)),
        ("", {}, b"\xff"),
    ):
        with pytest.raises(NotSigned):
            own.heard(*wrong)


async def test_providers_that_do_not_report_are_not_believed(
    place: Street, http: aiohttp.ClientSession
) -> None:
    gateway = a_gateway(place, http, sms=["esms", "stringee"])
    for name in ("esms", "stringee"):
        provider = gateway.provider(name)
        assert provider is not None
        with pytest.raises(NotSigned):
            provider.heard(*a_status("delivered"))


async def test_the_customer_sees_how_far_the_message_has_come(
    place: Street, tmp_path: Path
) -> None:
    """The whole server: eSMS is down, Twilio takes the SMS, then the call, and reports both."""
    place.faults["esms"] = "500"
    sections = place.settings(sms=["esms", "twilio"], voice=["twilio"])
    async with branch.opened(tmp_path, **sections) as house:
        async with house.server.app[STORE].begin() as tx:
            await applications.set_values(tx, "first", stage=Stage.CONSENTED.value)
        seen = await house.ask("customer", "POST", "/api/customer/code")
        code = seen["code"]
        assert (code["channel"], code["state"], code["again_by"]) == ("sms", "handed", "voice")
        assert await _reported(house, place, "undelivered") == 200
        seen = await house.ask("customer", "GET", "/api/customer/application")
        assert seen["code"]["state"] == "failed"
        seen = await house.ask("customer", "POST", "/api/customer/code")  # without another wait
        assert seen["code"]["channel"] == "voice"
        assert not any(sign.isdigit() for sign in place.taken[-1].text.partition("Mã có")[0])
        assert await _reported(house, place, "completed", field="CallStatus") == 200
        seen = await house.ask("customer", "GET", "/api/customer/application")
        assert seen["code"]["state"] == "delivered"
        assert await _reported(house, place, "failed", key="guessed") == 403
        assert await _reported(house, place, "failed", at="nobody") == 404
        async with house.server.app[STORE].read() as tx:
            told = [row["name"] for row in await applications.events(tx, "first")]
        assert told == ["code.sent", "code.failed", "code.sent", "code.delivered"]


async def _reported(
    house: branch.Branch,
    place: Street,
    status: str,
    *,
    field: str = "MessageStatus",
    key: str = "at",
    at: str = "twilio",
) -> int:
    """Twilio reports where it was told to, as far as this server can be reached; the status."""
    told = URL(place.taken[-1].report_to)
    form = {field: status, "To": PHONE}
    headers = {"X-Twilio-Signature": signed(key, str(told), form)}
    path = told.path_qs.replace("twilio", at)
    client = house.people["customer"]
    async with client.post(path, data=form, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize(
    ("sections", "fault"),
    [
        ({"gateways": {"sms": ["esms"]}}, "esms.api_key"),
        ({"gateways": {"voice": ["twilio"]}}, "twilio.account_sid"),
        ({"gateways": {"mail": ["smtp"]}}, "mail.host"),
        ({"gateways": {"sms": ["webhook"]}}, "message_webhook.url"),
        ({"message_webhook": {"url": "https://a", "secret": "x"}}, "whsec_"),
        (
            {
                "gateways": {"sms": ["webhook"]},
                "message_webhook": {"url": "http://a", "secret": KEY},
            },
            "https:// only",
        ),
    ],
)
def test_a_provider_that_cannot_be_used_stops_the_start(
    sections: dict[str, Any], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        Settings(**sections)
