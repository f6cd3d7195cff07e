"""The real server for browser tests, in a folder of its own, and what stands in its file."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web

from ekyc.app import Outside
from ekyc.demo.pages import KEPT
from ekyc.demo.server import demo_app, demo_settings
from ekyc.demo.visitor import Visitor
from ekyc.settings import Capture, Database, Objects, Queue, Server, Settings
from ekyc.web.keys import STORE

I18N = Path(__file__).parents[2] / "static" / "i18n"


def words(area: str, language: str = "vi") -> dict[str, str]:
    """One area of the catalogue."""
    texts: dict[str, str] = json.loads((I18N / language / f"{area}.json").read_text("utf-8"))
    return texts


@dataclass(frozen=True, kw_only=True)
class House:
    """A running server."""

    app: web.Application
    address: str
    password: str

    async def link(self, language: str = "vi") -> str:
        """A new customer's link."""
        async with Visitor(self.address) as visitor:
            body = {"language": language}
            answer = await visitor.ask("POST", "/api/demo/customers", body)
        return str(answer["link"])

    async def inbox(self, channel: str) -> list[dict[str, Any]]:
        """Messages of one channel, newest first."""
        async with Visitor(self.address) as visitor:
            messages: list[dict[str, Any]] = (await visitor.ask("GET", "/api/demo/inbox"))[
                "messages"
            ]
        return [message for message in messages if message["channel"] == channel]

    @asynccontextmanager
    async def staff(self, login: str = "thuha") -> AsyncIterator[Visitor]:
        """Somebody of the staff, signed in without a browser."""
        async with Visitor(self.address) as visitor:
            known = await visitor.inbox()
            body = {"login": login, "password": self.password}
            challenge = await visitor.ask("POST", "/api/staff/sign-in", body)
            code = await visitor.code_from_inbox("totp", login, known=known)
            await visitor.ask("POST", "/api/staff/sign-in/code", {**challenge, "code": code})
            yield visitor


def free_port() -> int:
    """A TCP port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def opened(
    folder: Path, *, outside: Outside | None = None, **sections: Any
) -> AsyncIterator[House]:
    """A demo server on loopback with its data in `folder`."""
    port = free_port()
    own: dict[str, Any] = {
        "server": Server(port=port, runtime_dir=folder / "run", drain_s=2),
        "database": Database(url=f"sqlite+aiosqlite:///{folder}/ekyc.sqlite3"),
        "objects": Objects(folder=folder / "objects", spool=folder / "spool"),
        "queue": Queue(ring_s=15, wrap_up_s=0.5),
        "secret_file": folder / "secret.key",
        # The picture is taken when the test says so; files handed in count.
        "capture": Capture(auto=False, gallery="flagged"),
    }
    # At the start of a process nobody waits for the loop; here a test does.
    settings, kept = await asyncio.to_thread(demo_settings, Settings(**(own | sections)))
    app = await asyncio.to_thread(demo_app, settings, kept, outside)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    house = House(app=app, address=f"http://127.0.0.1:{port}", password=app[KEPT].password)
    try:
        yield house
        async with ClientSession() as monitor:  # for the canary: what people left in it
            await monitor.get(f"{house.address}/metrics")
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await runner.cleanup()


async def application_id(house: House, reference: str) -> str:
    """The id behind a reference."""
    import sqlalchemy as sa

    from ekyc.storage.schema import applications

    async with house.app[STORE].read() as tx:
        query = sa.select(applications.c.id).where(applications.c.reference == reference)
        return str((await tx.connection.execute(query)).scalar_one())
