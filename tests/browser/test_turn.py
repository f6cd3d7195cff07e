"""Two people no UDP of whom reaches the server: one goes through TURN by TLS, one by UDP."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Route

from ekyc.settings import Ice, Queue
from tests.browser import walk
from tests.browser.conftest import Invite
from tests.browser.house import opened
from tests.browser.people import DESK, Person, arrive, trusting
from tests.relay import coturn

pytestmark = pytest.mark.timeout(120)

WAYS = """async () => {
  const ways = [];
  for (const line of window.__lines) {
    if (line.connectionState !== 'connected') continue;
    const figures = await line.getStats();
    for (const pair of figures.values()) {
      if (pair.type !== 'candidate-pair' || !pair.nominated || pair.state !== 'succeeded') continue;
      const { candidateType, relayProtocol } = figures.get(pair.localCandidateId);
      ways.push(`${candidateType} ${relayProtocol}`);
    }
  }
  return ways;
}"""


async def knows_only(person: Person, url: str) -> None:
    """This person's network lets through one of the ways the server names."""

    async def narrowed(route: Route) -> None:
        answer = await route.fetch()
        told: dict[str, Any] = await answer.json()
        (server,) = told["ice"]["servers"]
        assert url in server["urls"]
        server["urls"] = [url]
        await route.fulfill(response=answer, json=told)

    for path in ("**/api/customer/precheck", "**/api/customer/pass", "**/api/desk/pass"):
        await person.page.route(path, narrowed)


async def test_a_call_goes_through_turn_by_tls_and_by_udp(invite: Invite, tmp_path: Path) -> None:
    async with coturn(tmp_path) as relay, trusting(tmp_path / "home", relay.authority) as phone:
        ice = Ice(
            turn_urls=[relay.udp, relay.tls],
            turn_secret_file=str(relay.secret_file),
            relay_only=True,
        )
        async with opened(tmp_path, ice=ice, queue=Queue(wrap_up_s=0)) as house:
            agent, customer = await invite(size=DESK), await arrive(phone)
            await knows_only(customer, relay.tls)
            await knows_only(agent, relay.udp)
            await walk.sign_in(agent, house, "quocbao")
            await walk.become_available(agent)
            await walk.waits(customer, house)
            await walk.answer(agent)
            await walk.arrives(customer, "call")
            await walk.both_meet(agent, customer)
            assert set(await customer.page.evaluate(WAYS)) == {"relay tls"}
            assert set(await agent.page.evaluate(WAYS)) == {"relay udp"}
            await walk.incomplete(agent, "line-dropped")
            await walk.hang_up(agent)
            await walk.arrives(customer, "result")
            assert customer.complaints == []
            await agent.page.close()  # before its server
