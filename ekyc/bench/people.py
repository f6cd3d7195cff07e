"""What the crash run's customers and agents share: a page that is told no, or nothing at all."""

import asyncio
import random
from typing import Any

import aiohttp

from ekyc.bench.board import Board
from ekyc.bench.book import Book
from ekyc.crew import Crew
from ekyc.demo.frames import FrameBook
from ekyc.demo.head import Head
from ekyc.demo.peer import CallClient, CallRefused, MediaClient, Message
from ekyc.demo.visitor import Refused, Visitor
from ekyc.demo.voice import speech

BROKEN = (aiohttp.ClientError, OSError, TimeoutError, CallRefused, ValueError)
"""What a page meets when the server dies under it; ValueError is an answer cut off."""

POLL_S = 0.4
AGAIN_S = 0.7
_STALE = frozenset(
    {"not-allowed-now", "not-found", "pass-invalid", "code-too-soon", "busy", "devices-not-ready"}
)
"""Refusals an honest page meets after a break: it looks again and goes on from there."""

_NEWS_S = 1.0
_LOOK_S = 0.05


class Person:
    """Somebody with a browser of their own; `draw` makes every choice that is left to chance."""

    def __init__(self, address: str, board: Board, book: Book, *, seed: int) -> None:
        self.visitor = Visitor(address)
        self.board, self.book = board, book
        self.draw = random.Random(seed)
        self._seed = seed
        self._crew = Crew()

    async def close(self) -> None:
        """The browser is closed."""
        await self._crew.dismiss()
        await self.visitor.http.close()

    async def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """One request; when the line breaks, half of all people press again at once."""
        try:
            return await self.visitor.ask(method, path, body)
        except BROKEN:
            if self.draw.random() < 0.5:
                raise
            await asyncio.sleep(AGAIN_S)
            return await self.visitor.ask(method, path, body)

    async def put_up_with(self, refused: Refused, step: str) -> None:
        """A refusal: expected after a break, or to be reported."""
        if refused.code not in _STALE:
            self.book.surprise(step, refused.code)
        await asyncio.sleep(POLL_S)

    async def read_news(self, path: str) -> None:
        """Keep the page's stream of news open, as every page does; until cancelled."""
        timeout = aiohttp.ClientTimeout(total=None)
        while True:
            try:
                url = self.visitor.address + path
                async with self.visitor.http.get(url, timeout=timeout) as stream:
                    async for _ in stream.content:
                        pass
            except BROKEN:
                pass
            await asyncio.sleep(_NEWS_S)

    def join(self, token: str, call: str, party: str, faces: FrameBook) -> CallClient[MediaClient]:
        """A place in a call; who goes away says nothing, as a browser that is closed."""
        head = Head(faces)

        def heard(message: Message) -> None:
            head.hear(message)
            if message["type"] == "dropped" and message["party"] == party:
                client.ended.set()  # our media do not arrive: pages join anew

        client = CallClient(
            self.visitor.http,
            self.visitor.address,
            token,
            media=MediaClient(head.frame, speech(20.0, seed=self._seed % 8)),
            hear=heard,
            polite=False,
        )
        self._crew.start(self._note_pictures(client, call, party), name="bench.pictures")
        return client

    async def _note_pictures(self, client: CallClient[MediaClient], call: str, party: str) -> None:
        """When pictures left: what a busy machine never sent, no recording can hold."""
        sent = 0
        while client.media.state != "closed":
            before, sent = sent, await client.media.packets_sent()
            if sent > before:
                self.book.sent(call, party)
            await asyncio.sleep(_LOOK_S)
