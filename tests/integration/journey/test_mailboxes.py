"""Which mailbox may be written to: who vouches for it, kept sealed; and its codes."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from ekyc.domain.application import Stage
from ekyc.domain.errors import (
    CodeExpired,
    MailboxInvalid,
    MailboxMissing,
    MailboxUnproven,
    NotAllowedNow,
)
from ekyc.domain.events import Actor
from ekyc.domain.mailbox import Mailbox
from ekyc.domain.message import Channel
from ekyc.journey import codes, finish, mailboxes
from ekyc.journey.mailboxes import Registration
from ekyc.journey.messages import Post
from ekyc.settings import Codes
from ekyc.storage import applications, schema
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.fakes import FakeClock, Messages
from tests.meeting import Scene

SECRET = b"s" * 32
SEN, OTHER = "sen@mail.example", "sen.mau@post.example"
TODAY = date(2026, 11, 21)
CRM, HUONG = Actor(kind="crm", id="key"), Actor(kind="staff", id="huong")


async def register(store: Store, clock: FakeClock, address: str = SEN, **more: Any) -> Mailbox:
    actor = more.pop("actor", CRM)
    values = {"source": "crm", "as_of": TODAY, **more}
    async with store.begin() as tx:
        return await mailboxes.register(
            *(tx, clock, SECRET, Registration(address=address, **values)),
            application_id="first",
            actor=actor,
            zone="Asia/Ho_Chi_Minh",
        )


async def known(store: Store) -> str:
    async with store.read() as tx:
        return (await mailboxes.known(tx, SECRET, "first"))[1]


async def test_the_last_mailbox_somebody_vouches_for_is_in_force_and_lies_sealed(
    store: Store, clock: FakeClock
) -> None:
    await given(store, an_application(stage=Stage.OPENED))
    with pytest.raises(MailboxMissing):
        await known(store)
    first = await register(store, clock, "sen@Mail.Example")
    assert await register(store, clock) == first  # said again
    own_word = {"source": "customer", "note": "said in the call", "actor": HUONG}
    said = await register(store, clock, OTHER, **own_word)
    assert await register(store, clock, OTHER, **own_word) == said
    assert await known(store) == SEN  # the customer's own word changes nothing
    await register(store, clock, OTHER, source="directory", note="page 12", actor=HUONG)
    assert await known(store) == OTHER
    async with store.read() as tx:
        rows = (await tx.connection.execute(sa.select(schema.mailboxes))).all()
        told = await applications.events(tx, "first")
    assert [row["name"] for row in told] == ["mailbox.registered"] * 3
    assert "example" not in str(rows) + str([row["data"] for row in told])


async def test_under_another_key_of_the_server_a_mailbox_is_unknown_until_it_is_given_again(
    store: Store, clock: FakeClock
) -> None:
    await given(store, an_application(stage=Stage.OPENED))
    before = await register(store, clock)
    assert mailboxes.opened(b"t" * 32, before) == ""
    async with store.read() as tx:
        with pytest.raises(MailboxMissing):
            await mailboxes.known(tx, b"t" * 32, "first")


@pytest.mark.parametrize("wrong", [{"note": " "}, {"as_of": TODAY + timedelta(days=1)}])
async def test_staff_say_where_the_address_stands_and_as_of_when(
    store: Store, clock: FakeClock, wrong: dict[str, Any]
) -> None:
    await given(store, an_application(stage=Stage.OPENED))
    said: dict[str, Any] = {"source": "directory", "note": "page 12", "actor": HUONG}
    with pytest.raises(MailboxUnproven):
        await register(store, clock, **said | wrong)


async def test_no_mailbox_is_registered_that_is_none_or_once_the_verdict_is_given(
    store: Store, clock: FakeClock
) -> None:
    await given(store, an_application(stage=Stage.DECIDED))
    with pytest.raises(MailboxInvalid):
        await register(store, clock, "sen@localhost")
    with pytest.raises(NotAllowedNow):
        await register(store, clock)


async def test_the_code_of_the_call_goes_by_mail_where_no_sms_comes_through(scene: Scene) -> None:
    messages = Messages()
    post = Post(sender=messages, secret=SECRET, limits=codes.limits(Codes()), block_digits=4)

    async def ask() -> None:
        word = lambda code, whose, channel: f"{channel}: {code}"  # noqa: E731 - as it is sent
        who = {"staff_id": "lan", "application_id": "first"}
        await finish.ask(scene.store, scene.clock, post, word, by=Channel.MAIL, **who)

    async def give(digits: str) -> None:
        await finish.confirm(
            scene.store, scene.clock, application_id="first", secret=SECRET, digits=digits
        )

    await scene.talk()
    with pytest.raises(MailboxMissing):
        await ask()
    await register(scene.store, scene.clock)
    await ask()
    (to, text) = messages.sent[0]
    assert (to, messages.channels, text[:4]) == (SEN, [Channel.MAIL], "mail")
    await register(scene.store, scene.clock, OTHER)  # the code to the mailbox before is no use
    with pytest.raises(CodeExpired):
        await give(messages.last_code)
    scene.clock.pass_s(30)
    await ask()
    await give(messages.last_code)
