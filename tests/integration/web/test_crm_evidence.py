"""Chip data and portraits over HTTP: who may give them, and in which form."""

import base64
from typing import Any

import pytest
from aiohttp import ClientResponse

from ekyc.domain.access import Role, Scope
from ekyc.web.keys import SETTINGS
from tests.chips import a_press
from tests.integration.web.conftest import Guest, House
from tests.integration.web.test_crm_file import with_key

CHIP = "/api/v1/applications/first/chip"
PORTRAIT = "/api/v1/applications/first/portrait"
DATA = a_press().chip()
BODY = {name: base64.b64encode(getattr(DATA, name)).decode() for name in ("dg1", "dg2", "sod")}


@pytest.fixture
async def app(house: House) -> Guest:
    return await with_key(house, Scope.EVIDENCE)


async def code(answer: ClientResponse) -> tuple[int, str]:
    return answer.status, (await answer.json())["code"]


async def test_the_app_gives_a_chip_and_staff_and_crm_read_what_it_came_to(
    house: House, app: Guest
) -> None:
    kept = await app.told("PUT", CHIP, BODY)
    assert (kept["state"], kept["reason"]) == ("unchecked", "no-issuer")
    assert await app.told("PUT", CHIP, BODY) == kept
    file = await house[Role.AGENT].told("GET", "/api/files/first")
    assert file["chip"]["state"] == "unchecked"
    assert [flag["code"] for flag in file["flags"]] == ["chip-unchecked"]
    assert "chưa có chứng thư" in file["flags"][0]["message"]
    body = {"verdict": "reject", "reasons": ["details-differ"]}
    await house[Role.AGENT].told("POST", "/api/files/first/decision", body)
    result = await house[Role.CRM].told("GET", "/api/v1/applications/first/result")
    assert result["chip"]["reason"] == "no-issuer"
    assert await code(await app.ask("PUT", CHIP, json=BODY)) == (409, "not-allowed-now")


async def test_the_app_gives_a_portrait_that_staff_see(house: House, app: Guest) -> None:
    kept = await told_portrait(app, b"a face")
    assert (kept["width_px"], kept["too_small"]) == (480, False)
    assert await told_portrait(app, b"a face") == kept
    file = await house[Role.AGENT].told("GET", "/api/files/first")
    (portrait,) = file["portraits"]
    assert portrait["of"] == "app"
    assert await house[Role.AGENT].picture(portrait["url"]) == b"a face"
    media = await house[Role.CRM].ask("GET", f"/api/v1/applications/first/media/{kept['id']}")
    assert media.status in {200, 403}


async def told_portrait(app: Guest, image: bytes) -> Any:
    answer = await app.ask("PUT", PORTRAIT, data=image, headers={"Content-Type": "image/jpeg"})
    assert answer.status == 200, await answer.text()
    return await answer.json()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dg1": "not base64!"}, (422, "body-invalid")),
        ({"dg1": "AAAA"}, (422, "chip-unreadable")),
        ({"dg2": "A" * 400_000}, (413, "body-too-large")),
    ],
)
async def test_what_is_no_chip_is_refused(
    app: Guest, changes: dict[str, str], said: tuple[int, str]
) -> None:
    assert await code(await app.ask("PUT", CHIP, json={**BODY, **changes})) == said


async def test_a_chip_may_be_larger_than_other_bodies(house: House, app: Guest) -> None:
    most = house.app[SETTINGS].server.body_max_bytes
    answer = await app.ask("PUT", CHIP, json={**BODY, "dg2": "A" * most})
    assert await code(answer) == (422, "chip-unreadable")


async def test_only_a_key_with_the_scope_gives_evidence(house: House) -> None:
    other = await with_key(house, Scope.APPLICATIONS, Scope.RESULTS)
    assert await code(await other.ask("PUT", CHIP, json=BODY)) == (403, "scope-missing")
