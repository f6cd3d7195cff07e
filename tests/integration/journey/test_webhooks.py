"""What the CRM is told, and in which shape."""

from ekyc.domain.events import NAMES, Actor, Event
from ekyc.journey import webhooks
from ekyc.settings import Crm
from ekyc.storage.bus import Bus
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.fakes import START

ADDRESS = "https://crm.example/ekyc"
TOLD = Crm().webhook_events


def a_fact(name: str = "application.moved", **data: object) -> Event:
    actor = Actor(kind="staff", id="lan")
    return Event(name=name, application_id="first", at=START, actor=actor, data=data)


def test_each_change_of_stage_makes_one_delivery_due_and_nothing_else_does() -> None:
    due = webhooks.due(ADDRESS, TOLD)
    told = {name for name in NAMES if due(a_fact(name), 7)}
    assert told == {"application.opened", "application.moved", "application.deleted"}


def test_a_delivery_stands_in_its_applications_lane_under_its_facts_number() -> None:
    (job,) = webhooks.due(ADDRESS, TOLD)(a_fact(), 7)
    assert (job.kind, job.lane, job.key) == ("webhook.deliver", "first", "webhook:7")
    assert (job.payload, job.due_at) == ({"sequence": 7}, START)


def test_without_an_address_nobody_is_told() -> None:
    assert webhooks.due("", TOLD)(a_fact(), 7) == ()


async def test_the_message_carries_ids_the_stage_and_no_person(store: Store) -> None:
    await given(store, an_application(name="CANARY", phone="+84900000318"))
    async with store.begin() as tx:
        sequence = await tx.tell(a_fact(stage="decided", verdict="approve"))
    id, body = await webhooks.message(store, sequence)
    assert body == {
        "type": "application.moved",
        "timestamp": "2026-11-21T02:00:00+00:00",
        "data": {
            "sequence": 1,
            "application": "first",
            "reference": "HS-2611-first",
            "external_id": "crm-first",
            "stage": "decided",
            "verdict": "approve",
        },
    }
    assert (await webhooks.message(store, sequence))[0] == id
    assert "CANARY" not in str(body)


async def test_a_store_with_an_address_writes_the_delivery_with_the_fact(
    database_url: str,
) -> None:
    store = Store(database_url, bus=Bus(), due=webhooks.due(ADDRESS, TOLD))
    await given(store, an_application())
    async with store.bus.listen("jobs") as bell:
        async with store.begin() as tx:
            await tx.tell(a_fact(stage="waiting"))
        assert await bell.wait(0)
    await store.close()
