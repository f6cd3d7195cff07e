"""Agents and supervisors who wish it are told by push while their page is not looked at."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from ekyc.domain.access import Role
from ekyc.domain.appointment import Appointment, AppointmentState
from ekyc.domain.errors import PushRefused
from ekyc.domain.events import Actor
from ekyc.domain.presence import Signal
from ekyc.domain.push import Limits, Subscription
from ekyc.domain.summons import Why
from ekyc.jobs.booking import Desk
from ekyc.jobs.desk_push import SEND, pusher, spreader
from ekyc.jobs.push import PushFailed, connector
from ekyc.journey import alerts, appointed, desk_push, staff
from ekyc.journey import desk as desks
from ekyc.journey.summons import call_supervisors
from ekyc.notify.push import Push
from ekyc.notify.texts import Texts
from ekyc.settings import Alerts, Bank, Booking
from ekyc.settings import Push as Rules
from ekyc.storage import appointments, tokens
from ekyc.storage import desk_push as kept
from ekyc.storage import staff as accounts
from ekyc.storage.schema import jobs
from ekyc.storage.store import Tx
from tests.builders import a_member, given
from tests.fakes import FakeClock
from tests.integration.jobs.test_booking import booked
from tests.meeting import Scene
from tests.push_service import Browser, PushService, push_service

SECRET = b"s" * 32
TEXTS = Texts()
SERVER = Push(SECRET, "kyc@bank.example")


class Desks:
    """People at desks, their browsers, and the jobs that tell those."""

    def __init__(self, scene: Scene, service: PushService, http: aiohttp.ClientSession) -> None:
        self.scene, self.store, self.clock = scene, scene.store, scene.clock
        self.service, self.http = service, http
        service.known_key = SERVER.public
        self.rules = Rules(services=[service.origin])
        self.office = Desk(
            store=self.store,
            clock=self.clock,
            texts=TEXTS,
            bank=Bank(),
            address="https://kyc.bank.example",
            link_hours=72,
        )

    async def turns_on(self, staff_id: str, *, session: str = "", endpoint: str = "") -> Browser:
        """Somebody signed in wishes to be told in this browser."""
        browser, session = self.service.subscribe(), session or f"session of {staff_id}"
        now = self.clock.now()
        async with self.store.begin() as tx:
            await accounts.end_session(tx, tokens.digest(session))
            await accounts.add_session(
                tx,
                staff_id,
                digest=tokens.digest(session),
                now=now,
                expires_at=now + timedelta(hours=10),
            )
        await desk_push.subscribe(
            *(self.store, self.clock),
            staff_id=staff_id,
            session=session,
            secret=SECRET,
            subscription=Subscription(
                endpoint=endpoint or browser.endpoint, public=browser.public, auth=browser.auth
            ),
            limits=Limits(services=self.rules.services, devices=2),
        )
        return browser

    async def work(self) -> None:
        """Whatever is due is done."""
        spread = spreader(self.office)
        send = pusher(self.office, SERVER, self.rules, SECRET, self.http)
        for kind, act in ((desk_push.TELL, spread), (SEND, send)):
            for payload in await self.due(kind):
                await act(payload)

    async def due(self, kind: str) -> list[dict[str, Any]]:
        async with self.store.read() as tx:
            query = sa.select(jobs.c.payload).where(
                jobs.c.kind == kind, jobs.c.due_at <= self.clock.now()
            )
            return list((await tx.connection.execute(query)).scalars())


@pytest.fixture
async def house(scene: Scene) -> AsyncIterator[Desks]:
    scene.clock = FakeClock(datetime.now(UTC))  # the service compares with the machine's
    async with push_service() as service:
        rules = Rules(services=[service.origin])
        async with aiohttp.ClientSession(connector=connector(rules)) as http:
            yield Desks(scene, service, http)


async def test_a_ring_reaches_the_browser_of_whose_desk_it_is_and_names_nobody(
    house: Desks,
) -> None:
    await house.scene.waits("first")
    await house.scene.agent("lan", "minh")
    lan, minh = await house.turns_on("lan"), await house.turns_on("minh")
    assert await house.scene.match() == 1
    await house.work()
    (message,) = lan.messages
    assert (message["ring"], message["quiet"]) == (True, True)
    assert message["url"] == "https://kyc.bank.example/staff/desk"
    assert "first" not in str(message)
    assert minh.messages == []
    await house.work()
    assert len(lan.messages) == 2  # the runner would not: a job is done once


async def test_a_ring_that_was_answered_is_not_told_any_more(house: Desks) -> None:
    await house.scene.waits("first")
    await house.scene.agent("lan")
    lan = await house.turns_on("lan")
    await house.scene.match()
    call = await house.scene.call_of()
    await desks.accept(house.store, house.clock, staff_id="lan", call_id=call.id)
    await house.work()
    assert lan.messages == []


async def test_a_booked_call_is_announced_to_whoever_has_it_by_then(house: Desks) -> None:
    at = house.clock.now() + timedelta(minutes=30)
    await booked(house.store, state=AppointmentState.BOOKED, at=at)
    await given(house.store, a_member("minh"))
    lan, minh = await house.turns_on("lan"), await house.turns_on("minh")
    async with house.store.begin() as tx:
        one = await _appointment(tx)
        settings = Booking(announce_min=5)
        await appointed.promise(tx, one, None, settings, now=house.clock.now())
        await appointed.reassign(
            tx,
            one,
            "minh",
            settings,
            actor=Actor(kind="staff", id="thu"),
            now=house.clock.now(),
        )
    await house.work()
    assert (lan.messages, minh.messages) == ([], [])
    house.clock.pass_s(25 * 60)
    await house.work()
    assert lan.messages == []
    (message,) = minh.messages
    assert message["ring"] is False
    assert "GMT+7" in message["body"]


async def _appointment(tx: Tx) -> Appointment:
    one = await appointments.find(tx, "one")
    assert one is not None  # booked above
    return one


async def test_supervisors_are_summoned_and_a_late_summons_is_not_told(house: Desks) -> None:
    call = await house.scene.talk()
    await given(house.store, a_member("thu", role=Role.SUPERVISOR))
    thu, lan = await house.turns_on("thu"), await house.turns_on("lan")
    for why in (Why.SIGN, Why.SIGNALS):
        async with house.store.begin() as tx:
            await call_supervisors(tx, call, why, now=house.clock.now())
        if why is Why.SIGNALS:
            house.clock.pass_s(121)
        await house.work()
    assert {one["url"] for one in thu.messages} == {"https://kyc.bank.example/staff/wall"}
    assert len(thu.messages) == 1
    assert lan.messages == []
    assert Signal.NO_MATCH.value not in str(thu.messages)


async def test_who_signs_out_or_is_shut_out_is_told_no_more(house: Desks) -> None:
    await house.scene.agent("lan", "minh")
    await house.turns_on("lan", session="a")
    await house.turns_on("minh")
    await desk_push.sign_out(house.store, house.clock, staff_id="lan", session="a")
    await staff.sign_out(house.store, token="session of minh")
    async with house.store.read() as tx:
        assert await kept.having(tx, ["lan", "minh"], now=house.clock.now()) == []


async def test_a_browser_that_is_gone_is_forgotten_and_another_failure_is_tried_again(
    house: Desks,
) -> None:
    await house.scene.waits("first")
    await house.scene.agent("lan")
    await house.turns_on("lan")
    await house.scene.match()
    house.service.status = 503
    with pytest.raises(PushFailed):
        await house.work()
    house.service.status = 410
    await house.work()
    async with house.store.read() as tx:
        assert await kept.having(tx, ["lan"], now=house.clock.now()) == []


async def test_a_desk_keeps_so_many_browsers_and_none_that_leads_elsewhere(house: Desks) -> None:
    await house.scene.agent("lan")
    for n in range(3):
        await house.turns_on("lan", session=f"session {n}")
        house.clock.pass_s(1)
    async with house.store.read() as tx:
        assert len(await kept.of_staff(tx, "lan", now=house.clock.now())) == 2
    with pytest.raises(PushRefused):
        await house.turns_on("lan", endpoint="https://evil.example/push")


async def test_a_supervisor_is_told_that_the_queue_does_not_keep_its_promise(house: Desks) -> None:
    await given(house.store, a_member("thuha", role=Role.SUPERVISOR))
    browser = await house.turns_on("thuha")
    await house.scene.waits("first")
    house.clock.pass_s(61)
    assert await alerts.look(house.store, house.clock, Alerts(), house.scene.queue) == 1
    await house.work()
    (message,) = browser.messages
    assert message["url"] == "https://kyc.bank.example/staff/wall"
    assert "cam kết" in message["body"]
