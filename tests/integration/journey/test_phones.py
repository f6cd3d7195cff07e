"""Which number may be called: who vouches for it, and the way from a switchboard to a mobile."""

from datetime import date, timedelta
from typing import Any

import pytest

from ekyc.domain.application import Stage
from ekyc.domain.errors import CodeExpired, NotAllowedNow, PhoneUnproven, PhoneUnverified
from ekyc.domain.events import Actor
from ekyc.domain.phone import Phone, Provenance
from ekyc.journey import codes, lapse, phones
from ekyc.journey.messages import Post
from ekyc.journey.phones import Registration
from ekyc.settings import Codes
from ekyc.storage import applications
from ekyc.storage import phones as kept
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.fakes import START, FakeClock, Messages

SECRET = b"s" * 32
HEAD_OFFICE, BRANCH, MOBILE = "+842400000001", "+842800000002", "+84900000999"
TODAY = date(2026, 11, 21)
HUONG = Actor(kind="staff", id="huong")


async def register(store: Store, clock: FakeClock, number: str, **more: Any) -> Phone:
    values = {"source": Provenance.DIRECTORY, "as_of": TODAY, "note": "page 12", **more}
    async with store.begin() as tx:
        return await phones.register(
            *(tx, clock, Registration(number=number, **values)),
            application_id="first",
            actor=HUONG,
            zone="Asia/Ho_Chi_Minh",
        )


async def send(store: Store, clock: FakeClock, messages: Messages) -> None:
    post = Post(sender=messages, secret=SECRET, limits=codes.limits(Codes()), block_digits=4)
    await codes.send(
        *(store, clock, post, lambda code, whose, channel: code),
        application_id="first",
        session="page",
    )


async def _in_force(store: Store) -> tuple[str, str, str]:
    async with store.read() as tx:
        found = await applications.load(tx, "first")
    return found.phone, found.phone_source, found.phone_as_of


async def test_a_number_only_the_customer_vouches_for_is_neither_called_nor_texted(
    store: Store, clock: FakeClock
) -> None:
    await given(store, an_application(stage=Stage.CONSENTED, phone_source="customer"))
    messages = Messages()
    with pytest.raises(PhoneUnverified):
        await send(store, clock, messages)
    async with store.begin() as tx:
        await applications.add_link(
            tx, "first", digest="d" * 64, expires_at=START + timedelta(days=9)
        )
    clock.pass_s(3 * 86_400)
    word = lambda application, token, until: "come back"  # noqa: E731 - what would be texted
    reminded = await lapse.remind(store, clock, messages, after_hours=24, word=word, limit=9)
    assert (reminded, messages.sent) == (0, [])
    await register(store, clock, MOBILE)
    await send(store, clock, messages)
    assert [to for to, _ in messages.sent] == [MOBILE]


async def test_from_a_listed_switchboard_to_a_branch_to_a_mobile_each_hop_is_kept(
    store: Store, clock: FakeClock
) -> None:
    await given(store, an_application(stage=Stage.CONSENTED, phone_source="customer"))
    hop = {"source": Provenance.SWITCHBOARD}
    with pytest.raises(PhoneUnproven):  # nobody was called whose word counts
        await register(store, clock, BRANCH, note="somebody", **hop)
    first = await register(store, clock, HEAD_OFFICE)
    assert await register(store, clock, HEAD_OFFICE) == first  # said again
    second = await register(store, clock, BRANCH, note="operator 3", **hop)
    third = await register(store, clock, MOBILE, note="branch desk", **hop)
    assert (second.via, third.via) == (first.id, second.id)
    assert await _in_force(store) == (MOBILE, "switchboard", "2026-11-21")
    async with store.read() as tx:
        every = await kept.of_application(tx, "first")
        told = await applications.events(tx, "first")
    assert [phone.number for phone in every] == ["+84900000318", HEAD_OFFICE, BRANCH, MOBILE]
    assert [row["name"] for row in told] == ["phone.registered"] * 3
    assert all("+84" not in str(row["data"]) for row in told)
    assert {row["actor"] for row in told} == {"staff:huong"}


async def test_another_number_ends_the_code_that_is_on_its_way(
    store: Store, clock: FakeClock
) -> None:
    await given(store, an_application(stage=Stage.CONSENTED))
    messages = Messages()
    await send(store, clock, messages)
    await register(store, clock, MOBILE)
    with pytest.raises(CodeExpired):
        await codes.confirm(
            *(store, clock),
            application_id="first",
            session="page",
            secret=SECRET,
            digits=messages.last_code,
        )


async def test_the_customers_own_word_is_kept_and_changes_nothing(
    store: Store, clock: FakeClock
) -> None:
    await given(store, an_application(stage=Stage.CONSENTED))
    before = await _in_force(store)
    await register(store, clock, MOBILE, source=Provenance.CUSTOMER, note="said in the call")
    assert await _in_force(store) == before


async def test_a_hop_starts_from_the_row_somebody_vouches_for_not_from_the_customers_word(
    store: Store, clock: FakeClock
) -> None:
    await given(store, an_application(stage=Stage.CONSENTED, phone_source="customer"))
    listed = await register(store, clock, HEAD_OFFICE)
    own_word = {"source": Provenance.CUSTOMER, "note": "said in the call"}
    said = await register(store, clock, HEAD_OFFICE, **own_word)
    assert await register(store, clock, HEAD_OFFICE, **own_word) == said
    assert await register(store, clock, HEAD_OFFICE) == listed  # said again
    hop = await register(store, clock, BRANCH, note="operator", source=Provenance.SWITCHBOARD)
    assert hop.via == listed.id


@pytest.mark.parametrize("wrong", [{"note": "  "}, {"as_of": TODAY + timedelta(days=1)}])
async def test_who_registers_says_where_the_number_stands_and_as_of_when(
    store: Store, clock: FakeClock, wrong: dict[str, Any]
) -> None:
    await given(store, an_application(stage=Stage.CONSENTED))
    with pytest.raises(PhoneUnproven):
        await register(store, clock, MOBILE, **wrong)


async def test_after_the_verdict_no_number_is_registered(store: Store, clock: FakeClock) -> None:
    await given(store, an_application(stage=Stage.DECIDED))
    with pytest.raises(NotAllowedNow):
        await register(store, clock, MOBILE)
