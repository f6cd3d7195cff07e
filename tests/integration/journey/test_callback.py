"""The callback code: mailed as a link, told in the call, typed there; good in that call alone."""

import re
from datetime import timedelta
from typing import Any

import pytest

from ekyc.domain.call import EndReason
from ekyc.domain.callback import Standing
from ekyc.domain.decision import Need
from ekyc.domain.errors import (
    CodeExpired,
    CodeTooSoon,
    CodeVoid,
    CodeWrong,
    LinkInvalid,
    MailboxMissing,
    NotAllowedNow,
    NotFound,
)
from ekyc.domain.events import SYSTEM, Actor
from ekyc.domain.message import Channel
from ekyc.journey import callback, codes, decision, mailboxes
from ekyc.journey.ending import end_call
from ekyc.journey.mailboxes import Registration
from ekyc.journey.messages import Post
from ekyc.notify.code_words import callback_letter
from ekyc.notify.texts import Texts
from ekyc.settings import Codes, Settings
from ekyc.storage import applications, callbacks, calls
from tests.fakes import START, Messages
from tests.meeting import Scene

SECRET = b"s" * 32
CRM = Actor(kind="crm", id="key")
WRITE = callback_letter(Texts(), Settings())


class Customer:
    """Reads the mail and hears the call."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.messages = scene, Messages()

    async def mailbox(self, address: str = "sen@mail.example") -> None:
        """The bank comes to know it."""
        given = Registration(address=address, source="crm", as_of=START.date())
        async with self.scene.store.begin() as tx:
            await mailboxes.register(
                *(tx, self.scene.clock, SECRET, given),
                application_id="first",
                actor=CRM,
                zone="Asia/Ho_Chi_Minh",
            )

    async def asked(self, **more: Any) -> str:
        """The code the agent tells."""
        limits = codes.limits(Codes())
        post = Post(sender=self.messages, secret=SECRET, limits=limits, block_digits=4)
        values = {"staff_id": "lan", "application_id": "first", **more}
        return await callback.ask(self.scene.store, self.scene.clock, post, WRITE, **values)

    @property
    def token(self) -> str:
        """Of the link in the newest mail."""
        found = re.search(r"/c/callback#(\S+)", self.messages.sent[-1][1])
        assert found is not None
        return found[1]

    async def types(self, digits: str, token: str = "") -> None:
        """One try at the link's page."""
        await callback.confirm(
            *(self.scene.store, self.scene.clock),
            token=token or self.token,
            secret=SECRET,
            digits=digits,
        )

    async def sees(self, token: str = "") -> callback.Linked:
        """What the link's page is told."""
        return await callback.by_link(self.scene.store, self.scene.clock, token=token or self.token)


@pytest.fixture
def customer(scene: Scene) -> Customer:
    return Customer(scene)


def other(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


async def _lacks_it(scene: Scene) -> bool:
    async with scene.store.read() as tx:
        application = await applications.load(tx, "first")
        missing = await decision.approve_missing(tx, application, scene.asks, staff_id="lan")
    return Need.CALLBACK.value in missing


async def test_whoever_hears_the_call_and_reads_the_mailbox_gives_the_code_back(
    scene: Scene, customer: Customer
) -> None:
    call = await scene.talk()
    with pytest.raises(MailboxMissing):
        await customer.asked()
    await customer.mailbox()
    async with scene.store.begin() as tx:
        await callback.want(tx, scene.clock, application_id="first", wanted=True, actor=CRM)
    assert await _lacks_it(scene)
    digits = await customer.asked()
    (to, text), (subject,) = customer.messages.sent[0], customer.messages.subjects
    assert (to, customer.messages.channels) == ("sen@mail.example", [Channel.MAIL])
    assert digits not in text + subject  # told aloud alone
    assert (await customer.sees()).standing is Standing.OPEN
    with pytest.raises(CodeWrong):
        await customer.types(other(digits))
    assert (await customer.sees()).tries_left == 4
    await customer.types(f" {digits} ")
    assert not await _lacks_it(scene)
    assert (await customer.sees()).standing is Standing.CONFIRMED
    async with scene.store.read() as tx:
        told = await applications.events(tx, "first")
        found = await callbacks.story(tx, call.id)
    assert found is not None
    asked, mailbox, *_ = found
    assert asked.confirmed_at == scene.clock.now()
    (fact,) = (row["data"] for row in told if row["name"] == "callback.confirmed")
    assert fact == {
        "callback": asked.id,
        "call": call.id,
        "mailbox": mailbox.id,
        "source": "crm",
        "as_of": "2026-11-21",
    }
    assert customer.token not in str([row["data"] for row in told])
    for act in (customer.types(digits), customer.asked()):  # once is enough
        with pytest.raises((CodeExpired, NotAllowedNow)):
            await act


async def test_after_five_wrong_tries_another_link_has_to_be_mailed(
    scene: Scene, customer: Customer
) -> None:
    await scene.talk()
    await customer.mailbox()
    digits = await customer.asked()
    first = customer.token
    for left in (4, 3, 2, 1):
        with pytest.raises(CodeWrong) as refused:
            await customer.types(other(digits))
        assert refused.value.values["tries_left"] == left
    for _ in range(2):
        with pytest.raises(CodeVoid):
            await customer.types(other(digits))
    assert (await customer.sees()).standing is Standing.VOID
    with pytest.raises(CodeTooSoon):
        await customer.asked()
    scene.clock.pass_s(30)
    again = await customer.asked()
    assert (await customer.sees(first)).standing is Standing.OVER
    with pytest.raises(CodeExpired):  # the new code at the old link
        await customer.types(again, first)
    await customer.types(again)


@pytest.mark.parametrize("over", ["time", "call", "mailbox"])
async def test_a_link_is_over_with_its_time_its_call_and_its_mailbox(
    scene: Scene, customer: Customer, over: str
) -> None:
    call = await scene.talk()
    await customer.mailbox()
    digits = await customer.asked()
    if over == "time":
        scene.clock.pass_s(600)
    elif over == "mailbox":
        await customer.mailbox("mau@mail.example")
    else:
        async with scene.store.begin() as tx:
            live = await calls.find(tx, call.id)
            assert live is not None
            now = scene.clock.now()
            await end_call(tx, live, EndReason.AGENT_ENDED, actor=SYSTEM, now=now)
    linked = await customer.sees()
    assert (linked.standing, linked.expires_at) == (Standing.OVER, None)
    with pytest.raises(CodeExpired):
        await customer.types(digits)


async def test_nobody_but_the_agent_of_the_call_asks_and_no_link_but_its_own_is_good(
    scene: Scene, customer: Customer
) -> None:
    with pytest.raises(NotFound):
        await customer.asked()
    await scene.talk()
    await customer.mailbox()
    for stranger in ({"staff_id": "minh"}, {"application_id": "second"}):
        with pytest.raises(NotFound):
            await customer.asked(**stranger)
    assert customer.messages.sent == []
    for act in (customer.sees("made-up"), customer.types("123456", "made-up")):
        with pytest.raises(LinkInvalid):
            await act
    digits = await customer.asked()
    assert await customer.sees() == callback.Linked(
        standing=Standing.OPEN,
        tries_left=5,
        expires_at=scene.clock.now() + timedelta(minutes=10),
        language="vi",
    )
    await customer.types(digits)


async def test_the_bank_may_want_one_and_take_that_back(scene: Scene, customer: Customer) -> None:
    await scene.talk()

    async def want(wanted: bool) -> None:
        async with scene.store.begin() as tx:
            who = {"application_id": "first", "actor": CRM}
            await callback.want(tx, scene.clock, wanted=wanted, **who)  # type: ignore[arg-type]

    with pytest.raises(MailboxMissing):  # one that could never be given
        await want(True)
    assert not await _lacks_it(scene)
    await customer.mailbox()
    for wanted in (True, True, False):
        await want(wanted)
        assert await _lacks_it(scene) is wanted
    async with scene.store.read() as tx:
        told = await applications.events(tx, "first")
    wanted_facts = [row["data"]["wanted"] for row in told if row["name"] == "callback.wanted"]
    assert wanted_facts == [True, False]
