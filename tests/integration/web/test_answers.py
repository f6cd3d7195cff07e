"""What every answer has in common: headers, refusals in the reader's words, cookies, limits."""

import asyncio
import json
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from ekyc.app import build_app
from ekyc.domain.access import Role
from ekyc.settings import Settings
from ekyc.storage import applications, staff, tokens
from ekyc.web.api import Problem
from ekyc.web.keys import CLOCK
from ekyc.web.middleware import CSP
from ekyc.web.pages import PAGES
from tests.integration.web.conftest import House, everything, furnished

STRICT = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
TRAVERSALS = [
    "../pyproject.toml",
    "..%2fpyproject.toml",
    "%2e%2e/pyproject.toml",
    "%2e%2e%2f%2e%2e%2fetc/passwd",
    "js/../../pyproject.toml",
    "..%5cpyproject.toml",
    "/etc/passwd",
    "css/tokens.css%00.html",
    "%c0%ae%c0%ae/pyproject.toml",
]


def problem(text: str) -> Problem:
    """A refusal, of exactly the shape that is promised."""
    return Problem.model_validate_json(text, strict=True)


@pytest.mark.parametrize("path", [*PAGES, "/c", "/staff", "/static/css/tokens.css", "/healthz"])
async def test_every_page_carries_the_one_policy(house: House, path: str) -> None:
    answer = await house[Role.PUBLIC].ask("GET", path.replace("{id}", "first"))
    assert answer.status in {200, 301, 302}
    assert STRICT.items() <= dict(answer.headers).items()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/static/nowhere.js", 404),
        ("GET", "/api/customer/application", 401),
        ("GET", "/api/files", 401),
        ("PATCH", "/healthz", 405),
        ("POST", "/api/staff/sign-in", 415),
    ],
)
async def test_every_refusal_carries_the_policy_and_stays_in_no_cache(
    house: House, method: str, path: str, status: int
) -> None:
    answer = await house[Role.PUBLIC].ask(method, path)
    assert answer.status == status
    assert STRICT.items() <= dict(answer.headers).items()
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type == "application/problem+json"
    assert problem(await answer.text()).status == status


async def test_personal_answers_stay_in_no_cache_and_files_are_asked_about_again(
    house: House,
) -> None:
    personal = await house[Role.CUSTOMER].ask("GET", "/api/customer/application")
    assert personal.headers["Cache-Control"] == "no-store"
    file = await house[Role.PUBLIC].ask("GET", "/static/css/tokens.css")
    assert file.headers["Cache-Control"] == "no-cache"
    known = {"If-None-Match": file.headers["ETag"]}
    again = await house[Role.PUBLIC].ask("GET", "/static/css/tokens.css", headers=known)
    assert again.status == 304


@pytest.mark.parametrize(
    ("wanted", "detail"),
    [
        ("en", "There is nothing here, or no longer."),
        ("en-GB,en;q=0.9,vi;q=0.8", "There is nothing here, or no longer."),
        ("vi", "Không có gì ở đây, hoặc không còn nữa."),
        ("fr", "Không có gì ở đây, hoặc không còn nữa."),
        ("", "Không có gì ở đây, hoặc không còn nữa."),
    ],
)
async def test_a_refusal_speaks_the_readers_language(
    house: House, wanted: str, detail: str
) -> None:
    for path in ("/nowhere", "/static/nowhere.js"):
        answer = await house[Role.PUBLIC].ask("GET", path, headers={"Accept-Language": wanted})
        assert problem(await answer.text()).detail == detail


async def test_a_method_that_is_not_taken_says_which_are(house: House) -> None:
    answer = await house[Role.PUBLIC].ask("DELETE", "/healthz")
    assert answer.status == 405
    assert set(answer.headers["Allow"].split(",")) == {"GET", "HEAD"}
    assert problem(await answer.text()).code == "method-not-allowed"


async def test_a_head_is_a_get_without_its_body(house: House) -> None:
    answer = await house[Role.PUBLIC].ask("HEAD", "/healthz")
    assert (answer.status, answer.headers["Content-Type"]) == (
        200,
        "application/json; charset=utf-8",
    )


async def test_a_body_that_is_too_large_is_not_read_to_its_end(house: House) -> None:
    body = {"login": "x" * 70_000, "password": "x"}
    answer = await house[Role.PUBLIC].ask("POST", "/api/staff/sign-in", json=body)
    assert answer.status == 413
    assert problem(await answer.text()).code == "body-too-large"


async def test_a_photograph_that_is_too_large_says_what_is_allowed(house: House) -> None:
    async with house.store.begin() as tx:
        await applications.set_values(
            tx, "first", stage="phone_confirmed", document_kind="cccd-2021"
        )
    answer = await house[Role.CUSTOMER].ask(
        "PUT",
        "/api/customer/photographs/front",
        data=BytesIO(bytes(12_000_001)),
        headers={"Accept-Language": "en"},
    )
    assert answer.status == 413
    assert "12 MB" in problem(await answer.text()).detail


async def test_a_form_instead_of_json_is_refused(house: House) -> None:
    answer = await house[Role.PUBLIC].ask("POST", "/api/staff/sign-in", data={"login": "lan"})
    assert answer.status == 415
    assert problem(await answer.text()).code == "not-json"


async def test_a_body_in_the_wrong_form_names_the_places(house: House) -> None:
    body = {"login": 7, "shoe_size": 38}
    answer = await house[Role.PUBLIC].ask(
        "POST", "/api/staff/sign-in", json=body, headers={"Accept-Language": "en"}
    )
    told = problem(await answer.text())
    assert (told.status, told.code) == (422, "body-invalid")
    assert [fault.field for fault in told.errors] == ["login", "password", "shoe_size"]
    assert {fault.code for fault in told.errors} == {"value-invalid"}
    assert told.errors[0].detail == "This value is missing or not in the form expected here."


async def test_a_nul_is_no_text(house: House) -> None:
    async with house.store.begin() as tx:
        await applications.set_values(tx, "first", stage="documented")
    for fields in ({"origin": "Hà\0Nội"}, {"ori\0gin": "Hà Nội"}):
        answer = await house[Role.CUSTOMER].ask(
            "PUT", "/api/customer/fields", json={"fields": fields}
        )
        assert problem(await answer.text()).code == "body-invalid"


@pytest.mark.parametrize("path", TRAVERSALS)
async def test_nothing_outside_the_pages_folder_is_given_out(house: House, path: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.server.port)
    writer.write(f"GET /static/{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert b" 404 " in answer.split(b"\r\n", 1)[0]
    assert b"[project]" not in answer
    assert b"root:" not in answer


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Ekyc": ""},
        {"X-Ekyc": "0"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("who", [Role.PUBLIC, Role.CUSTOMER, Role.AGENT])
async def test_another_site_cannot_act_in_somebodys_name(
    house: House, who: Role, headers: dict[str, str]
) -> None:
    acts = {
        Role.PUBLIC: ("POST", "/api/staff/sign-in", {"login": "lan", "password": "x"}),
        Role.CUSTOMER: ("PUT", "/api/customer/language", {"language": "en"}),
        Role.AGENT: ("PUT", "/api/staff/language", {"language": "en"}),
    }
    method, path, body = acts[who]
    answer = await house[who].ask(method, path, json=body, headers=headers)
    assert answer.status == 403
    assert problem(await answer.text()).code == "not-allowed"


async def test_a_page_of_ours_and_a_browser_that_says_nothing_may_act(house: House) -> None:
    for site in ({}, {"Sec-Fetch-Site": "same-origin"}):
        answer = await house[Role.AGENT].ask(
            "PUT", "/api/staff/language", json={"language": "en"}, headers=site
        )
        assert answer.status == 200


async def test_a_key_of_the_crm_needs_no_header_of_the_pages(house: House) -> None:
    answer = await house[Role.CRM].ask(
        "GET", "/api/v1/applications/first", headers={"X-Ekyc": "", "Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status == 200


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Basic a2V5", "Bearer wrong", "Bearer \udcff"]
)
async def test_a_wrong_key_is_nobody(house: House, authorization: str) -> None:
    answer = await house[Role.PUBLIC].ask(
        "GET", "/api/v1/applications/first", headers={"Authorization": authorization}
    )
    assert answer.status == 401


async def test_a_cookie_that_is_no_text_is_nobody(house: House) -> None:
    headers = {"Cookie": "ekyc_customer=\udcff\udcfe"}
    answer = await house[Role.PUBLIC].ask("GET", "/api/customer/application", headers=headers)
    assert answer.status == 401


async def _cookie(house: House) -> aiohttp.ClientResponse:
    """The customer opens a link."""
    token = tokens.new()
    async with house.store.begin() as tx:
        expires_at = house.clock.now().replace(year=2027)
        digest = tokens.digest(token)
        await applications.add_link(tx, "first", digest=digest, expires_at=expires_at)
    return await house[Role.PUBLIC].ask("POST", "/api/customer/session", json={"token": token})


async def test_a_cookie_is_for_this_host_and_for_no_script(house: House) -> None:
    answer = await _cookie(house)
    (cookie,) = answer.headers.getall("Set-Cookie")
    name, *rest = cookie.split("; ")
    assert name.startswith("ekyc_customer=")
    assert set(rest) == {"HttpOnly", "Path=/", "SameSite=Lax"}


async def test_over_https_a_cookie_is_bound_to_host_and_https(settings: Settings) -> None:
    server = settings.server.model_copy(update={"public_url": "https://kyc.bank.example"})
    outside = everything()
    app = await asyncio.to_thread(
        build_app, settings.model_copy(update={"server": server}), outside
    )
    async with furnished(app, outside) as house:
        answer = await _cookie(house)
        (cookie,) = answer.headers.getall("Set-Cookie")
        assert cookie.startswith("__Host-ekyc_customer=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


async def test_staff_who_sign_out_take_their_cookie_away(house: House) -> None:
    answer = await house[Role.AGENT].ask("POST", "/api/staff/sign-out")
    (cookie,) = answer.headers.getall("Set-Cookie")
    assert 'ekyc_staff=""' in cookie
    assert "SameSite=Strict" in cookie
    assert (await house[Role.AGENT].ask("GET", "/api/staff/me")).status == 401


async def test_a_surprise_is_told_as_such_and_nothing_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumble(*_: object, **__: object) -> Any:
        raise RuntimeError("Mẫu Thị Sen")

    monkeypatch.setattr(applications, "load", stumble)
    answer = await house[Role.CRM].ask("GET", "/api/v1/applications/first")
    assert answer.status == 500
    assert problem(await answer.text()).code == "error"
    assert "Sen" not in await answer.text()


async def test_a_session_kept_too_long_is_nobody(house: House) -> None:
    house.clock.pass_s(31 * 60)
    answer = await house[Role.AGENT].ask("GET", "/api/staff/me")
    assert json.loads(await answer.text())["code"] == "sign-in-needed"
    async with house.store.read() as tx:
        assert await staff.by_id(tx, "lan") is not None
    assert house.app[CLOCK].now() == house.clock.now()
