"""The hand-over over HTTP: what the computer is told, what the telephone, and what nobody is."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from ekyc.domain.access import Role
from ekyc.domain.handover import Limits
from ekyc.domain.queue import TicketState, move
from ekyc.journey import handover
from ekyc.storage import queue
from ekyc.web.keys import CLOCK, STORE
from tests.integration.web.conftest import Guest, House

ROOT = "/api/customer"
LIMITS = Limits(life=timedelta(minutes=10), per_hour=10)


async def a_code(house: House) -> str:
    """What the customer's computer shows."""
    _, token = await handover.offer(
        house.app[STORE],
        house.app[CLOCK],
        application_id="first",
        session="customer",
        limits=LIMITS,
    )
    return token


async def opened(house: House, token: str, **headers: str) -> Any:
    """Somebody opens the code."""
    body = {"token": token, "device": "ios"}
    public = house[Role.PUBLIC]
    return await public.ask("POST", f"{ROOT}/handover/session", json=body, headers=headers)


async def telephone(house: House) -> tuple[Guest, dict[str, Any]]:
    """The one that opened the code, and what it was told."""
    answer = await opened(house, await a_code(house))
    assert answer.status == 200, await answer.text()
    cookie = {"Cookie": f"ekyc_customer={answer.cookies['ekyc_customer'].value}"}
    public = house[Role.PUBLIC]
    return Guest(public.session, public.server, cookie), await answer.json()


def stands(view: dict[str, Any]) -> tuple[str, str | None]:
    """Where a page belongs, and what it is told of the hand-over."""
    return view["page"], view["handover"] and view["handover"]["state"]


async def a_parked_ticket(house: House) -> Callable[[], Awaitable[str]]:
    """A place in line whose customer is away; asks for its state."""
    async with house.store.begin() as tx:
        ticket = await queue.add_ticket(tx, "first", now=house.clock.now())
        await queue.save_ticket(tx, ticket, move(ticket, TicketState.PARKED))

    async def state() -> str:
        async with house.store.read() as tx:
            found = await queue.open_ticket(tx, "first")
        assert found is not None
        return found.state.value

    return state


async def test_the_code_is_a_picture_and_its_token_stands_nowhere_in_words(house: House) -> None:
    computer = house[Role.CUSTOMER]
    offer = await computer.told("POST", f"{ROOT}/handover")
    assert offer["picture"].startswith("<svg")
    assert "http:" not in offer["picture"].replace("http://www.w3.org", "")
    assert offer.keys() == {"picture", "expires_at"}
    view = await computer.told("GET", f"{ROOT}/application")
    assert stands(view) == ("booking", "offered")
    house.clock.pass_s(600)
    view = await computer.told("GET", f"{ROOT}/application")
    assert stands(view) == ("booking", "expired")


async def test_the_computer_follows_and_takes_the_journey_back(house: House) -> None:
    computer = house[Role.CUSTOMER]
    phone, told = await telephone(house)
    assert stands(told) == ("booking", "here")
    view = await computer.told("GET", f"{ROOT}/application")
    assert stands(view) == ("handover", "taken")
    assert view["handover"]["device"] == "ios"
    refused = await phone.ask("POST", f"{ROOT}/handover")
    assert refused.status == 409
    view = await computer.told("DELETE", f"{ROOT}/handover")
    assert stands(view) == ("booking", None)
    refused = await phone.ask("GET", f"{ROOT}/application")
    assert (refused.status, (await refused.json())["code"]) == (401, "handover-over")


async def test_a_telephone_may_hand_back_and_is_told_that_it_is_out(house: House) -> None:
    phone, _ = await telephone(house)
    view = await phone.told("DELETE", f"{ROOT}/handover")
    assert stands(view) == ("booking", "over")


async def test_a_second_and_a_late_opening_are_refused_in_words(house: House) -> None:
    used = await a_code(house)
    assert (await opened(house, used)).status == 200
    late = await a_code(house)
    house.clock.pass_s(600)
    for token, code in ((used, "handover-used"), (late, "handover-expired")):
        for language, word in (("vi", "máy tính"), ("en", "computer")):
            answer = await opened(house, token, **{"Accept-Language": language})
            said = await answer.json()
            assert (answer.status, said["code"]) == (410, code)
            assert word in said["detail"]


async def test_the_computer_that_waits_keeps_no_place_in_line(house: House) -> None:
    computer = house[Role.CUSTOMER]
    phone, _ = await telephone(house)
    line = await a_parked_ticket(house)
    for who, state in ((computer, "parked"), (phone, "waiting")):
        await who.told("GET", f"{ROOT}/application")
        assert await line() == state
