"""From the CRM's request to the customer's consents."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from ekyc.domain.application import Application, Stage
from ekyc.domain.consent import NEEDED, VERSION
from ekyc.domain.errors import (
    ConsentsMissing,
    LinkExpired,
    LinkInvalid,
    NotAllowedNow,
    PhoneInvalid,
    SignInNeeded,
    TooManyRequests,
)
from ekyc.domain.events import Actor
from ekyc.journey import apply
from ekyc.journey.apply import Opened, Request
from ekyc.storage import applications, schema
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.fakes import FakeClock

CRM = Actor(kind="crm", id="key")
ALL = [kind.value for kind in NEEDED]


def a_request(**changes: Any) -> Request:
    values: dict[str, Any] = {
        "external_id": "T24-0815",
        "phone": "0901 234 318",
        "phone_source": "crm",
        "phone_as_of": "2026-11-20",
        "name": "Mẫu Thị Sen",
        "language": "vi",
        "product": "account",
    }
    return Request(**{**values, **changes})


async def opened(store: Store, clock: FakeClock, **changes: Any) -> Opened:
    """The CRM opens an application."""
    async with store.begin() as tx:
        return await apply.open_application(
            tx,
            clock,
            a_request(**changes),
            actor=CRM,
            region="VN",
            zone="Asia/Ho_Chi_Minh",
            link_hours=72,
        )


async def loaded(store: Store, id: str = "first") -> Application:
    async with store.read() as tx:
        return await applications.load(tx, id)


async def test_an_application_of_the_crm_stands_open_with_a_number_people_can_say(
    store: Store, clock: FakeClock
) -> None:
    new = await opened(store, clock)
    assert await loaded(store, new.application.id) == new.application
    assert new.application.stage is Stage.OPENED
    assert new.application.reference == "HS-2611-0001"
    assert new.application.phone == "+84901234318"
    assert new.link_expires_at - clock.now() == timedelta(hours=72)
    async with store.read() as tx:
        (fact,) = await applications.events(tx, new.application.id)
    assert (fact["name"], fact["actor"], fact["data"]) == (
        "application.opened",
        "crm:key",
        {"stage": "opened"},
    )


async def test_numbers_go_up_and_begin_again_with_the_month_of_the_bank(
    store: Store,
) -> None:
    november = FakeClock(datetime(2026, 11, 30, 16, 59, tzinfo=UTC))
    december = FakeClock(datetime(2026, 11, 30, 17, 0, tzinfo=UTC))  # midnight in Hanoi
    references = [
        (await opened(store, clock)).application.reference
        for clock in (november, november, december, november)
    ]
    assert references == ["HS-2611-0001", "HS-2611-0002", "HS-2612-0001", "HS-2611-0003"]


async def test_many_opened_at_once_get_each_their_own_number(
    store: Store, clock: FakeClock
) -> None:
    many = await asyncio.gather(*(opened(store, clock) for _ in range(8)))
    assert len({new.application.reference for new in many}) == 8


@pytest.mark.parametrize("phone", ["+84 901 234 318", "84901234318", "0901.234.318"])
def test_a_number_is_understood_however_it_is_written(phone: str) -> None:
    assert apply.parse_phone(phone, region="VN") == "+84901234318"


@pytest.mark.parametrize("phone", ["", "hello", "12", "+84", "+849012343180000"])
async def test_a_number_nobody_can_be_reached_by_opens_nothing(
    store: Store, clock: FakeClock, phone: str
) -> None:
    with pytest.raises(PhoneInvalid):
        await opened(store, clock, phone=phone)
    async with store.read() as tx:
        assert await applications.newest(tx, stage=None, limit=9) == []


async def session_of(store: Store, clock: FakeClock, new: Opened) -> str:
    """The customer opens the link; returns the session's token."""
    id, token = await apply.open_session(store, clock, link_token=new.link_token, hours=12)
    assert id == new.application.id
    return token


async def test_a_customer_comes_back_by_the_link_until_it_runs_out(
    store: Store, clock: FakeClock
) -> None:
    new = await opened(store, clock)
    clock.pass_s(72 * 3600 - 1)
    token = await session_of(store, clock, new)
    assert await apply.session(store, clock, token=token) == new.application.id
    clock.pass_s(1)
    with pytest.raises(LinkExpired):
        await session_of(store, clock, new)


async def test_the_newest_session_ends_the_one_before(store: Store, clock: FakeClock) -> None:
    new = await opened(store, clock)
    earlier, newest = await session_of(store, clock, new), await session_of(store, clock, new)
    with pytest.raises(SignInNeeded):
        await apply.session(store, clock, token=earlier)
    assert await apply.session(store, clock, token=newest)


async def test_a_session_ends_after_its_hours(store: Store, clock: FakeClock) -> None:
    token = await session_of(store, clock, await opened(store, clock))
    clock.pass_s(12 * 3600)
    with pytest.raises(SignInNeeded):
        await apply.session(store, clock, token=token)


async def test_two_links_of_two_people_are_two_sessions(store: Store, clock: FakeClock) -> None:
    one, other = await opened(store, clock), await opened(store, clock)
    token = await session_of(store, clock, one)
    await session_of(store, clock, other)
    assert await apply.session(store, clock, token=token) == one.application.id


async def test_a_made_up_link_opens_nothing(store: Store, clock: FakeClock) -> None:
    await opened(store, clock)
    with pytest.raises(LinkInvalid):
        await apply.open_session(store, clock, link_token="x" * 43, hours=12)


async def test_of_links_and_sessions_only_traces_are_kept(store: Store, clock: FakeClock) -> None:
    new = await opened(store, clock)
    token = await session_of(store, clock, new)
    async with store.read() as tx:
        for table in (schema.links, schema.customer_sessions):
            row = (await tx.connection.execute(sa.select(table))).mappings().one()
            assert not {new.link_token, token} & set(map(str, row.values()))


async def agreed(store: Store, clock: FakeClock, **changes: Any) -> None:
    values = {"application_id": "first", "given": ALL, "version": VERSION, "language": "en"}
    await apply.agree(store, clock, **{**values, **changes})


async def test_each_consent_is_kept_with_its_wording_and_told_by_itself(
    store: Store, clock: FakeClock
) -> None:
    await given(store, an_application(stage=Stage.OPENED))
    await agreed(store, clock)
    assert (await loaded(store)).stage is Stage.CONSENTED
    async with store.read() as tx:
        rows = await applications.consents(tx, "first")
        names = [row["name"] for row in await applications.events(tx, "first")]
    assert {row["kind"] for row in rows} == set(ALL)
    assert {(row["version"], row["language"]) for row in rows} == {(VERSION, "en")}
    assert names == ["consent.given"] * 4 + ["application.moved"]


async def test_half_an_agreement_moves_nothing(store: Store, clock: FakeClock) -> None:
    await given(store, an_application(stage=Stage.OPENED))
    with pytest.raises(ConsentsMissing):
        await agreed(store, clock, given=ALL[:3])
    assert (await loaded(store)).stage is Stage.OPENED


async def test_a_double_click_agrees_once(store: Store, clock: FakeClock) -> None:
    await given(store, an_application(stage=Stage.OPENED))
    clicks = await asyncio.gather(
        agreed(store, clock), agreed(store, clock), return_exceptions=True
    )
    assert sorted(type(click).__name__ for click in clicks) == ["NoneType", "NotAllowedNow"]
    async with store.read() as tx:
        assert len(await applications.events(tx, "first")) == 5


async def test_whoever_agreed_does_not_agree_again(store: Store, clock: FakeClock) -> None:
    await given(store, an_application(stage=Stage.CONSENTED))
    with pytest.raises(NotAllowedNow):
        await agreed(store, clock)


async def test_a_customer_is_spoken_to_as_chosen_and_the_page_hears_of_it(store: Store) -> None:
    await given(store, an_application(language="vi"))
    async with store.bus.listen("application:first") as bell:
        await apply.speak(store, application_id="first", language="en")
        assert await bell.wait(0)
    assert (await loaded(store)).language == "en"


async def test_a_customer_asks_to_be_spoken_to_slowly_once_and_may_think_again(
    store: Store, clock: FakeClock
) -> None:
    id = (await opened(store, clock, slow_speech=True)).application.id
    for slow in (True, False, False, True):
        await apply.speak_slowly(store, clock, application_id=id, slow=slow, per_hour=2)
        assert (await loaded(store, id)).slow_speech is slow
    with pytest.raises(TooManyRequests):  # each is a fact that is kept
        await apply.speak_slowly(store, clock, application_id=id, slow=False, per_hour=2)
    assert (await loaded(store, id)).slow_speech
    async with store.read() as tx:
        told = await applications.events(tx, id)
    wished = [row["data"]["slow"] for row in told if row["name"] == "speech.wished"]
    assert wished == [False, True]
