"""A customer's browsers are told by their push services, each once; nobody else is posted to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from ekyc.domain.appointment import AppointmentState
from ekyc.domain.errors import PushRefused
from ekyc.domain.push import Limits, Subscription
from ekyc.jobs.booking import Desk
from ekyc.jobs.push import SEND, PushFailed, connector, of_appointment, pusher, spreader
from ekyc.journey import apply, ringing, subscription
from ekyc.notify.push import Push
from ekyc.notify.texts import Texts
from ekyc.settings import Bank
from ekyc.settings import Push as Rules
from ekyc.storage import lapsed, push, queue
from ekyc.storage.schema import devices, events, jobs
from ekyc.storage.store import Store
from tests.fakes import FakeClock
from tests.integration.jobs.test_booking import booked
from tests.push_service import Browser, PushService, push_service

SECRET = b"s" * 32
SERVER = Push(SECRET, "kyc@bank.example")
DUE = {"appointment": "one", "word": "due", "nth": 1}


@pytest.fixture
def clock() -> FakeClock:
    from datetime import UTC, datetime

    return FakeClock(datetime.now(UTC))  # the service compares with the machine's


@pytest.fixture
def desk(store: Store, clock: FakeClock) -> Desk:
    return Desk(
        store=store,
        clock=clock,
        texts=Texts(),
        bank=Bank(),
        address="https://kyc.bank.example",
        link_hours=72,
    )


async def rung_at(desk: Desk, browser: Browser, services: list[str], most: int = 3) -> None:
    """A customer's page subscribes."""
    await ringing.subscribe(
        desk.store,
        desk.clock,
        application_id="first",
        secret=SECRET,
        subscription=Subscription(
            endpoint=browser.endpoint, public=browser.public, auth=browser.auth
        ),
        limits=Limits(services=services, devices=most),
    )


async def is_due(desk: Desk) -> None:
    """The customer's time has come, and no page of theirs is open."""
    from ekyc.domain.queue import TicketState, move

    at = desk.clock.now()
    await booked(desk.store, state=AppointmentState.DUE, at=at)
    async with desk.store.begin() as tx:
        ticket = await queue.add_ticket(tx, "first", now=at)
        await queue.save_ticket(tx, ticket, move(ticket, TicketState.PARKED))


@asynccontextmanager
async def sending(desk: Desk, service: PushService) -> AsyncIterator[Any]:
    """The job that tells every browser, and each of those it makes due, one after the other."""
    rules = Rules(services=[service.origin])
    async with aiohttp.ClientSession(connector=connector(rules)) as http:
        send = pusher(desk, SERVER, rules, SECRET, http, {"appointment": of_appointment})

        async def ring(payload: dict[str, Any]) -> None:
            await spreader(desk, of_appointment)(payload)
            async with desk.store.read() as tx:
                query = sa.select(jobs.c.payload).where(jobs.c.kind == SEND)
                found = (await tx.connection.execute(query)).scalars().all()
            for each in found:
                await send(each)

        yield ring


async def told(store: Store, name: str) -> list[dict[str, Any]]:
    async with store.read() as tx:
        query = sa.select(events.c.data).where(events.c.name == name)
        return list((await tx.connection.execute(query)).scalars())


async def test_every_browser_of_the_customer_is_rung_in_words_only_it_can_read(
    desk: Desk,
) -> None:
    await is_due(desk)
    async with push_service() as service:
        service.known_key = SERVER.public
        browsers = [service.subscribe(), service.subscribe()]
        for browser in browsers:
            await rung_at(desk, browser, [service.origin])
        async with sending(desk, service) as ring:
            await ring(DUE)
    assert service.refused == []
    for browser in browsers:
        (message,), (headers,) = browser.messages, browser.headers
        assert message["title"] == "Ngân hàng Sen"
        assert "GMT+7" in message["body"]
        assert message["ring"] is True
        assert headers["Urgency"] == "high"
        assert int(headers["TTL"]) > 60
        token = message["url"].partition("https://kyc.bank.example/c/#")[2]
        session = await apply.open_session(desk.store, desk.clock, link_token=token, hours=1)
        assert session[0] == "first"
    facts = await told(desk.store, "booking.notified")
    assert [fact["by"] for fact in facts] == ["push", "push"]
    assert not any(service.origin in str(fact) for fact in facts)


async def test_a_process_that_died_after_asking_who_there_is_asks_nobody_twice(
    desk: Desk,
) -> None:
    await is_due(desk)
    async with push_service() as service:
        await rung_at(desk, service.subscribe(), [service.origin])
        await spreader(desk, of_appointment)(DUE)
        await spreader(desk, of_appointment)(DUE)
    async with desk.store.read() as tx:
        query = sa.select(sa.func.count()).where(jobs.c.kind == SEND)
        assert (await tx.connection.execute(query)).scalar_one() == 1


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_nobody_is_at_any_more_is_forgotten(desk: Desk, status: int) -> None:
    await is_due(desk)
    async with push_service() as service:
        await rung_at(desk, service.subscribe(), [service.origin])
        service.status = status
        async with sending(desk, service) as ring:
            await ring(DUE)
            await ring(DUE | {"nth": 2})
    async with desk.store.read() as tx:
        assert await push.of_application(tx, "first") == []
    assert [fact["reason"] for fact in await told(desk.store, "push.ended")] == ["gone"]


class _Invented(Browser):
    """A page that made its keys up."""

    @property
    def public(self) -> bytes:
        return b"\x04" + bytes(64)  # no point of the curve


async def test_keys_nobody_can_encrypt_to_are_forgotten_too(desk: Desk) -> None:
    await is_due(desk)
    async with push_service() as service:
        invented = _Invented()
        invented.endpoint = service.subscribe().endpoint
        await rung_at(desk, invented, [service.origin])
        async with sending(desk, service) as ring:
            await ring(DUE)
    async with desk.store.read() as tx:
        assert await push.of_application(tx, "first") == []


@pytest.mark.parametrize("status", [301, 400, 429, 500])
async def test_a_service_that_does_not_take_it_is_tried_again(desk: Desk, status: int) -> None:
    await is_due(desk)
    async with push_service() as service:
        browser = service.subscribe()
        await rung_at(desk, browser, [service.origin])
        service.status = status
        async with sending(desk, service) as ring:
            with pytest.raises(PushFailed):
                await ring(DUE)
            service.status = 201
            await ring(DUE)
    assert len(browser.messages) == 1


async def test_nobody_is_rung_once_it_is_not_true_any_more(desk: Desk) -> None:
    await booked(desk.store, state=AppointmentState.CANCELLED, at=desk.clock.now())
    async with push_service() as service:
        browser = service.subscribe()
        await rung_at(desk, browser, [service.origin])
        async with sending(desk, service) as ring:
            await ring(DUE)
    assert browser.messages == []


async def test_a_service_taken_off_the_list_is_posted_to_no_more(desk: Desk) -> None:
    await is_due(desk)
    async with push_service() as service, push_service() as other:
        browser = service.subscribe()
        await rung_at(desk, browser, [service.origin])
        async with sending(desk, other) as ring:
            await ring(DUE)
    assert browser.messages == []
    async with desk.store.read() as tx:
        assert await push.of_application(tx, "first") == []


async def test_a_host_that_leads_into_the_house_is_not_connected_to(desk: Desk) -> None:
    """A known name may be pointed anywhere: what counts is where the connection goes."""
    async with push_service() as service:
        rules = Rules()
        async with aiohttp.ClientSession(connector=connector(rules)) as http:
            with pytest.raises(aiohttp.ClientConnectorError):
                await http.post(f"{service.origin}/send/x")


async def test_an_address_of_no_known_service_is_refused_and_not_kept(desk: Desk) -> None:
    await booked(desk.store)
    browser = Browser(endpoint="https://push.evil.example/x")
    with pytest.raises(PushRefused):
        await rung_at(desk, browser, Rules().services)
    async with desk.store.read() as tx:
        assert await push.of_application(tx, "first") == []


async def test_only_so_many_browsers_are_kept_sealed_and_not_for_ever(
    desk: Desk, clock: FakeClock
) -> None:
    await booked(desk.store)
    services = ["push.example.net"]
    browsers = [Browser(endpoint=f"https://push.example.net/{n}") for n in range(3)]
    for browser in [*browsers, browsers[2]]:
        clock.pass_s(1)
        await rung_at(desk, browser, services, most=2)
    async with desk.store.read() as tx:
        kept = await push.of_application(tx, "first")
        rows = (await tx.connection.execute(sa.select(devices))).mappings().all()
    assert [subscription.opened(SECRET, device).endpoint for device in kept] == [
        browsers[1].endpoint,
        browsers[2].endpoint,
    ]
    assert "push.example.net" not in str(rows)
    await ringing.unsubscribe(
        desk.store, clock, application_id="first", endpoint=browsers[1].endpoint
    )
    await ringing.unsubscribe(desk.store, clock, application_id="first", endpoint="unknown")
    assert [fact["reason"] for fact in await told(desk.store, "push.ended")] == ["unsubscribed"]
    now = clock.now()
    async with desk.store.begin() as tx:
        await lapsed.sweep(
            tx,
            now=now,
            unused_since=now,
            answered_before=now,
            kept_since=now,
            messages_since=now,
            rung_since=now + timedelta(seconds=1),
            done_since=now,
        )
        assert await push.of_application(tx, "first") == []
