"""What the CRM asks about what it was told: the log, part by part, and once more."""

from typing import Any

import pytest
import sqlalchemy as sa
from jsonschema import Draft202012Validator

from ekyc.domain.access import Role
from ekyc.domain.catalogue import CATALOGUE
from ekyc.settings import Crm
from ekyc.storage import applications, schema
from tests.builders import an_application, given
from tests.integration.web.conftest import Guest, House

DAY = {"since": "2026-11-21T00:00:00Z", "until": "2026-11-22T00:00:00Z"}
REPLAY = "/api/v1/deliveries/replay"


@pytest.fixture
def crm(house: House) -> Guest:
    return house[Role.CRM]


async def cancelled(house: House, *ids: str) -> None:
    """Facts to tell; this house has no address to tell them to."""
    await given(house.store, *(an_application(id) for id in ids if id != "first"))
    for id in ids:
        house.clock.pass_s(1)
        await house[Role.CRM].told("POST", f"/api/v1/applications/{id}/cancel")


async def listed(crm: Guest, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await crm.told("GET", f"/api/v1/deliveries?{query}"))[
        "deliveries"
    ]
    return found


async def test_what_was_not_told_in_a_time_can_be_told_later(house: House, crm: Guest) -> None:
    await cancelled(house, "first", "second")
    assert await listed(crm) == []
    assert await crm.told("POST", REPLAY, DAY) == {"replayed": 2, "next_since": None}
    newest, oldest = await listed(crm)
    assert (newest["application"], oldest["application"]) == ("second", "first")
    assert {one["type"] for one in (newest, oldest)} == {"application.moved"}
    assert {one["state"] for one in (newest, oldest)} == {"waiting"}
    async with house.store.read() as tx:
        facts = [(row["name"], row["actor"]) for row in await applications.events(tx, "first")]
    assert facts[-1] == ("webhook.replayed", "crm:key")


async def test_a_log_comes_in_parts_and_narrowed(house: House, crm: Guest) -> None:
    await cancelled(house, "first", "second", "third")
    await crm.told("POST", REPLAY, DAY)
    part = await crm.told("GET", "/api/v1/deliveries?limit=2")
    rest = await crm.told("GET", f"/api/v1/deliveries?limit=2&cursor={part['next']}")
    told = [one["application"] for one in part["deliveries"] + rest["deliveries"]]
    assert told == ["third", "second", "first"]
    assert rest["next"] is None
    assert [one["application"] for one in await listed(crm, "application=second")] == ["second"]
    assert await listed(crm, "state=failed") == []
    await _set_state(house, "dead")
    assert len(await listed(crm, "state=failed")) == 3


async def _set_state(house: House, state: str) -> None:
    async with house.store.begin() as tx:
        values = {"state": state, "attempts": 21, "problem": "DeliveryRefused"}
        told = sa.update(schema.jobs).where(schema.jobs.c.kind == "webhook.deliver")
        await tx.connection.execute(told.values(**values))


async def test_a_dead_delivery_is_sent_again_from_its_first_try(house: House, crm: Guest) -> None:
    await cancelled(house, "first")
    await crm.told("POST", REPLAY, DAY)
    await _set_state(house, "dead")
    (dead,) = await listed(crm)
    assert (dead["state"], dead["attempts"], dead["next_try_at"]) == ("failed", 21, None)
    again = await crm.told("POST", f"/api/v1/deliveries/{dead['sequence']}/replay")
    assert (again["state"], again["attempts"], again["problem"]) == ("waiting", 0, None)
    assert again["id"] == dead["id"]
    assert again["tries"] == []


async def test_only_what_failed_is_replayed_when_asked_so(house: House, crm: Guest) -> None:
    await cancelled(house, "first", "second")
    await crm.told("POST", REPLAY, {**DAY, "until": "2026-11-21T02:00:02Z"})
    await _set_state(house, "dead")
    told = await crm.told("POST", REPLAY, {**DAY, "only_failed": True})
    assert told["replayed"] == 1


async def test_what_is_being_sent_is_left_alone(house: House, crm: Guest) -> None:
    await cancelled(house, "first")
    await crm.told("POST", REPLAY, DAY)
    await _set_state(house, "running")
    await crm.told("POST", REPLAY, DAY)
    assert [one["state"] for one in await listed(crm)] == ["sending"]


@pytest.mark.parametrize("sequence", ["0", "999", "first", "-1", "1e3", "9" * 30, "٣"])
async def test_a_delivery_that_never_was_is_not_there(crm: Guest, sequence: str) -> None:
    for method, path in (("GET", ""), ("POST", "/replay")):
        answer = await crm.ask(method, f"/api/v1/deliveries/{sequence}{path}")
        assert answer.status == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"since": 0}, "since"),
        ({"since": "2026-11-21"}, "since"),
        ({"until": "2026-11-20T00:00:00Z"}, "until"),
        ({"only_failed": "yes"}, "only_failed"),
    ],
)
async def test_a_time_that_cannot_be_right_replays_nothing(
    crm: Guest, changes: dict[str, Any], field: str
) -> None:
    answer = await crm.ask("POST", REPLAY, json={**DAY, **changes})
    told = await answer.json()
    assert (answer.status, [fault["field"] for fault in told["errors"]]) == (422, [field])


async def test_anybody_may_read_what_events_look_like(house: House) -> None:
    described = await house[Role.PUBLIC].told("GET", "/api/v1/events/schemas")
    assert described.keys() == CATALOGUE.keys()
    for name, event in described.items():
        Draft202012Validator.check_schema(event["body"])
        assert event["told"] == (name in set(Crm().webhook_events))
