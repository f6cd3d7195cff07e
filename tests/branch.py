"""A branch of the bank for integration tests: the real server, one customer, one agent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer

from ekyc.app import Outside, build_app
from ekyc.domain.access import Role
from ekyc.domain.room import PartyConnected, Quality, RoomLive
from ekyc.journey.call import PRECHECK
from ekyc.settings import Database, Objects, Queue, Server, Settings
from ekyc.storage import applications, staff, tokens
from ekyc.web.keys import CLOCK, ROOMS, STORE
from tests.builders import a_member, an_application
from tests.fakes import START, FakeClock, ScriptedMedia

DEVICES = {"camera": True, "microphone": True}
MINE = {"X-Ekyc": "1"}
STAFF = {"lan": Role.AGENT, "binh": Role.AGENT, "thu": Role.SUPERVISOR}
WHO = {"lan": "agent", "binh": "colleague", "thu": "supervisor"}
"""Who they are to a test, by their id."""
Client = TestClient[web.Request, web.Application]


class Branch:
    """A server with one customer, two agents and a supervisor, who ask it as their pages do."""

    def __init__(self, server: TestServer, clock: FakeClock, media: ScriptedMedia) -> None:
        self.server, self.clock, self.media = server, clock, media
        """Clock and media on paper; a branch with real ones does not use them."""
        self.people: dict[str, Client] = {}

    async def ask(self, who: str, method: str, path: str, body: object = None) -> Any:
        """The answer's JSON; a refusal gives its problem."""
        async with self.people[who].request(method, path, json=body, headers=MINE) as answer:
            return await answer.json()

    async def until(self, who: str, path: str, is_there: Callable[[Any], object]) -> Any:
        """Ask until it is so."""

        async def look() -> Any:
            seen = await self.ask(who, "GET", path)
            return seen if is_there(seen) else None

        return await eventually(look)

    async def tests_devices(self) -> Any:
        """The customer's device test, as if the media had measured a good line; the view."""
        tested, room = self.server.app[ROOMS].tested, f"{PRECHECK}first"
        tested.begin(room)
        tested.hear(a_second(room))
        return await self.ask("customer", "POST", "/api/customer/precheck/result", DEVICES)

    async def rings(self) -> str:
        """The customer waits, the agent is available; the call that rings."""
        await self.tests_devices()
        await self.ask("customer", "POST", "/api/customer/ticket")
        await self.ask("agent", "POST", "/api/desk/devices", {"camera": True, "microphone": True})
        await self.ask("agent", "POST", "/api/desk/state", {"state": "available"})
        desk = await self.until("agent", "/api/desk", lambda seen: seen["call"])
        return str(desk["call"]["id"])

    async def answered(self) -> str:
        """The agent took it."""
        call = await self.rings()
        await self.ask("agent", "POST", "/api/desk/accept", {"call": call})
        return call

    @asynccontextmanager
    async def socket(self, who: str, token: str) -> AsyncIterator[ClientWebSocketResponse]:
        """Somebody's socket, after the join."""
        async with self.people[who].ws_connect("/ws/call") as socket:
            await socket.send_json({"type": "join", "pass": token})
            yield socket

    async def token(self, who: str, call: str) -> str:
        """A pass into the call."""
        if who == "agent":
            given = await self.ask(who, "POST", "/api/desk/pass", {"call": call})
        else:
            given = await self.ask(who, "POST", "/api/customer/pass")
        return str(given["pass"])

    def connect(self, call: str) -> None:
        """Media of both flow."""
        for party in ("customer", "agent"):
            self.media.report(PartyConnected(room=call, party=party, at=self.clock.now()))
        self.media.report(RoomLive(room=call, at=self.clock.now()))


def a_second(room: str, *, party: str = "customer", at: datetime = START) -> Quality:
    """What a good line brings in a second."""
    return Quality(
        room=room,
        party=party,
        at=at,
        kbps=800.0,
        loss=0.01,
        rtt_ms=30.0,
        fps=15.0,
        width=640,
        height=480,
        sound=True,
    )


async def eventually(look: Callable[[], Awaitable[Any]], *, within_s: float = 10) -> Any:
    """What a look shows as soon as it shows anything."""
    async with asyncio.timeout(within_s):
        while True:
            if seen := await look():
                return seen
            await asyncio.sleep(0.02)


async def heard(socket: ClientWebSocketResponse, kind: str, **fields: object) -> dict[str, Any]:
    """The next message of this kind with these values."""
    async with asyncio.timeout(10):
        while True:
            message: dict[str, Any] = await socket.receive_json()
            if message["type"] == kind and fields.items() <= message.items():
                return message


async def is_closed(socket: ClientWebSocketResponse) -> bool:
    """Whether the server closes, whatever it says before."""
    async with asyncio.timeout(10):
        while (await socket.receive()).type is WSMsgType.TEXT:
            pass
    return True


def settings_in(folder: Path, **sections: Any) -> Settings:
    """Settings of a server with its data in `folder`."""
    given: dict[str, Any] = {
        "server": Server(runtime_dir=folder / "run", drain_s=1),
        "database": Database(url=f"sqlite+aiosqlite:///{folder}/ekyc.sqlite3"),
        "objects": Objects(folder=folder / "objects", spool=folder / "spool"),
        "queue": Queue(poll_s=0.05, wrap_up_s=0),
        "secret_file": folder / "secret.key",
    }
    return Settings(**(given | sections))


@asynccontextmanager
async def serving(settings: Settings, outside: Outside) -> AsyncIterator[TestServer]:
    """The server on a free port."""
    server = TestServer(await asyncio.to_thread(build_app, settings, outside))
    async with server:
        yield server


@asynccontextmanager
async def opened(
    folder: Path, *, is_real: bool = False, is_new: bool = True, **sections: Any
) -> AsyncIterator[Branch]:
    """A branch with its data in `folder`; with the machine's clock and real media if so asked."""
    clock, media = FakeClock(), ScriptedMedia()
    outside = Outside() if is_real else Outside(clock=clock, media=media)
    async with serving(settings_in(folder, **sections), outside) as server:
        branch = Branch(server, clock, media)
        if is_new:
            await _people(server.app)
        _visit(branch)
        try:
            yield branch
        finally:
            for client in branch.people.values():
                await client.session.close()


async def _people(app: web.Application) -> None:
    now = app[CLOCK].now()
    later = now + timedelta(hours=1)
    async with app[STORE].begin() as tx:
        await applications.add(tx, an_application(), product="")
        await applications.add_session(
            tx, "first", digest=tokens.digest("customer"), expires_at=later
        )
        for id, role in STAFF.items():
            await staff.add(tx, a_member(id, role=role))
            digest = tokens.digest(WHO[id])
            await staff.add_session(tx, id, digest=digest, now=now, expires_at=later)


def _visit(branch: Branch) -> None:
    for who in ("customer", *WHO.values()):
        cookie = "ekyc_customer" if who == "customer" else "ekyc_staff"
        jar = aiohttp.CookieJar(unsafe=True)
        jar.update_cookies({cookie: who}, branch.server.make_url("/"))
        branch.people[who] = TestClient(branch.server, cookie_jar=jar)
