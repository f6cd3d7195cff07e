"""The real server over HTTP, with a guest of every role."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import BaseTestServer, TestServer

from ekyc.app import Outside
from ekyc.demo.server import demo_app, demo_settings
from ekyc.domain.access import Role, Scope
from ekyc.domain.api_key import ApiKey
from ekyc.settings import Settings
from ekyc.storage import applications, crm, staff, tokens
from ekyc.storage.bus import Bus
from ekyc.storage.migrate import migrate
from ekyc.storage.store import Store
from ekyc.web.keys import CLOCK, STORE
from tests.branch import settings_in
from tests.builders import a_member, an_application
from tests.fakes import FakeClock, Messages, ScriptedMedia, ScriptedReader

STAFF = {"lan": Role.AGENT, "thu": Role.SUPERVISOR, "huy": Role.AUDITOR, "van": Role.ADMIN}
API_KEY = "ekyc_test_00000000_key"
MINE = {"X-Ekyc": "1"}


@dataclass
class Guest:
    """Somebody at the server's door, with the cookie or the key of a role."""

    session: aiohttp.ClientSession
    server: BaseTestServer
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, **more: Any) -> ClientResponse:
        """One request as the pages send it; the answer is read to its end."""
        headers = {**MINE, **self.headers, **more.pop("headers", {})}
        url = more.pop("url", None) or self.server.make_url(path)
        async with self.session.request(
            method, url, headers=headers, allow_redirects=False, **more
        ) as answer:
            await answer.read()
        return answer

    async def picture(self, path: str, **query: str) -> bytes:
        """A JPEG that is there."""
        url = self.server.make_url(path)
        async with self.session.get(url, params=query, headers=self.headers) as answer:
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
            return await answer.read()

    async def told(self, method: str, path: str, body: object = None, **more: Any) -> Any:
        """The JSON of an answer that must be good."""
        answer = await self.ask(method, path, json=body, **more)
        assert answer.status < 300, await answer.text()
        return await answer.json()


@dataclass
class House:
    """A running server and its guests by role."""

    server: BaseTestServer
    clock: FakeClock
    messages: Messages
    reader: ScriptedReader
    media: ScriptedMedia
    guests: dict[Role, Guest]

    @property
    def app(self) -> web.Application:
        """The application behind the server."""
        assert isinstance(self.server, TestServer)
        return self.server.app

    @property
    def store(self) -> Store:
        """Its database."""
        return self.app[STORE]

    def __getitem__(self, role: Role) -> Guest:
        return self.guests[role]


async def _people(app: web.Application) -> None:
    now = app[CLOCK].now()
    later = now + timedelta(hours=12)
    async with app[STORE].begin() as tx:
        await applications.add(tx, an_application(), product="")
        digest = tokens.digest("customer")
        await applications.add_session(tx, "first", digest=digest, expires_at=later)
        for login, role in STAFF.items():
            await staff.add(tx, a_member(login, role=role))
            digest = tokens.digest(login)
            await staff.add_session(tx, login, digest=digest, now=now, expires_at=later)
        key = ApiKey(id="key", name="crm", scopes=frozenset(Scope), made_at=now)
        await crm.add_api_key(tx, key, digest=tokens.digest(API_KEY))


def _credentials() -> dict[Role, dict[str, str]]:
    cookies = {role: {"Cookie": f"ekyc_staff={login}"} for login, role in STAFF.items()}
    return {
        Role.PUBLIC: {},
        Role.CUSTOMER: {"Cookie": "ekyc_customer=customer"},
        Role.CRM: {"Authorization": f"Bearer {API_KEY}"},
        **cookies,
    }


@asynccontextmanager
async def furnished(app: web.Application, outside: Outside) -> AsyncIterator[House]:
    """The application served on a free port, with everybody's credentials."""
    assert isinstance(outside.clock, FakeClock)
    assert isinstance(outside.sender, Messages)
    assert isinstance(outside.reader, ScriptedReader)
    assert isinstance(outside.media, ScriptedMedia)
    async with (
        TestServer(app) as server,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        await _people(app)
        yield House(
            server=server,
            clock=outside.clock,
            messages=outside.sender,
            reader=outside.reader,
            media=outside.media,
            guests={
                role: Guest(session, server, headers) for role, headers in _credentials().items()
            },
        )


def everything() -> Outside:
    """An outside on paper."""
    return Outside(
        clock=FakeClock(), sender=Messages(), reader=ScriptedReader(), media=ScriptedMedia()
    )


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file as the first start leaves it; copied, because migrating takes longer."""
    path = tmp_path_factory.mktemp("migrated") / "ekyc.sqlite3"

    async def make() -> None:
        store = Store(f"sqlite+aiosqlite:///{path}", bus=Bus())
        await migrate(store)
        await store.close()

    asyncio.run(make())
    return path


@pytest.fixture
def settings(tmp_path: Path, migrated_database: Path) -> Settings:
    """A server's settings with its data in the test's own folder."""
    shutil.copy(migrated_database, tmp_path / "ekyc.sqlite3")
    return settings_in(tmp_path)


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    """The server of a bank, as `ekyc serve` makes it."""
    from ekyc.app import build_app

    outside = everything()
    app = await asyncio.to_thread(build_app, settings, outside)
    async with furnished(app, outside) as house:
        yield house


@pytest.fixture
async def demo(settings: Settings) -> AsyncIterator[House]:
    """The server of the demo, with every route there is."""
    outside = everything()
    given, kept = await asyncio.to_thread(demo_settings, settings)
    app = await asyncio.to_thread(demo_app, given, kept, outside)
    async with furnished(app, outside) as house:
        yield house
