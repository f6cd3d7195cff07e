"""Supervisors are told when the queue does not keep its promise, each time once, until it does."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from ekyc.domain.access import Role
from ekyc.domain.desk import DeskState
from ekyc.domain.errors import NotAllowedNow, NotFound
from ekyc.domain.wait import Line, Span
from ekyc.jobs.alerts import mailer
from ekyc.jobs.booking import Desk
from ekyc.journey import alerts
from ekyc.journey.ports import SUPERVISORS
from ekyc.notify.texts import Texts
from ekyc.settings import Alerts, Bank
from ekyc.storage import alerts as rows
from ekyc.storage import jobs, queue, schema, waits
from ekyc.storage.store import Store
from tests.builders import a_member, given
from tests.fakes import FakeClock, Messages
from tests.meeting import Scene

RULES = Alerts(mail_to=["duty@bank.example", "head@bank.example"], repeats_max=1)


async def looks(scene: Scene, rules: Alerts = RULES) -> int:
    return await alerts.look(scene.store, scene.clock, rules, scene.queue)


async def facts(store: Store) -> list[tuple[str, str]]:
    """Every fact about alerts: its name, what is wrong."""
    e = schema.events
    async with store.read() as tx:
        query = sa.select(e.c.name, e.c.data).where(e.c.name.like("alert.%"))
        found = await tx.connection.execute(query.order_by(e.c.sequence))
        return [(row.name, row.data["why"]) for row in found]


async def test_customers_whom_nobody_at_work_may_serve_raise_an_alert_that_ends_when_they_may(
    scene: Scene, clock: FakeClock
) -> None:
    await scene.waits("first")
    await scene.agent("lan")
    clock.pass_s(61)
    assert await looks(scene) == 0
    await scene.chooses("lan", DeskState.BREAK)
    async with scene.store.bus.listen(SUPERVISORS) as bell:
        assert await looks(scene) == 1
        assert await bell.wait(1)
    assert await looks(scene) == 0
    await scene.tested()
    await scene.chooses("lan", DeskState.AVAILABLE)
    assert await looks(scene) == 1  # quiet since now
    clock.pass_s(299)
    assert await looks(scene) == 1  # the first waits longer than five minutes by now
    clock.pass_s(1)
    assert await looks(scene) == 1
    assert await facts(scene.store) == [
        ("alert.raised", "nobody"),
        ("alert.raised", "late"),
        ("alert.ended", "nobody"),
    ]
    assert "alert.ended" in await scene.keeps_its_word()


async def test_an_alert_is_mailed_each_time_it_is_told_until_a_supervisor_has_seen_it(
    scene: Scene, clock: FakeClock
) -> None:
    await given(scene.store, a_member("thuha", role=Role.SUPERVISOR))
    await scene.waits("first")
    await scene.agent("lan")
    clock.pass_s(301)
    assert await looks(scene) == 1
    post = Messages()
    assert await _handed(scene, post) == 2
    assert [to for to, _, _ in post.mails] == RULES.mail_to
    assert all("https://kyc.bank.example/staff/wall" in text for _, _, text in post.mails)
    clock.pass_s(901)
    assert await looks(scene) == 1
    async with scene.store.read() as tx:
        (alert,) = await rows.open_ones(tx)
    seen = {"staff_id": "thuha", "alert_id": alert.id}
    await alerts.acknowledge(scene.store, clock, **seen)
    with pytest.raises(NotAllowedNow):
        await alerts.acknowledge(scene.store, clock, **seen)
    with pytest.raises(NotFound):
        await alerts.acknowledge(scene.store, clock, staff_id="thuha", alert_id="nobody's")
    assert await _handed(scene, post) == 2  # the repeat was on its way, and is not true any more
    clock.pass_s(901)
    assert await looks(scene) == 0
    assert [name for name, _ in await facts(scene.store)] == [
        "alert.raised",
        "alert.repeated",
        "alert.acknowledged",
    ]
    assert await scene.keeps_its_word() == {name for name, _ in await facts(scene.store)}


async def _handed(scene: Scene, post: Messages) -> int:
    """What is due is done; how many mails have gone out by then."""
    desk = Desk(
        store=scene.store,
        clock=scene.clock,
        texts=await asyncio.to_thread(Texts),
        bank=Bank(),
        address="https://kyc.bank.example",
        link_hours=72,
    )
    send = mailer(desk, post, RULES, language="vi")
    async with scene.store.read() as tx:
        due = await jobs.payloads(tx, alerts.MAIL)
    for payload in due[len(post.mails) :]:
        await send(payload)
    return len(post.mails)


async def test_ranges_that_are_not_kept_raise_an_alert(scene: Scene, clock: FakeClock) -> None:
    ids = [f"customer-{number}" for number in range(4)]
    await scene.waits(*ids)
    line = Line(ahead=0, agents=1, idle=0, each_s=60.0)
    async with scene.store.begin() as tx:
        for number, id in enumerate(ids):
            ticket = await queue.open_ticket(tx, id)
            assert ticket is not None
            await waits.promise(tx, ticket, line, Span(low_s=0, high_s=60))
            await waits.came(tx, ticket.id, came_s=30.0 if number < 2 else 90.0, score=0.0)
    rules: dict[str, Any] = {"promises_min": 4, "late": 0, "nobody_s": 3600}
    assert await looks(scene, Alerts(**rules, missed_share=0.5)) == 0
    assert await looks(scene, Alerts(**rules)) == 1
    assert await facts(scene.store) == [("alert.raised", "ranges")]
    assert await scene.keeps_its_word() == {"alert.raised"}
