"""The demo's own pages: a customer at a click, an inbox, a CRM that checks signatures."""

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from standardwebhooks import Webhook

from ekyc.demo.pages import KEPT
from ekyc.demo.server import demo_settings
from ekyc.demo.specimen import a_specimen
from ekyc.demo.specimens import SEEDS
from ekyc.domain.access import Role
from ekyc.settings import Crm, Settings
from tests.integration.web.conftest import Guest, House


async def _inbox(demo: House) -> list[dict[str, Any]]:
    told = await demo[Role.PUBLIC].told("GET", "/api/demo/inbox")
    messages: list[dict[str, Any]] = told["messages"]
    return messages


async def test_a_visitor_signs_in_as_an_agent_with_what_the_demo_shows(demo: House) -> None:
    visitor = demo[Role.PUBLIC]
    shown = await visitor.told("GET", "/api/demo/staff")
    body = {"login": "minhanh", "password": shown["password"]}
    challenge = (await visitor.told("POST", "/api/staff/sign-in", body))["challenge"]
    (message,) = await _inbox(demo)
    assert (message["channel"], message["to"]) == ("totp", "minhanh")
    (code,) = re.findall(r"\d{6}", message["text"])
    answer = await visitor.ask(
        "POST", "/api/staff/sign-in/code", json={"challenge": challenge, "code": code}
    )
    me = await answer.json()
    assert (me["login"], me["name"], me["role"]) == ("minhanh", "Minh Anh", "agent")
    cookie, device = answer.headers.getall("Set-Cookie")
    assert set(cookie.split("; ")[1:]) == {"HttpOnly", "Path=/", "SameSite=Strict"}
    kept = {"HttpOnly", "Path=/", "SameSite=Strict", f"Max-Age={90 * 86_400}"}
    assert device.startswith("ekyc_device=")
    assert kept <= set(device.split("; "))
    agent = Guest(visitor.session, demo.server, {"Cookie": cookie.partition(";")[0]})
    assert await agent.told("GET", "/api/staff/me") == me
    spoken = await agent.told("PUT", "/api/staff/language", {"language": "en"})
    assert spoken["language"] == "en"


async def test_a_visitor_becomes_a_customer_at_a_click(demo: House) -> None:
    visitor = demo[Role.PUBLIC]
    link = (await visitor.told("POST", "/api/demo/customers", {"language": "en"}))["link"]
    body = {"token": link.partition("#")[2]}
    answer = await visitor.ask("POST", "/api/customer/session", json=body)
    view = await answer.json()
    assert (view["page"], view["language"]) == ("start", "en")
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    customer = Guest(visitor.session, demo.server, {"Cookie": cookie})
    view = await customer.told("PUT", "/api/customer/language", {"language": "vi"})
    assert view["language"] == "vi"


async def _told(demo: House, key: str) -> int:
    now = datetime.now(UTC)
    data = {"reference": "HS-2611-0001", "stage": "decided"}
    text = json.dumps({"type": "application.moved", "data": data})
    headers = {
        "webhook-id": "1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(key).sign("1", now, text),
    }
    answer = await demo[Role.PUBLIC].ask("POST", "/demo/webhooks", data=text, headers=headers)
    return answer.status


async def test_the_demos_crm_believes_only_what_is_signed(demo: House) -> None:
    assert await _told(demo, "whsec_" + "A" * 32) == 403
    assert await _inbox(demo) == []
    assert await _told(demo, demo.app[KEPT].webhook_secret) == 200
    (message,) = await _inbox(demo)
    assert message["text"] == "application.moved HS-2611-0001 → decided"


async def test_a_specimen_card_is_a_picture_whose_code_reads_and_there_are_no_others(
    demo: House,
) -> None:
    guest, address = demo[Role.PUBLIC], f"/demo/cards/{SEEDS[0]}/front.png"
    async with guest.session.get(demo.server.make_url(address)) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
        picture = Image.open(io.BytesIO(await answer.read()))
    assert [round(dpi) for dpi in picture.info["dpi"]] == [508, 508]  # 85.6 mm wide on paper
    read = [found.text for found in zxingcpp.read_barcodes(picture)]
    assert a_specimen(SEEDS[0]).qr_text in read
    for path in ("/demo/cards/99/front.png", f"/demo/cards/{SEEDS[0]}/side.png"):
        assert (await guest.ask("GET", path)).status == 404


@pytest.mark.parametrize("named", [None, "http://127.0.0.1:9/told"], ids=["none", "an-own-one"])
def test_the_demo_is_its_own_crm_unless_another_is_named(named: str | None, tmp_path: Path) -> None:
    key = "whsec_" + "A" * 32
    crm = Crm.model_validate(
        {"webhook_url": named, "webhook_private": True, "webhook_secret": key} if named else {}
    )
    demo, kept = demo_settings(Settings(secret_file=tmp_path / "secret.key", crm=crm))
    told = demo.crm.webhook_url, demo.crm.webhook_secret.get_secret_value()
    own = "http://127.0.0.1:8080/demo/webhooks", kept.webhook_secret
    assert told == ((named, key) if named else own)
