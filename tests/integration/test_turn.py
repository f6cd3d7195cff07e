"""A browser behind a wall: coturn lends an address to whoever has our name, to reach us alone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from aioice import stun, turn

from ekyc.domain.turn import Credentials, credentials
from ekyc.media.turn import NoRelay, relayed
from ekyc.settings import Ice
from ekyc.web import doctor_network
from tests.relay import HOST, Relay, coturn

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def relay(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Relay]:
    async with coturn(tmp_path_factory.mktemp("turn")) as running:
        yield running


def a_name(secret: str, *, minutes: float = 1) -> Credentials:
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    return credentials(secret, seat="room-customer", until=until)


async def test_a_name_of_ours_is_lent_an_address(relay: Relay) -> None:
    host, port = await relayed(relay.udp, a_name(relay.secret), within_s=5)
    assert host == HOST
    assert 49152 <= port <= 57343


@pytest.mark.parametrize(("secret", "minutes"), [("", -1), ("another" * 8, 1)])
async def test_a_name_that_is_over_or_forged_is_lent_nothing(
    relay: Relay, secret: str, minutes: float
) -> None:
    with pytest.raises(NoRelay, match="401"):
        await relayed(relay.udp, a_name(secret or relay.secret, minutes=minutes), within_s=5)


async def test_through_the_relay_nobody_is_reached_but_our_media(relay: Relay) -> None:
    name = a_name(relay.secret)
    host, port = relay.udp.split(":")[1:]
    transport, _ = await turn.create_turn_endpoint(
        asyncio.DatagramProtocol,
        (host, int(port.partition("?")[0])),
        username=name.username,
        password=name.password,
    )
    bound = transport._TurnTransport__inner_protocol  # type: ignore[attr-defined]
    await bound.channel_bind(0x4000, (HOST, 40_000))
    for number, stranger in enumerate(("127.0.0.2", "10.0.0.1", "192.168.1.1", "169.254.169.254")):
        with pytest.raises(stun.TransactionFailed, match="403"):
            await bound.channel_bind(0x4001 + number, (stranger, 80))
    transport.close()


async def test_the_doctor_tries_the_relay_and_says_what_is_wrong(
    relay: Relay, tmp_path: Path
) -> None:
    ice = Ice(turn_urls=[relay.udp], turn_secret_file=str(relay.secret_file))
    (check,) = await doctor_network.relay(ice, datetime.now(UTC))
    assert (check.ok, HOST in check.detail) == (True, True)

    wrong = tmp_path / "wrong.secret"
    wrong.touch(mode=0o600)
    wrong.write_text("0" * 64)
    refused = ice.model_copy(update={"turn_secret_file": str(wrong)})
    assert "401" in (await doctor_network.relay(refused, datetime.now(UTC)))[0].detail

    absent = ice.model_copy(update={"turn_secret_file": str(tmp_path / "absent")})
    assert "not there" in (await doctor_network.relay(absent, datetime.now(UTC)))[0].detail
    assert (await doctor_network.relay(Ice(), datetime.now(UTC)))[0].ok
