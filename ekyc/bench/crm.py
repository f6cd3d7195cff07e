"""The bank's CRM, outside the server: opens applications and keeps every webhook it was told."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from aiohttp import web
from standardwebhooks import Webhook

from ekyc.bench.board import Board
from ekyc.bench.book import Book
from ekyc.bench.plan import Moment

THINKS_S = 0.3
"""An answer takes a real CRM a moment; a kill may fall into it."""

_AGAIN_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One webhook as it came."""

    id: str
    sequence: int
    application: str
    at: datetime


class Crm:
    """Listens on loopback from `start` to `close`."""

    def __init__(self, board: Board, book: Book, *, secret: str, port: int) -> None:
        self._board, self._book, self._signer = board, book, Webhook(secret)
        self.url = f"http://127.0.0.1:{port}/told"
        self._port = port
        self.deliveries: list[Delivery] = []
        app = web.Application()
        app.router.add_post("/told", self._hear)
        self._runner = web.AppRunner(app, access_log=None)

    async def start(self) -> None:
        """Listen."""
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def close(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    async def _hear(self, request: web.Request) -> web.Response:
        """Kept before it is answered, as a receiver must: the answer may never arrive."""
        text = (await request.read()).decode()
        data = self._signer.verify(text, dict(request.headers))["data"]
        self.deliveries.append(
            Delivery(
                id=request.headers["webhook-id"],
                sequence=data["sequence"],
                application=data["application"],
                at=datetime.now(UTC),
            )
        )
        with self._board.at(Moment.WEBHOOK):
            await asyncio.sleep(THINKS_S)
        return web.Response()

    async def open_application(self, address: str, key: str, *, number: int) -> tuple[str, str]:
        """A new customer's application id and link; asked again until the server answers."""
        body = {
            "external_id": f"CRASH-{number}",
            "phone": f"+84901{number:06d}",
            "phone_as_of": "2026-11-20",
            "language": "vi",
        }
        headers = {
            "Authorization": f"Bearer {key}",
            "Idempotency-Key": f"crash-{number}",
        }
        async with aiohttp.ClientSession(headers=headers) as http:
            while True:
                try:
                    async with http.post(f"{address}/api/v1/applications", json=body) as answer:
                        if answer.status == 201:
                            opened = await answer.json()
                            self._book.keep("open", opened["id"])
                            return opened["id"], opened["link"]
                        self._book.surprise("open", str(answer.status))
                except (aiohttp.ClientError, OSError):
                    pass
                await asyncio.sleep(_AGAIN_S)
