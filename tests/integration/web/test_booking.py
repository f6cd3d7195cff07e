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
    await drafted(house, stints=[{"duty": "available", "span": "00:00-24:00"}], weekly=True)
    await house[Role.SUPERVISOR].told("POST", "/api/roster/publish", {"rebook": False})
    return house


WEEK = [f"2026-11-{day}" for day in range(16, 23)]


async def drafted(house: House, **change: Any) -> Any:
    """Thu, who supervises, drafts Lan's week."""
    body = {"agent": "lan", "days": WEEK, "stints": [], "weekly": False} | change
    return await house[Role.SUPERVISOR].told("PUT", "/api/roster/draft", body)


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
    assert everybody["agents"][0]["days"][0]["stints"] == [
        {"duty": "available", "span": "00:00-24:00"}
    ]


async def test_agents_do_not_see_what_is_only_drafted(open_house: House) -> None:
    planned = await drafted(open_house)
    assert (planned["changes"], planned["agents"][0]["days"][5]["drafted"]) == (7, True)
    own = await open_house[Role.AGENT].told("GET", "/api/roster")
    assert (own["changes"], len(own["agents"][0]["days"][5]["stints"])) == (0, 1)
    supervisor = open_house[Role.SUPERVISOR]
    assert (await supervisor.told("DELETE", "/api/roster/draft"))["changes"] == 0
    following = await supervisor.told("POST", "/api/roster/copy?from=2026-11-23")
    assert following["changes"] == 0  # it is as the week before already


async def test_what_would_leave_a_customer_alone_is_refused_until_it_may_be_rebooked(
    open_house: House,
) -> None:
    house, supervisor = open_house, open_house[Role.SUPERVISOR]
    first = (await free(house))[0]
    await book(house, first)
    planned = await drafted(house)
    assert [(one["at"], one["agent"]) for one in planned["conflicts"]] == [(first, "Lan")]
    answer = await supervisor.ask("POST", "/api/roster/publish", json={"rebook": False})
    assert (answer.status, (await answer.json())["code"]) == (409, "roster-conflicts")
    done = await supervisor.told("POST", "/api/roster/publish", {"rebook": True})
    assert done["rebooked"] == {"reassigned": 0, "withdrawn": 1}
    seen = await house[Role.CUSTOMER].told("GET", f"{CUSTOMER}/application")
    assert seen["stage"] == "confirmed"


async def test_a_closed_day_takes_the_slots_away_until_it_is_open_again(open_house: House) -> None:
    supervisor = open_house[Role.SUPERVISOR]
    body = {"agent": "", "day": "2026-11-21", "span": "00:00-24:00"}
    off = {**body, "note": "Tết", "rebook": False}
    closed = await supervisor.told("PUT", "/api/roster/days-off", off)
    assert [one["note"] for day in closed["days"] for one in day["off"]] == ["Tết"]
    assert not any(at.startswith("2026-11-21") for at in await free(open_house))
    await supervisor.told("POST", "/api/roster/days-on", body)
    assert any(at.startswith("2026-11-21") for at in await free(open_house))


@pytest.mark.parametrize(
    "spans",
    [
        ["17:00-08:00"],
        ["08:00-12:00", "11:00-13:00"],
        ["08:15-12:00"],
        ["morning"],
        [""],
    ],
)
async def test_hours_that_cannot_be_are_refused(house: House, spans: list[str]) -> None:
    stints = [{"duty": "available", "span": span} for span in spans]
    body = {"agent": "lan", "days": WEEK, "stints": stints, "weekly": False}
    answer = await house[Role.SUPERVISOR].ask("PUT", "/api/roster/draft", json=body)
    assert (answer.status, (await answer.json())["code"]) == (422, "shift-invalid")


async def test_only_who_has_a_desk_stands_on_the_roster(house: House) -> None:
    body = {"agent": "huy", "days": WEEK, "stints": [], "weekly": False}
    answer = await house[Role.SUPERVISOR].ask("PUT", "/api/roster/draft", json=body)
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
