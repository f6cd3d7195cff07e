"""One customer from link to verdict without a call; and nobody's data where none belongs."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web
from pydantic import SecretStr

from ekyc.app import build_app
from ekyc.domain.access import Role
from ekyc.domain.consent import NEEDED, VERSION
from ekyc.domain.document import FaultCode, Side
from ekyc.settings import Jobs, Settings
from ekyc.storage import schema
from tests.branch import eventually
from tests.builders import a_form, a_side
from tests.integration.web.conftest import Guest, House, everything, furnished
from tests.logbook import logging_as_served

NAME, PHONE, NUMBER = "CANARY NGUYỄN", "+84900777666", "CANARY4711"
HOME, BIRTHPLACE, NOTE = "9 Ngõ Canary, Huế", "Canaryville", "CANARY saw nothing"
PERSONAL = (NAME, "Canary", "canary", "CANARY", "777666", "777 666")
WEBHOOKS = SecretStr("whsec_" + "A" * 32)


class Crm:
    """The bank's system: fails the first delivery, then keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.refused = 0

    async def hear(self, request: web.Request) -> web.Response:
        """One delivery."""
        if not self.refused:
            self.refused += 1
            return web.Response(status=500)
        self.heard.append(await request.text())
        return web.Response()


@pytest.fixture
async def bank(settings: Settings, tmp_path: Path) -> AsyncIterator[tuple[House, Crm]]:
    """A server that tells a CRM of every stage."""
    crm = Crm()
    receiver = web.Application()
    receiver.router.add_post("/told", crm.hear)
    runner = web.AppRunner(receiver)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    told = settings.crm.model_copy(
        update={
            "webhook_url": f"http://127.0.0.1:{port}/told",
            "webhook_private": True,
            "webhook_secret": WEBHOOKS,
        }
    )
    outside = everything()
    given = settings.model_copy(update={"crm": told, "jobs": Jobs(poll_s=0.05, backoff_s=0.1)})
    app = await asyncio.to_thread(build_app, given, outside)
    async with furnished(app, outside) as house:
        yield house, crm
    await runner.cleanup()
    shutil.rmtree(tmp_path / "objects", ignore_errors=True)


class Customer:
    """Walks the pages of one application."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._guest = Guest(house[Role.PUBLIC].session, house.server)

    async def follows(self, link: str) -> Any:
        """Open the link, and keep the cookie."""
        body = {"token": link.partition("#")[2]}
        answer = await self._guest.ask("POST", "/api/customer/session", json=body)
        self._guest.headers["Cookie"] = answer.headers["Set-Cookie"].partition(";")[0]
        return await answer.json()

    async def does(self, method: str, path: str, body: object = None, **more: Any) -> Any:
        """One step; the view afterwards."""
        return await self._guest.told(method, f"/api/customer/{path}", body, **more)

    async def sees(self, path: str) -> bytes:
        """A picture."""
        return await self._guest.picture(f"/api/customer/{path}")

    async def refused(self, method: str, path: str, body: object = None) -> Any:
        """One step that is not taken; why."""
        answer = await self._guest.ask(method, f"/api/customer/{path}", json=body)
        assert answer.status >= 400
        return await answer.json()

    async def reaches_the_form(self, link: str) -> Any:
        """Consents, code, and a document typed by hand."""
        view = await self.follows(link)
        assert (view["page"], view["consents"]["given"]) == ("start", [])
        agreed = {"given": [c.value for c in NEEDED], "version": VERSION, "language": "vi"}
        view = await self.does("POST", "consents", agreed)
        assert (view["page"], view["code"]) == ("code", None)
        view = await self.does("POST", "code")
        assert view["code"]["tries_left"] == 5
        code = self._house.messages.last_code
        view = await self.does("POST", "code/confirm", {"code": code})
        assert view["page"] == "document"
        return view


async def opened(house: House, **changes: str) -> str:
    """The CRM opens an application; the customer's link."""
    body = {"external_id": "T24-1", "phone": PHONE, "phone_as_of": "2026-11-20", "name": NAME}
    told = await house[Role.CRM].told("POST", "/api/v1/applications", {**body, **changes})
    return str(told["link"])


async def decides(house: House, id: str, verdict: str, reason: str) -> Any:
    body = {"verdict": verdict, "reasons": [reason], "note": NOTE}
    return await house[Role.AGENT].told("POST", f"/api/files/{id}/decision", body)


FORM = a_form(full_name=NAME, number=NUMBER, residence=HOME, origin=BIRTHPLACE)


async def test_a_customer_walks_from_the_link_to_a_verdict_and_tries_again(house: House) -> None:
    customer = Customer(house)
    await customer.reaches_the_form(await opened(house))
    view = await customer.does("POST", "document", {"kind": "other"})
    assert (view["page"], view["stage"], len(view["fields"])) == ("confirm", "documented", 9)
    refused = await customer.refused("POST", "confirm", {"fields": {"full_name": "X1"}})
    assert refused["code"] == "fields-invalid"
    assert {"full_name", "number"} <= {error["field"] for error in refused["errors"]}
    view = await customer.does("POST", "confirm", {"fields": FORM})
    assert (view["page"], view["stage"], view["decision"]) == ("booking", "confirmed", None)
    file = await decides(house, view["id"], "incomplete", "details-to-correct")
    assert (file["decision"]["verdict"], file["may"]["decide"]) == ("incomplete", False)
    view = await customer.does("GET", "application")
    assert (view["page"], view["decision"]["may_resume"]) == ("result", True)
    (reason,) = view["decision"]["reasons"]
    assert reason["code"] == "details-to-correct"
    assert reason["message"] != "reason.details-to-correct"
    view = await customer.does("POST", "resume")
    assert (view["page"], view["decision"]) == ("confirm", None)
    view = await customer.does("POST", "confirm", {"fields": {}})
    await decides(house, view["id"], "reject", "customer-withdrew")
    view = await customer.does("GET", "application")
    assert (view["page"], view["decision"]["may_resume"]) == ("result", False)
    refused = await customer.refused("POST", "resume")
    assert refused["code"] == "not-allowed-now"


async def test_a_customer_with_a_card_photographs_it_and_sees_it_again(house: House) -> None:
    nobodys = "099190000318"  # no such province; a specimen is refused outside the demo
    house.reader.says(
        a_side(Side.FRONT, FaultCode.BLUR),
        a_side(Side.FRONT),
        a_side(Side.FRONT, number=nobodys),
        a_side(Side.BACK),
    )
    customer = Customer(house)
    await customer.reaches_the_form(await opened(house))
    view = await customer.does("POST", "document", {"kind": "cccd-2021"})
    assert (view["page"], view["photographs"]) == ("capture", {"front": None, "back": None})
    view = await customer.does("PUT", "photographs/front", data=b"pixels")
    assert (view["page"], view["photographs"]["front"]["state"]) == ("capture", "refused")
    assert view["photographs"]["front"]["faults"][0]["code"] == "blur"
    house.clock.pass_s(2)  # photographs are told in the order they were taken in
    view = await customer.does("PUT", "photographs/front", data=b"pixels")
    assert view["photographs"]["front"]["faults"][0]["code"] == "specimen"
    house.clock.pass_s(2)
    await customer.does("PUT", "photographs/front", data=b"pixels")
    refused = await customer.refused("PUT", "photographs/back?origin=upload")
    assert refused["code"] == "uploads-off"
    house.clock.pass_s(2)
    view = await customer.does("PUT", "photographs/back", data=b"pixels")
    assert (view["page"], view["stage"]) == ("confirm", "documented")
    number = next(field for field in view["fields"] if field["name"] == "number")
    assert (number["value"], number["source"]) == (nobodys, "ocr")
    assert await customer.sees("photographs/front") == b"a card"
    assert (await customer.refused("GET", "photographs/side"))["code"] == "not-found"
    file = await house[Role.AUDITOR].told("GET", f"/api/files/{view['id']}")
    assert [(p["side"], p["state"], p["current"]) for p in file["photographs"]] == [
        ("front", "refused", False),
        ("front", "refused", False),
        ("front", "accepted", True),
        ("back", "accepted", True),
    ]
    kept = await house[Role.AUDITOR].picture(file["photographs"][0]["url"], original="1")
    assert kept == b"a photograph"
    file = await house[Role.AUDITOR].told("GET", f"/api/files/{view['id']}")
    looks = [entry for entry in file["timeline"] if entry["name"] == "file.viewed"]
    assert [look["actor"] for look in looks] == [{"kind": "staff", "name": "Huy"}]


async def _facts(house: House) -> list[dict[str, Any]]:
    async with house.store.read() as tx:
        return [
            dict(row) for row in (await tx.connection.execute(sa.select(schema.events))).mappings()
        ]


async def test_no_personal_data_in_logs_facts_or_webhooks(bank: tuple[House, Crm]) -> None:
    house, crm = bank
    with logging_as_served() as log:
        customer = Customer(house)
        await customer.reaches_the_form(await opened(house, external_id="T24-7"))
        await customer.refused("POST", "code/confirm", {"code": "CANARY"})
        await customer.does("POST", "document", {"kind": "other"})
        await customer.does("PUT", "fields", {"fields": {"residence": HOME}})
        await customer.refused("POST", "confirm", {"fields": {**FORM, "sex": "CANARY"}})
        view = await customer.does("POST", "confirm", {"fields": FORM})
        agent = house[Role.AGENT]
        await agent.told("PUT", f"/api/files/{view['id']}/note", {"text": NOTE})
        await agent.told("GET", f"/api/files/{view['id']}")
        await agent.ask("POST", "/api/staff/sign-in", json={"login": "CANARY", "password": NAME})
        await decides(house, view["id"], "reject", "not-free")

        async def all_told() -> bool:
            house.clock.pass_s(1)
            return any('"decided"' in text for text in crm.heard)

        await eventually(all_told)
    facts = await _facts(house)
    assert "job.failed" in log.getvalue()
    assert len(facts) > 15
    for text in (log.getvalue(), *crm.heard, *(json.dumps(f, default=str) for f in facts)):
        assert not [word for word in PERSONAL if word in text], text


async def test_the_crm_hears_every_stage_in_order_though_its_first_answer_was_a_failure(
    bank: tuple[House, Crm],
) -> None:
    house, crm = bank
    customer = Customer(house)
    await customer.reaches_the_form(await opened(house))
    view = await customer.does("POST", "document", {"kind": "other"})
    await customer.does("POST", "confirm", {"fields": FORM})
    await decides(house, view["id"], "reject", "not-free")

    async def all_told() -> bool:
        house.clock.pass_s(1)
        return len(crm.heard) == 6

    await eventually(all_told)
    stages = [json.loads(text)["data"]["stage"] for text in crm.heard]
    assert stages == [
        "opened",
        "consented",
        "phone_confirmed",
        "documented",
        "confirmed",
        "decided",
    ]
