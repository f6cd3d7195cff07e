"""An agent who goes on working: the desk says what comes next, before a crash and after it."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from ekyc.bench.board import Board
from ekyc.bench.book import Book
from ekyc.bench.people import AGAIN_S, BROKEN, POLL_S, Person
from ekyc.bench.plan import Moment
from ekyc.crew import Crew
from ekyc.demo.frames import FrameBook
from ekyc.demo.visitor import Refused
from ekyc.domain.decision import CHECKLIST, FEATURES, MOVEMENTS

_REACTS_S = 1.0
_GREETS_S = 1.5
_MOVEMENT_S = 20.0
_TRIES = 2
_THOROUGH = 0.25
"""Share of customers who do every movement and are approved; the others do one and are rejected."""

View = dict[str, Any]


class Agent(Person):
    """One desk, manned until cancelled."""

    def __init__(
        self,
        address: str,
        board: Board,
        book: Book,
        *,
        seed: int,
        login: str,
        faces: FrameBook,
        spool: Path,
    ) -> None:
        super().__init__(address, board, book, seed=seed)
        self._login, self._faces, self._spool = login, faces, spool
        self._is_in = False
        self._wanted: dict[str, tuple[str, ...]] = {}
        self.desk = "offline"
        self.is_going = False
        """Whether this agent takes a break as soon as nobody waits for a verdict."""

    async def run(self) -> None:
        """Until cancelled, or gone home."""
        async with Crew() as crew:
            crew.start(self.read_news("/api/desk/live"), name="bench.news")
            while not (self.is_going and self.desk == "break"):
                try:
                    await self._go_on()
                except Refused as refused:
                    self._is_in = self._is_in and refused.status != 401
                    await self.put_up_with(refused, f"desk {self.desk}")
                except BROKEN:
                    await asyncio.sleep(AGAIN_S)

    async def _go_on(self) -> None:
        if not self._is_in:
            await self._sign_in()
        desk = await self.visitor.ask("GET", "/api/desk")
        self.desk = desk["state"]
        match self.desk:
            case "ringing":
                await self._answer(desk["call"])
            case "in_call":
                await self._serve(desk["call"])
            case "wrap_up":
                await self._wrap_up(desk)
            case "available":
                if self.is_going:
                    await self.ask("POST", "/api/desk/state", {"state": "break"})
                await asyncio.sleep(POLL_S)
            case _:
                await self._be_available(desk)

    async def _sign_in(self) -> None:
        shown = await self.visitor.ask("GET", "/api/demo/staff")
        known = await self.visitor.inbox()
        body = {"login": self._login, "password": shown["password"]}
        challenge = await self.visitor.ask("POST", "/api/staff/sign-in", body)
        code = await self.visitor.code_from_inbox("totp", self._login, known=known)
        await self.visitor.ask("POST", "/api/staff/sign-in/code", {**challenge, "code": code})
        self._is_in = True

    async def _be_available(self, desk: View) -> None:
        if self.is_going:
            await self.ask("POST", "/api/desk/state", {"state": "break"})
            return
        if desk["owed"] is not None:  # the call broke off, or the server did
            await self._enter(desk["owed"])
        if not desk["devices_ready"]:
            tested = {"camera": True, "microphone": True}
            await self.ask("POST", "/api/desk/devices", tested)
        await self.ask("POST", "/api/desk/state", {"state": "available"})

    async def _answer(self, call: View) -> None:
        with self.board.at(Moment.RINGING):
            await asyncio.sleep(_REACTS_S)
            await self.ask("POST", "/api/desk/accept", {"call": call["id"]})
        self.book.keep("accept", call["id"])

    async def _serve(self, call: View) -> None:
        """In the room until the work is done, or the line is gone."""
        token = (await self.visitor.ask("POST", "/api/desk/pass", {"call": call["id"]}))["pass"]
        async with self.join(token, call["id"], "agent", self._faces) as client:
            work = asyncio.ensure_future(self._work(call))
            gone = asyncio.ensure_future(client.ended.wait())
            try:
                await asyncio.wait([work, gone], return_when=asyncio.FIRST_COMPLETED)
                if work.done():
                    await work
            finally:
                for one in (work, gone):
                    one.cancel()
                await asyncio.gather(work, gone, return_exceptions=True)
        if gone.done() and not client.is_over:
            await asyncio.sleep(AGAIN_S)

    async def _work(self, call: View) -> None:
        application = call["application"]
        await self._until_both_are_there()
        if (await self._file_of(application))["stage"] == "in_call":
            with self.board.at(Moment.CALL):
                await asyncio.sleep(_GREETS_S)
            for direction in self._movements(application):
                await self._move(application, direction)
            await self._decide(application)
        with self.board.at(Moment.FINISHING):
            await self.ask("POST", "/api/desk/end", {"call": call["id"]})
            self.book.keep("end", call["id"])
            await self._until_finished(call["id"])

    async def _until_both_are_there(self) -> None:
        while True:
            call = (await self.visitor.ask("GET", "/api/desk"))["call"]
            if call and call["state"] == "live" and call["live_since"]:
                return
            await asyncio.sleep(POLL_S)

    def _movements(self, application: str) -> tuple[str, ...]:
        if application not in self._wanted:
            is_thorough = self.draw.random() < _THOROUGH
            one = (self.draw.choice(MOVEMENTS),)
            self._wanted[application] = MOVEMENTS if is_thorough else one
        return self._wanted[application]

    async def _move(self, application: str, direction: str) -> None:
        """Ask for one movement, again when it failed; what was done before is not asked again."""
        while await self._is_missing(application, direction):
            with self.board.at(Moment.MOVEMENT):
                path = f"/api/files/{application}/movements"
                asked = (await self.ask("POST", path, {"direction": direction}))["id"]
                self.book.keep("movement", asked)
                outcome = await self._outcome(application, asked)
            self.book.keep("outcome", asked, outcome)

    async def _file_of(self, application: str) -> View:
        return await self.visitor.ask("GET", f"/api/files/{application}")

    async def _is_missing(self, application: str, direction: str) -> bool:
        """Neither passed nor tried often enough, before a crash or after it."""
        file = await self._file_of(application)
        asked = [m for call in file["calls"] for m in call["movements"]]
        states = [m["state"] for m in asked if m["direction"] == direction]
        return "passed" not in states and len(states) < _TRIES

    async def _outcome(self, application: str, asked: str) -> str:
        deadline = time.monotonic() + _MOVEMENT_S
        while time.monotonic() < deadline:
            await asyncio.sleep(POLL_S)
            file = await self._file_of(application)
            for movement in (m for call in file["calls"] for m in call["movements"]):
                if movement["id"] == asked and movement["state"] != "asked":
                    return str(movement["state"])
        raise TimeoutError

    async def _decide(self, application: str) -> None:
        file = await self._file_of(application)
        if file["decision"] is not None or file["stage"] == "decided":
            return
        with self.board.at(Moment.DECIDING):
            for item in CHECKLIST + FEATURES:
                body = {"item": item, "done": True}
                await self.ask("PUT", f"/api/files/{application}/checklist", body)
                self.book.keep("check", application, item)
            await self._question(application)
            file = await self._file_of(application)
            verdict: View = {"verdict": "reject", "reasons": ["movements-failed"]}
            if file["may"]["approve"]:
                verdict = {"verdict": "approve", "reasons": []}
            await self.ask("POST", f"/api/files/{application}/decision", verdict)
        self.book.keep("verdict", application, verdict["verdict"])

    async def _question(self, application: str) -> None:
        """Ask aloud what is drawn; whoever was not met in a call that goes on is asked nothing."""
        path = f"/api/files/{application}/questions"
        with suppress(Refused):
            await self.ask("POST", path)
            file = await self._file_of(application)
            for one in file["calls"][-1]["rounds"][-1]["questions"]:
                await self.ask("POST", f"{path}/{one['id']}/judged", {"passed": True})

    async def _until_finished(self, call: str) -> None:
        """Its recordings are finished when their files have left the spool."""
        for _ in range(100):
            if not any(self._spool.glob(f"{call}-*")):
                return
            await asyncio.sleep(0.02)

    async def _wrap_up(self, desk: View) -> None:
        if desk["call"] is not None:
            file = await self._file_of(desk["call"]["application"])
            if file["stage"] == "in_call":
                await self._decide(desk["call"]["application"])
        if desk["wrap_up_until"] and desk["now"] < desk["wrap_up_until"]:
            await asyncio.sleep(POLL_S)
        elif desk["owed"] is not None:
            await self._enter(desk["owed"])
        else:
            await self.ask("POST", "/api/desk/done")

    async def _enter(self, owed: View) -> None:
        """The entry: nothing was changed."""
        await self.ask("POST", "/api/desk/contact", {"call": owed["call"]})
