"""A customer who goes through with it: does what the page says, loads it again when it breaks."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

from ekyc.bench.board import Board
from ekyc.bench.book import Book
from ekyc.bench.people import AGAIN_S, BROKEN, POLL_S, Person
from ekyc.bench.plan import Moment
from ekyc.crew import Crew
from ekyc.demo.frames import FrameBook
from ekyc.demo.visitor import Refused
from ekyc.domain.document import Side

_UPLOAD_S = 0.8  # a photograph on a telephone's line
_PRECHECK_S = 3.0
_PARTS = 20

Photographs = Mapping[Side, Sequence[bytes]]
"""Takes of each side, the next one when one is refused."""
View = dict[str, Any]


class Customer(Person):
    """One journey, from the link to the verdict."""

    def __init__(
        self,
        address: str,
        board: Board,
        book: Book,
        *,
        seed: int,
        link: str,
        photographs: Photographs,
        fields: Mapping[str, str],
        faces: FrameBook,
    ) -> None:
        super().__init__(address, board, book, seed=seed)
        self._link, self._photographs, self._fields = link, photographs, fields
        self._faces = faces
        self.application = ""
        self.page = "link"
        self._is_in = False
        self._devices = self._refused = 0

    async def run(self) -> str:
        """The verdict; cancelled from outside when patience ends."""
        acts: Mapping[str, Callable[[View], Awaitable[None]]] = {
            "start": self._agree,
            "code": self._prove,
            "document": self._choose,
            "capture": self._photograph,
            "confirm": self._confirm,
            "booking": self._queue,  # calls now
            "waiting": self._wait,
            "call": self._talk,
            "result": self._expect,
        }
        while True:
            try:
                view = await self._look()
                self.page = view["page"]
                if view["decision"] is not None and self.page == "result":
                    return str(view["decision"]["verdict"])
                await acts.get(self.page, self._wonder)(view)
            except Refused as refused:
                if refused.status == 401:
                    self._is_in = False
                await self.put_up_with(refused, self.page)
            except BROKEN:
                await asyncio.sleep(AGAIN_S)
                # Some load the page again, some begin anew from the link in their messages.
                self._is_in = self._is_in and self.draw.random() < 0.7

    async def _expect(self, view: View) -> None:
        """The call is over; the verdict comes."""
        await asyncio.sleep(POLL_S)

    async def _wonder(self, view: View) -> None:
        """A page nobody here knows is no page to wait on for ever."""
        self.book.surprise("page", self.page)
        await asyncio.sleep(AGAIN_S)

    async def _look(self) -> View:
        if self._is_in:
            return await self.visitor.ask("GET", "/api/customer/application")
        with self.board.at(Moment.SIGN_IN):
            token = {"token": self._link.partition("#")[2]}
            view = await self.visitor.ask("POST", "/api/customer/session", token)
        self._is_in, self.application = True, view["id"]
        return view

    async def _agree(self, view: View) -> None:
        with self.board.at(Moment.SIGN_IN):
            given = view["consents"]["kinds"]
            version, language = view["consents"]["version"], view["language"]
            body = {"given": given, "version": version, "language": language}
            await self.ask("POST", "/api/customer/consents", body)
        self.book.keep("consents", self.application)

    async def _prove(self, view: View) -> None:
        with self.board.at(Moment.SIGN_IN):
            known = await self.visitor.inbox()
            await self.ask("POST", "/api/customer/code")
            last = view["phone"]["masked"][-3:]
            code = await self.visitor.code_from_inbox("sms", last, known=known)
            await self.ask("POST", "/api/customer/code/confirm", {"code": code})
        self.book.keep("code", self.application)

    async def _choose(self, view: View) -> None:
        await self.ask("POST", "/api/customer/document", {"kind": "cccd-2021"})
        self.book.keep("document", self.application)

    async def _photograph(self, view: View) -> None:
        for side, takes in self._photographs.items():
            taken = view["photographs"][side.value]
            if taken is None or taken["state"] != "accepted":
                taken = await self._send(side, takes[self._refused % len(takes)])
                self._refused += taken["state"] != "accepted"
                what = f"{side.value} {taken['state']} {taken['at']}"
                self.book.keep("photograph", self.application, what)
                return

    async def _send(self, side: Side, jpeg: bytes) -> dict[str, Any]:
        """Bit by bit, as over the air; then it is read."""
        with contextlib.ExitStack() as uploading, contextlib.ExitStack() as reading:
            uploading.enter_context(self.board.at(Moment.UPLOAD))

            async def parts() -> AsyncIterator[bytes]:
                size = len(jpeg) // _PARTS + 1
                for start in range(0, len(jpeg), size):
                    yield jpeg[start : start + size]
                    await asyncio.sleep(_UPLOAD_S / _PARTS)
                uploading.close()
                reading.enter_context(self.board.at(Moment.READING))

            path = f"/api/customer/photographs/{side.value}?origin=camera"
            view = await self.visitor.ask("PUT", path, image=parts())
        taken: dict[str, Any] = view["photographs"][side.value]
        return taken

    async def _confirm(self, view: View) -> None:
        with self.board.at(Moment.CONFIRM):
            body = {"fields": dict(self._fields)}
            await self.ask("POST", "/api/customer/confirm", body)
        self.book.keep("confirm", self.application)

    async def _queue(self, view: View) -> None:
        token = (await self.ask("POST", "/api/customer/precheck"))["pass"]
        async with self.join(token, "", "customer", self._faces):
            await asyncio.sleep(_PRECHECK_S)
        result = {"camera": True, "microphone": True}
        await self.ask("POST", "/api/customer/precheck/result", result)
        self._devices += 1
        self.book.keep("devices", self.application, str(self._devices))
        with self.board.at(Moment.QUEUE):
            await self.ask("POST", "/api/customer/ticket")
            self.book.keep("ticket", self.application)
            await asyncio.sleep(POLL_S)

    async def _wait(self, view: View) -> None:
        """The waiting page stays open: that is what keeps the place."""
        async with Crew() as crew:
            crew.start(self.read_news("/api/customer/live"), name="bench.news")
            with self.board.at(Moment.QUEUE):
                while view["page"] == "waiting":
                    await asyncio.sleep(POLL_S)
                    view = await self.visitor.ask("GET", "/api/customer/application")

    async def _talk(self, view: View) -> None:
        token = (await self.visitor.ask("POST", "/api/customer/pass"))["pass"]
        async with (
            Crew() as crew,
            self.join(token, view["call"]["id"], "customer", self._faces) as client,
        ):
            crew.start(self.read_news("/api/customer/live"), name="bench.news")
            await client.ended.wait()
        if not client.is_over:
            await asyncio.sleep(AGAIN_S)
