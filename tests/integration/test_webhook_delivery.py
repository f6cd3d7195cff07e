"""Webhooks over the wire: signed, in order, again when the CRM was away, and only outwards."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from pydantic import SecretStr
from standardwebhooks import Webhook

from ekyc.app import Outside, SystemClock, build_app
from ekyc.domain.application import Stage, move
from ekyc.domain.events import CUSTOMER
from ekyc.journey import webhooks
from ekyc.notify.outgoing import connector, is_public
from ekyc.settings import Crm, Jobs
from ekyc.storage import applications, deliveries, schema
from ekyc.storage.store import Store
from ekyc.web.keys import STORE
from tests.branch import eventually, settings_in
from tests.builders import an_application
from tests.fakes import ScriptedMedia

KEY = "whsec_" + "A" * 32
OTHERS_KEY = "whsec_" + "B" * 32


def _example() -> dict[str, Any]:
    """The receiver of the documentation, taken at its word."""
    page = Path(__file__).parents[2] / "docs" / "integrate" / "webhooks.md"
    (code,) = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page
    return names


EXAMPLE = _example()


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One request as it arrived."""

    id: str
    timestamp: int
    body: dict[str, Any]
    status: int


class Receiver:
    """A CRM that believes nothing that is not signed, and answers as the test says."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.status = 200
        self.key = KEY
        self.sick: set[str] = set()
        """Applications it cannot take in right now."""
        self.url = ""

    async def hear(self, request: web.Request) -> web.Response:
        """One request; a forged one raises, which the sender sees as a 500."""
        body = Webhook(self.key).verify(await request.text(), dict(request.headers))
        headers = {name.lower(): value for name, value in request.headers.items()}
        assert EXAMPLE["verified"](self.key, headers, await request.read()) == body
        sick = body["data"]["application"] in self.sick
        letter = Letter(
            id=request.headers["webhook-id"],
            timestamp=int(request.headers["webhook-timestamp"]),
            body=body,
            status=503 if sick else self.status,
        )
        self.letters.append(letter)
        return web.Response(status=letter.status, headers={"Location": self.url})

    @property
    def taken(self) -> list[Letter]:
        """What it took in."""
        return [letter for letter in self.letters if letter.status == 200]

    async def took(self, count: int) -> list[Letter]:
        """Wait until it took so many in."""

        async def look() -> bool:
            return len(self.taken) >= count

        await eventually(look)
        return self.taken


@asynccontextmanager
async def listening(receiver: Receiver) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/told", receiver.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/told"
    yield receiver.url
    await runner.cleanup()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    async with listening(receiver):
        yield receiver


@asynccontextmanager
async def bank(
    folder: Path, url: str, key: str = KEY, crm: dict[str, Any] | None = None, **rules: Any
) -> AsyncIterator[Store]:
    """A running server that tells `url`; its store."""
    address = {"webhook_url": url, "webhook_private": True, "webhook_secret": SecretStr(key)}
    told = Crm(**{**address, **(crm or {})})
    jobs = Jobs(**{"poll_s": 0.05, "backoff_s": 0.05, "backoff_max_s": 0.1, **rules})
    settings = settings_in(folder, crm=told, jobs=jobs)
    app = await asyncio.to_thread(build_app, settings, Outside(media=ScriptedMedia()))
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        yield app[STORE]
    finally:
        await runner.cleanup()


async def opens(store: Store, id: str) -> None:
    async with store.begin() as tx:
        await applications.add(tx, an_application(id, stage=Stage.CONFIRMED), product="")


async def moves(store: Store, id: str, *stages: Stage) -> None:
    async with store.begin() as tx:
        for stage in stages:
            application = await applications.load(tx, id)
            moved = move(application, stage, now=application.updated_at)
            await applications.save(tx, moved, actor=CUSTOMER)


def stages(letters: list[Letter], id: str) -> list[str]:
    return [
        letter.body["data"]["stage"]
        for letter in letters
        if letter.body["data"]["application"] == id
    ]


async def _facts(store: Store) -> list[str]:
    async with store.read() as tx:
        query = sa.select(schema.events.c.name).order_by(schema.events.c.sequence)
        return list((await tx.connection.execute(query)).scalars())


async def test_a_move_is_told_with_a_signature_the_crm_can_check(
    tmp_path: Path, receiver: Receiver
) -> None:
    async with bank(tmp_path, receiver.url) as store:
        await opens(store, "a")
        await moves(store, "a", Stage.WAITING)
        (letter,) = await receiver.took(1)

        async def delivered() -> bool:
            return "webhook.delivered" in await _facts(store)

        await eventually(delivered)
    assert letter.body["type"] == "application.moved"
    assert letter.body["data"] == {
        "sequence": 1,
        "application": "a",
        "reference": "HS-2611-a",
        "external_id": "crm-a",
        "stage": "waiting",
    }


async def test_a_signature_of_another_key_is_not_believed(
    tmp_path: Path, receiver: Receiver
) -> None:
    async with bank(tmp_path, receiver.url, OTHERS_KEY, attempts=2) as store:
        await opens(store, "a")
        await moves(store, "a", Stage.WAITING)

        async def given_up() -> bool:
            return "webhook.failed" in await _facts(store)

        await eventually(given_up)
    assert receiver.letters == []


def test_the_receiver_of_the_documentation_refuses_what_is_forged_or_stale() -> None:
    now = datetime.now(UTC)
    for key, at, why in ((OTHERS_KEY, now, "forged"), (KEY, now - timedelta(hours=1), "stale")):
        headers = {
            "webhook-id": "1",
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(key).sign("1", at, "{}"),
        }
        with pytest.raises(ValueError, match=why):
            EXAMPLE["verified"](KEY, headers, b"{}")


async def test_a_crm_that_was_away_is_told_again_under_the_same_id_with_a_fresh_signature(
    tmp_path: Path, receiver: Receiver
) -> None:
    receiver.status = 503
    async with bank(tmp_path, receiver.url, backoff_s=1.2, backoff_max_s=1.2) as store:
        await opens(store, "a")
        await moves(store, "a", Stage.WAITING)

        async def tried() -> bool:
            return len(receiver.letters) == 1

        await eventually(tried)
        receiver.status = 200
        await receiver.took(1)
    first, second = receiver.letters
    assert first.id == second.id
    assert first.timestamp < second.timestamp
    assert first.body == second.body


async def test_one_application_that_cannot_be_taken_in_keeps_its_order_and_holds_up_no_other(
    tmp_path: Path, receiver: Receiver
) -> None:
    receiver.sick = {"a"}
    async with bank(tmp_path, receiver.url) as store:
        for id in ("a", "b"):
            await opens(store, id)
            await moves(store, id, Stage.WAITING, Stage.CONFIRMED, Stage.WAITING)
        await receiver.took(3)
        assert stages(receiver.taken, "b") == ["waiting", "confirmed", "waiting"]
        receiver.sick = set()
        letters = await receiver.took(6)
    assert stages(letters, "a") == ["waiting", "confirmed", "waiting"]
    assert {letter.id for letter in letters[:3]}.isdisjoint(letter.id for letter in letters[3:])


async def test_what_was_due_when_the_server_stopped_is_delivered_by_the_next_one(
    tmp_path: Path, receiver: Receiver
) -> None:
    receiver.status = 503
    async with bank(tmp_path, receiver.url) as store:
        await opens(store, "a")
        await moves(store, "a", Stage.WAITING, Stage.CONFIRMED)

        async def tried() -> bool:
            return bool(receiver.letters)

        await eventually(tried)
    receiver.status = 200
    async with bank(tmp_path, receiver.url):
        letters = await receiver.took(2)
    assert stages(letters, "a") == ["waiting", "confirmed"]


async def _log(store: Store) -> list[tuple[str, str, str]]:
    async with store.read() as tx:
        (row,) = await deliveries.newest(tx, state=None, application_id=None, before=None, limit=9)
        tries = await deliveries.tries(tx, row["sequence"])
    assert all(0 <= one["duration_ms"] < 60_000 for one in tries)
    return [(one["answer"], one["problem"], one["endpoint"]) for one in tries]


async def _is_given_up(store: Store) -> None:
    async def given_up() -> bool:
        return "webhook.failed" in await _facts(store)

    await eventually(given_up)


async def test_every_try_stands_in_the_log_and_nothing_of_what_was_said(
    tmp_path: Path, receiver: Receiver
) -> None:
    receiver.status = 503
    async with bank(tmp_path, receiver.url) as store:
        await opens(store, "a")
        await moves(store, "a", Stage.WAITING)

        async def tried() -> bool:
            return len(await _log(store)) >= 1

        await eventually(tried)
        receiver.status = 200
        await receiver.took(1)

        async def noted() -> bool:
            return (await _log(store))[-1][0] == "2xx"

        await eventually(noted)
        log = await _log(store)
    endpoint = receiver.url.removesuffix("/told")
    assert log[0] == ("5xx", "DeliveryRefused", endpoint)
    assert log[-1] == ("2xx", "", endpoint)


async def test_a_crm_that_cannot_be_reached_stands_in_the_log_as_that(tmp_path: Path) -> None:
    async with bank(tmp_path, "http://127.0.0.1:1/told", attempts=1) as store:
        await opens(store, "a")
        await moves(store, "a", Stage.WAITING)
        await _is_given_up(store)
        assert await _log(store) == [("none", "ClientConnectorError", "http://127.0.0.1:1")]


async def test_what_was_put_aside_is_replayed_under_its_id(
    tmp_path: Path, receiver: Receiver
) -> None:
    receiver.status = 503
    async with bank(tmp_path, receiver.url, attempts=1) as store:
        await opens(store, "a")
        await moves(store, "a", Stage.WAITING)
        await _is_given_up(store)
        receiver.status = 200
        sequence = receiver.letters[0].body["data"]["sequence"]
        await webhooks.replay(store, SystemClock(), sequence=sequence, actor=CUSTOMER)
        (again,) = await receiver.took(1)
    assert again.id == receiver.letters[0].id
    assert again.timestamp >= receiver.letters[0].timestamp


@pytest.mark.parametrize("known", [KEY, OTHERS_KEY])
async def test_while_a_key_is_changed_both_sign(
    tmp_path: Path, receiver: Receiver, known: str
) -> None:
    receiver.key = known
    old = {"webhook_secret_old": SecretStr(KEY)}
    async with bank(tmp_path, receiver.url, OTHERS_KEY, crm=old) as store:
        await opens(store, "a")
        await moves(store, "a", Stage.WAITING)
        await receiver.took(1)


async def test_a_redirect_is_not_followed(tmp_path: Path, receiver: Receiver) -> None:
    receiver.status = 307
    async with bank(tmp_path, receiver.url, attempts=1) as store:
        await opens(store, "a")
        await moves(store, "a", Stage.WAITING)

        async def given_up() -> bool:
            return "webhook.failed" in await _facts(store)

        await eventually(given_up)
    assert len(receiver.letters) == 1


HIDDEN = [
    "http://127.0.0.1:{port}/told",
    "http://localhost:{port}/told",
    "http://127.1:{port}/told",
    "http://2130706433:{port}/told",
    "http://0x7f000001:{port}/told",
    "http://017700000001:{port}/told",
    "http://0.0.0.0:{port}/told",
    "http://[::1]:{port}/told",
    "http://[::ffff:127.0.0.1]:{port}/told",
    "http://[::ffff:7f00:1]:{port}/told",
    "http://[64:ff9b::7f00:1]:{port}/told",
    "http://169.254.169.254:{port}/told",
    "http://10.0.0.1:{port}/told",
    "http://crm.example:{port}/told",
]


class Rebound(AbstractResolver):
    """A name server that sends everybody home."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Loopback, whatever is asked for."""
        found = ResolveResult(
            hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0
        )
        return [found]

    async def close(self) -> None:
        """Nothing to close."""


async def _post(rules: Crm, url: str) -> int:
    async with (
        aiohttp.ClientSession(
            connector=connector(private=rules.webhook_private, resolver=Rebound())
        ) as http,
        http.post(url, data=json.dumps({}), allow_redirects=False) as answer,
    ):
        return answer.status


@pytest.mark.parametrize("url", HIDDEN)
async def test_no_address_of_the_house_is_reached_however_it_is_written(
    receiver: Receiver, url: str
) -> None:
    port = receiver.url.rpartition(":")[2].partition("/")[0]
    with pytest.raises((aiohttp.ClientConnectorError, aiohttp.InvalidURL)):
        await _post(Crm(), url.format(port=port))
    assert receiver.letters == []


async def test_an_operator_may_allow_an_address_of_the_house(receiver: Receiver) -> None:
    assert await _post(Crm(webhook_private=True), receiver.url) == 500  # not signed


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("100.64.0.1", False),
        ("192.168.1.1", False),
        ("172.16.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::127.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("2002:7f00:1::", False),
        ("2001:0:53aa:64c::1", False),
        ("64:ff9b:1::7f00:1", False),
    ],
)
def test_an_address_leads_out_of_the_house_or_it_does_not(address: str, public: bool) -> None:
    assert is_public(address) is public
