"""A customer chooses a time by the addresses of the pages; a supervisor says who works when."""

import hashlib
from typing import Any

import pytest

from ekyc.domain.access import Role
from tests.integration.web.conftest import House
from tests.push_service import Browser

CUSTOMER = "/api/customer"


@pytest.fixture
async def open_house(house: House) -> House:
    """Lan works round the clock."""
    body = {"agent": "lan", "weekdays": list(range(7)), "spans": ["00:00-24:00"]}
    await house[Role.SUPERVISOR].told("PUT", "/api/roster/shifts", body)
    return house


async def free(house: House) -> list[str]:
    days = (await house[Role.CUSTOMER].told("GET", f"{CUSTOMER}/slots"))["days"]
    return [slot["at"] for day in days for slot in day["slots"] if slot["free"]]


async def book(house: House, at: str, zone: str = "America/New_York") -> Any:
    guest = house[Role.CUSTOMER]
    held = await guest.told("PUT", f"{CUSTOMER}/hold", {"at": at})
    assert held["booking"]["hold"]["at"] == at
    return await guest.told("POST", f"{CUSTOMER}/booking", {"zone": zone})


async def test_a_customer_books_moves_and_cancels(open_house: House) -> None:
    house, guest = open_house, open_house[Role.CUSTOMER]
    first, second, *_ = await free(house)
    view = await book(house, first)
    assert (view["page"], view["stage"]) == ("booking", "booked")
    assert view["appointment"]["at"] == first
    assert first not in await free(house)
    view = await book(house, second, zone="Mars/Olympus")
    assert view["appointment"]["at"] == second
    assert first in await free(house)
    entry = await guest.ask("GET", f"{CUSTOMER}/appointment.ics")
    assert entry.content_type == "text/calendar"
    assert "BEGIN:VEVENT" in await entry.text()
    view = await guest.told("DELETE", f"{CUSTOMER}/booking")
    assert (view["stage"], view["appointment"]) == ("confirmed", None)
    assert (await guest.ask("GET", f"{CUSTOMER}/appointment.ics")).status == 404


async def test_a_time_without_its_zone_is_no_instant(open_house: House) -> None:
    answer = await open_house[Role.CUSTOMER].ask(
        "PUT", f"{CUSTOMER}/hold", json={"at": "2026-11-21T10:00:00"}
    )
    assert answer.status == 422


async def test_what_is_held_can_be_let_go(open_house: House) -> None:
    guest = open_house[Role.CUSTOMER]
    first = (await free(open_house))[0]
    await guest.told("PUT", f"{CUSTOMER}/hold", {"at": first})
    view = await guest.told("DELETE", f"{CUSTOMER}/hold")
    assert view["booking"]["hold"] is None


async def test_nobody_answers_what_does_not_ring(open_house: House) -> None:
    answer = await open_house[Role.CUSTOMER].ask("POST", f"{CUSTOMER}/answer")
    assert answer.status == 409


async def test_agents_see_their_own_shifts_and_supervisors_everybodys(open_house: House) -> None:
    own = await open_house[Role.AGENT].told("GET", "/api/roster")
    assert [agent["id"] for agent in own["agents"]] == ["lan"]
    everybody = await open_house[Role.SUPERVISOR].told("GET", "/api/roster")
    assert {agent["id"] for agent in everybody["agents"]} == {"lan", "thu"}
    assert everybody["agents"][0]["days"][0]["spans"] == ["00:00-24:00"]


async def test_a_closed_day_takes_the_slots_away_until_it_is_open_again(open_house: House) -> None:
    supervisor = open_house[Role.SUPERVISOR]
    body = {"agent": "", "day": "2026-11-21", "note": "Tết"}
    closed = await supervisor.told("PUT", "/api/roster/days-off", body)
    assert [day["note"] for day in closed["days"] if day["off"]] == ["Tết"]
    assert not any(at.startswith("2026-11-21") for at in await free(open_house))
    await supervisor.told("POST", "/api/roster/days-on", body)
    assert any(at.startswith("2026-11-21") for at in await free(open_house))


@pytest.mark.parametrize(
    "change",
    [
        {"spans": ["17:00-08:00"]},
        {"spans": ["08:00-12:00", "11:00-13:00"]},
        {"spans": ["morning"]},
        {"weekdays": [7]},
    ],
)
async def test_hours_that_cannot_be_are_refused(house: House, change: dict[str, Any]) -> None:
    body = {"agent": "lan", "weekdays": [0], "spans": ["08:00-12:00"]} | change
    answer = await house[Role.SUPERVISOR].ask("PUT", "/api/roster/shifts", json=body)
    assert (answer.status, (await answer.json())["code"]) == (422, "shift-invalid")


async def test_only_who_has_a_desk_stands_on_the_roster(house: House) -> None:
    body = {"agent": "huy", "weekdays": [0], "spans": []}
    answer = await house[Role.SUPERVISOR].ask("PUT", "/api/roster/shifts", json=body)
    assert answer.status == 404


async def test_a_supervisor_says_what_agents_can_and_a_word_that_is_no_skill_is_refused(
    house: House,
) -> None:
    supervisor = house[Role.SUPERVISOR]
    seen = await supervisor.told(
        "PUT", "/api/agents/lan", {"speaks": ["vi"], "skills": ["business"]}
    )
    (lan,) = [agent for agent in seen["agents"] if agent["id"] == "lan"]
    assert (lan["speaks"], lan["skills"], seen["skills"]) == (["vi"], ["business"], ["business"])
    for speaks, skills in (([], []), (["vi"], ["Ưu đãi"])):
        body = {"speaks": speaks, "skills": skills}
        assert (await supervisor.ask("PUT", "/api/agents/lan", json=body)).status == 422
    known = {"speaks": ["vi"], "skills": []}
    assert (await supervisor.ask("PUT", "/api/agents/nobody", json=known)).status == 404


async def test_an_agent_lets_a_customer_go_first_on_the_file(house: House) -> None:
    agent = house[Role.AGENT]
    file = await agent.told("PUT", "/api/files/first/priority", {"vulnerable": True})
    assert file["vulnerable"] is True
    assert [fact["name"] for fact in file["timeline"]][-1] == "priority.given"


async def test_an_agents_own_calendar_asks_for_what_is_booked_at_an_address_of_its_own(
    open_house: House,
) -> None:
    house = open_house
    agent, nobody = house[Role.AGENT], house[Role.PUBLIC]
    await book(house, (await free(house))[0])
    opened = await agent.told("POST", "/api/roster/calendar")
    path = "/calendar/" + opened["address"].rpartition("/")[2]
    answer = await nobody.ask("GET", path)
    assert answer.content_type == "text/calendar"
    feed = await answer.text()
    assert feed.count("BEGIN:VEVENT") == 1
    assert "METHOD:PUBLISH" in feed
    assert "HS-2611-first" in feed
    assert "SEN" not in feed
    await agent.told("POST", "/api/roster/calendar")
    assert (await nobody.ask("GET", path)).status == 404  # the old address is good no more
    await agent.told("DELETE", "/api/roster/calendar")
    assert (await nobody.ask("GET", "/calendar/unknown.ics")).status == 404


async def test_a_browser_knows_by_its_address_whether_it_is_rung_for_this_customer(
    open_house: House,
) -> None:
    guest, browser = open_house[Role.CUSTOMER], Browser(endpoint="https://fcm.googleapis.com/one")
    await book(open_house, (await free(open_house))[0])
    known = {"endpoint": browser.endpoint, **browser.keys}
    view = await guest.told("PUT", f"{CUSTOMER}/push", known)
    digest = hashlib.sha256(browser.endpoint.encode()).hexdigest()
    assert view["appointment"]["devices"] == [digest]
    view = await guest.told("DELETE", f"{CUSTOMER}/push", {"endpoint": browser.endpoint})
    assert view["appointment"]["devices"] == []
