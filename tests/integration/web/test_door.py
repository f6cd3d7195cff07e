"""Wrong sign-ins over HTTP: whom they hold up, from where, and whom they do not."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pyotp
import pytest

from ekyc.app import build_app
from ekyc.domain.access import Role, Scope
from ekyc.journey import api_keys, staff
from ekyc.settings import Server, Settings, Staff
from tests.integration.web.conftest import Guest, House, everything, furnished

PASSWORD = "Sen nở tháng sáu"


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    """Behind a proxy on this machine; two wrong tries on an account, three from a network."""
    known = settings.server.model_dump() | {"proxy_networks": ["127.0.0.0/8"]}
    rules = Staff(failures_per_quarter_hour=2, network_failures_per_quarter_hour=3)
    changed = settings.model_copy(update={"server": Server(**known), "staff": rules})
    outside = everything()
    app = await asyncio.to_thread(build_app, changed, outside)
    async with furnished(app, outside) as house:
        yield house


async def enter(
    house: House, login: str, password: str, *, cookie: str = "", via: str = "203.0.113.7"
) -> Any:
    """One try with the first factor, as the proxy hands it on."""
    guest = house[Role.PUBLIC]
    headers = {"X-Forwarded-For": via, **({"Cookie": cookie} if cookie else {})}
    body = {"login": login, "password": password}
    answer = await guest.ask("POST", "/api/staff/sign-in", json=body, headers=headers)
    return answer.status, await answer.json()


async def signed_in(house: House, login: str) -> str:
    """An account is made and used once; the device cookie its browser keeps."""
    member = await staff.add(
        house.store, login=login, name=login, role=Role.AGENT, password=PASSWORD
    )
    _, told = await enter(house, login, PASSWORD)
    code = pyotp.TOTP(member.totp_secret).at(house.clock.now())
    browser = Guest(house[Role.PUBLIC].session, house.server)
    answer = await browser.ask("POST", "/api/staff/sign-in/code", json={**told, "code": code})
    assert answer.status == 200
    cookies = [each.partition(";")[0] for each in answer.headers.getall("Set-Cookie")]
    (device,) = [each for each in cookies if each.startswith("ekyc_device=")]
    return device


async def test_who_signed_in_before_comes_in_while_strangers_have_to_wait(house: House) -> None:
    device = await signed_in(house, "hoa")
    for n in range(2):
        status, _ = await enter(house, "hoa", "wrong", via=f"198.51.{n}.9")
        assert status == 401
    status, told = await enter(house, "hoa", PASSWORD, via="192.0.2.1")
    assert (status, told["code"]) == (429, "sign-in-rests")
    status, told = await enter(house, "hoa", PASSWORD, cookie=device)
    assert (status, list(told)) == (200, ["challenge"])


async def test_a_network_is_counted_as_the_proxy_names_it_and_not_as_the_guest_claims(
    house: House,
) -> None:
    for n in range(3):
        status, _ = await enter(house, f"guess{n}", "wrong", via=f"10.9.{n}.1, 203.0.113.{n}")
        assert status == 401
    status, told = await enter(house, "another", "wrong", via="10.9.9.1, 203.0.113.200")
    assert (status, told["code"]) == (429, "sign-in-rests")
    for elsewhere in ("203.0.114.1", "not an address", "2001:db8::1"):
        status, _ = await enter(house, f"from {elsewhere}", "wrong", via=elsewhere)
        assert status == 401


async def test_a_key_for_another_network_opens_nothing_whatever_it_says_of_itself(
    house: House,
) -> None:
    token = await api_keys.add(
        house.store,
        house.clock,
        name="core",
        environment="test",
        scopes=frozenset(Scope),
        networks=("10.20.0.0/16",),
    )
    answers = [
        await house[Role.PUBLIC].ask(
            "GET",
            "/api/v1/applications",
            headers={"Authorization": f"Bearer {token}", "X-Forwarded-For": via},
        )
        for via in ("10.20.1.1", "203.0.113.7", "10.20.1.1, 203.0.113.7")
    ]
    assert [answer.status for answer in answers] == [200, 403, 403]
    assert (await answers[1].json())["code"] == "address-refused"


async def test_without_a_named_proxy_what_is_passed_on_is_nobodys_word(settings: Settings) -> None:
    rules = Staff(network_failures_per_quarter_hour=1)
    outside = everything()
    app = await asyncio.to_thread(build_app, settings.model_copy(update={"staff": rules}), outside)
    async with furnished(app, outside) as house:
        for n in range(3):  # all from this very machine, which is no network
            status, _ = await enter(house, f"guess{n}", "wrong", via="203.0.113.7")
            assert status == 401
