"""The CRM's API: applications opened once, looked up, and described as they are."""

import asyncio
import json
from typing import Any

import openapi_spec_validator
import pytest
import sqlalchemy as sa
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from ekyc.domain.access import Role
from ekyc.storage import applications, decisions, schema
from ekyc.web.keys import STORE
from tests.integration.web.conftest import Guest, House

NEW = {
    "external_id": "T24-0815",
    "phone": "0901 234 318",
    "phone_source": "core banking",
    "phone_as_of": "2026-11-20",
    "name": "Mẫu Thị Sen",
    "language": "en",
    "product": "account",
}


SEN = "sen@mail.example"


@pytest.fixture
def crm(house: House) -> Guest:
    return house[Role.CRM]


async def opened(crm: Guest, key: str = "", **changes: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return await crm.told("POST", "/api/v1/applications", {**NEW, **changes}, headers=headers)


async def count(house: House) -> int:
    async with house.store.read() as tx:
        return len(await applications.newest(tx, stage=None, limit=99)) - 1


async def test_an_application_is_opened_and_its_link_opens_it(house: House, crm: Guest) -> None:
    answer = await crm.ask("POST", "/api/v1/applications", json=NEW)
    assert answer.status == 201
    told = await answer.json()
    address, _, token = told["link"].partition("#")
    assert address == f"{house.server.make_url('/c/')}"
    assert told["stage"] == "opened"
    assert told["reference"].startswith("HS-2611-")
    view = await house[Role.PUBLIC].told("POST", "/api/customer/session", {"token": token})
    assert view["id"] == told["id"]
    assert view["phone"] == {
        "masked": "09•• ••• 318",
        "source": "core banking",
        "as_of": "2026-11-20",
        "verified": True,
    }


async def test_an_application_can_be_looked_up_without_its_link_or_its_person(
    crm: Guest,
) -> None:
    told = await opened(crm)
    seen = await crm.told("GET", f"/api/v1/applications/{told['id']}")
    assert seen.keys() == {
        "id",
        "reference",
        "external_id",
        "stage",
        "opened_at",
        "updated_at",
        "decision",
    }
    assert (seen["external_id"], seen["decision"]) == ("T24-0815", None)


async def test_a_verdict_is_seen_with_its_reasons(house: House, crm: Guest) -> None:
    body = {"verdict": "reject", "reasons": ["not-free"], "note": "Nicht allein."}
    await house[Role.AGENT].told("POST", "/api/files/first/decision", body)
    seen = await crm.told("GET", "/api/v1/applications/first")
    assert seen["stage"] == "decided"
    assert (seen["decision"]["verdict"], seen["decision"]["reasons"]) == ("reject", ["not-free"])
    assert "note" not in seen["decision"]


async def test_a_repeated_request_gets_the_first_answer_and_opens_nothing_more(
    house: House, crm: Guest
) -> None:
    first = await opened(crm, "order-1")
    house.clock.pass_s(3600)
    assert await opened(crm, "order-1") == first
    assert await count(house) == 1


async def test_two_requests_with_one_key_at_once_open_one_application(
    house: House, crm: Guest
) -> None:
    answers = await asyncio.gather(*(opened(crm, "order-1") for _ in range(4)))
    assert len({answer["id"] for answer in answers}) == 1
    assert len({answer["link"] for answer in answers}) == 1
    assert await count(house) == 1


async def test_a_key_used_for_another_request_is_refused(house: House, crm: Guest) -> None:
    await opened(crm, "order-1")
    answer = await crm.ask(
        "POST",
        "/api/v1/applications",
        json={**NEW, "external_id": "other"},
        headers={"Idempotency-Key": "order-1"},
    )
    assert (answer.status, (await answer.json())["code"]) == (409, "idempotency-conflict")
    assert await count(house) == 1


async def test_after_a_day_a_key_may_be_used_again(house: House, crm: Guest) -> None:
    first = await opened(crm, "order-1")
    house.clock.pass_s(24 * 3600)
    assert (await opened(crm, "order-1"))["id"] != first["id"]


async def test_without_a_key_every_request_opens_one(house: House, crm: Guest) -> None:
    await opened(crm)
    await opened(crm)
    assert await count(house) == 2


async def test_the_answer_kept_for_a_key_holds_no_link_anybody_could_read(
    house: House, crm: Guest
) -> None:
    told = await opened(crm, "order-1")
    async with house.app[STORE].read() as tx:
        kept = (await tx.connection.execute(sa.select(schema.idempotency.c.answer))).scalar_one()
    assert told["link"].partition("#")[2] not in kept
    assert told["id"] not in kept


async def test_a_mailbox_comes_with_who_vouches_for_it_and_staff_see_it_masked(
    house: House, crm: Guest
) -> None:
    mailbox = {"address": SEN, "as_of": "2026-11-20"}
    told = await opened(crm, mailbox=mailbox)
    file = await house[Role.AGENT].told("GET", f"/api/files/{told['id']}")
    (first,) = file["mailboxes"]
    assert (first["masked"], first["source"], first["in_force"]) == (
        "s•••@mail.example",
        "crm",
        True,
    )
    another = {"address": "mau@mail.example", "source": "document", "as_of": "2026-11-21"}
    at = f"/api/v1/applications/{told['id']}/mailbox"
    assert (await crm.ask("PUT", at, json=another)).status == 200
    by_hand = {"address": SEN, "source": "directory", "as_of": "2026-11-21", "note": "page 12"}
    supervisor = house[Role.SUPERVISOR]
    await supervisor.told("POST", f"/api/files/{told['id']}/mailboxes", by_hand)
    refused = await house[Role.AGENT].ask(
        "POST", f"/api/files/{told['id']}/mailboxes", json=by_hand
    )
    assert refused.status == 403
    file = await supervisor.told("GET", f"/api/files/{told['id']}")
    assert [one["in_force"] for one in file["mailboxes"]] == [False, False, True]


async def test_the_crm_wants_a_callback_code_of_one_customer_and_takes_that_back(
    house: House, crm: Guest
) -> None:
    told = await opened(crm, callback=True, mailbox={"address": SEN, "as_of": "2026-11-20"})
    at, agent = f"/api/v1/applications/{told['id']}/callback", house[Role.AGENT]

    async def lacks() -> set[str]:
        file = await agent.told("GET", f"/api/files/{told['id']}")
        return {missing["code"] for missing in file["may"]["approve_missing"]}

    assert "callback" in await lacks()
    assert (await crm.ask("PUT", at, json={"wanted": False})).status == 200
    assert "callback" not in await lacks()
    refused = await agent.ask("POST", f"/api/files/{told['id']}/callback")
    assert refused.status == 404  # in no call with this customer


@pytest.mark.parametrize("path", ["", "/confirm"])
async def test_a_callbacks_link_that_is_none_says_so(house: House, path: str) -> None:
    body = {"token": "x" * 43} | ({"code": "123456"} if path else {})
    answer = await house[Role.PUBLIC].ask("POST", f"/api/callback{path}", json=body)
    assert (answer.status, (await answer.json())["code"]) == (401, "link-invalid")


@pytest.mark.parametrize("key", ["x" * 121, "schlüssel"])
async def test_a_key_is_short_and_plain(crm: Guest, key: str) -> None:
    answer = await crm.ask(
        "POST", "/api/v1/applications", json=NEW, headers={"Idempotency-Key": key}
    )
    told = await answer.json()
    assert (answer.status, told["errors"][0]["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"phone": "12345"}, "phone-invalid", None),
        ({"phone_as_of": "2026-13-45"}, "body-invalid", "phone_as_of"),
        ({"phone_as_of": "yesterday"}, "body-invalid", "phone_as_of"),
        ({"external_id": ""}, "body-invalid", "external_id"),
        ({"language": "de"}, "body-invalid", "language"),
        ({"name": "Sen\0"}, "body-invalid", "name"),
        ({"colour": "red"}, "body-invalid", "colour"),
        ({"mailbox": {"address": "", "as_of": "2026-11-20"}}, "body-invalid", "mailbox.address"),
        ({"mailbox": {"address": "sen@", "as_of": "2026-11-20"}}, "mailbox-invalid", None),
        ({"mailbox": {"address": SEN, "as_of": "2027-11-20"}}, "mailbox-unproven", None),
        ({"mailbox": {"address": SEN}}, "body-invalid", "mailbox.as_of"),
    ],
)
async def test_a_request_that_cannot_be_right_opens_nothing(
    house: House, crm: Guest, changes: dict[str, Any], code: str, field: str | None
) -> None:
    answer = await crm.ask("POST", "/api/v1/applications", json={**NEW, **changes})
    told = await answer.json()
    assert (answer.status, told["code"]) == (422, code)
    assert [error["field"] for error in told["errors"]] == ([field] if field else [])
    assert await count(house) == 0


async def test_whom_the_crm_names_no_language_for_is_spoken_to_as_the_bank_set(
    house: House, crm: Guest
) -> None:
    told = await crm.told(
        "POST", "/api/v1/applications", {k: v for k, v in NEW.items() if k != "language"}
    )
    async with house.store.read() as tx:
        assert (await applications.load(tx, told["id"])).language == "vi"
        assert await decisions.last(tx, told["id"]) is None


async def _description(house: House) -> dict[str, Any]:
    described: dict[str, Any] = await house[Role.PUBLIC].told("GET", "/api/v1/openapi.json")
    return described


async def test_the_description_is_valid_openapi(house: House) -> None:
    described = await _description(house)
    openapi_spec_validator.validate(described)
    assert described["openapi"].startswith("3.1")
    assert {(method, path) for path, at in described["paths"].items() for method in at} == {
        ("post", "/api/v1/applications"),
        ("get", "/api/v1/applications"),
        ("get", "/api/v1/applications/{id}"),
        ("post", "/api/v1/applications/{id}/cancel"),
        ("get", "/api/v1/applications/{id}/result"),
        ("get", "/api/v1/applications/{id}/calls/{call}/contact"),
        ("put", "/api/v1/applications/{id}/mailbox"),
        ("put", "/api/v1/applications/{id}/callback"),
        ("put", "/api/v1/applications/{id}/phone"),
        ("put", "/api/v1/applications/{id}/chip"),
        ("put", "/api/v1/applications/{id}/portrait"),
        ("get", "/api/v1/applications/{id}/media"),
        ("get", "/api/v1/applications/{id}/media/{medium}"),
        ("get", "/api/v1/deliveries"),
        ("get", "/api/v1/deliveries/{sequence}"),
        ("post", "/api/v1/deliveries/{sequence}/replay"),
        ("post", "/api/v1/deliveries/replay"),
        ("get", "/api/v1/events/schemas"),
    }


async def test_answers_are_as_described(house: House, crm: Guest) -> None:
    described = await _description(house)
    registry = Registry[Any]().with_resource("urn:api", DRAFT202012.create_resource(described))
    known = await opened(crm)
    calls = [
        ("post", "/api/v1/applications", "", NEW, crm),
        ("post", "/api/v1/applications", "", {}, crm),
        ("post", "/api/v1/applications", "", NEW, house[Role.PUBLIC]),
        ("get", "/api/v1/applications/{id}", known["id"], None, crm),
        ("get", "/api/v1/applications/{id}", "nobody", None, crm),
    ]
    for method, path, id, body, guest in calls:
        answer = await guest.ask(method.upper(), path.format(id=id), json=body)
        responses = described["paths"][path][method]["responses"]
        (kind,) = responses[str(answer.status)]["content"]
        assert answer.content_type == kind
        steps = ("paths", path, method, "responses", str(answer.status), "content", kind, "schema")
        pointer = "/".join(step.replace("/", "~1") for step in steps)
        schema = {"$ref": f"urn:api#/{pointer}"}
        validator = Draft202012Validator(schema, registry=registry)
        validator.validate(json.loads(await answer.text()))
