"""`ekyc demo --agent`: a simulated agent answers, asks for a photograph and movements, decides."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ekyc.demo.face import Portrait
from ekyc.demo.frames import FrameBook
from ekyc.demo.head import Head
from ekyc.demo.peer import CallClient, MediaClient, Message, is_at_home
from ekyc.demo.visitor import Visitor
from ekyc.demo.voice import speech
from ekyc.domain.decision import CHECKLIST, FEATURES, MOVEMENTS
from ekyc.domain.still import JUDGED, StillOf

_MOVEMENT_S = 30.0
_STILL_S = 20.0
_TRIES = 3
Say = Callable[[str], None]


class Agent:
    """One simulated agent; approves who did all movements, else says what was missing."""

    def __init__(self, visitor: Visitor, *, login: str, cache: Path, say: Say) -> None:
        self._visitor, self._login, self._cache, self._say = visitor, login, cache, say

    async def sign_in(self, password: str) -> None:
        """Both factors; the second comes from the demo's inbox."""
        known = await self._visitor.inbox()
        body = {"login": self._login, "password": password}
        challenge = await self._visitor.ask("POST", "/api/staff/sign-in", body)
        code = await self._visitor.code_from_inbox("totp", self._login, known=known)
        await self._visitor.ask("POST", "/api/staff/sign-in/code", {**challenge, "code": code})
        devices = {"camera": True, "microphone": True}
        await self._visitor.ask("POST", "/api/desk/devices", devices)

    async def serve(self, *, calls: int | None = None, patience_s: float = 86_400.0) -> None:
        """Answer calls, one after the other; `calls` says how many, all when None."""
        book = await asyncio.to_thread(FrameBook, Portrait.COLLINS, self._cache)
        served = 0
        while calls is None or served < calls:
            await self._available()
            desk = await self._until(
                lambda d: bool(d["call"]) and d["call"]["state"] == "ringing", patience_s, "a ring"
            )
            await self._answer(desk["call"], book)
            served += 1

    async def _available(self) -> None:
        desk = await self._visitor.ask("GET", "/api/desk")
        if desk["owed"] is not None:
            entry = {"call": desk["owed"]["call"]}
            desk = await self._visitor.ask("POST", "/api/desk/contact", entry)
        if desk["state"] == "wrap_up":
            await self._done()
        elif desk["state"] not in {"available", "ringing", "in_call"}:
            await self._visitor.ask("POST", "/api/desk/state", {"state": "available"})
            self._say("agent: available")

    async def _done(self) -> None:
        """Wrap-up lasts a while at least."""
        while True:
            desk = await self._visitor.ask("GET", "/api/desk")
            if desk["wrap_up_until"] is None or desk["now"] >= desk["wrap_up_until"]:
                break
            await asyncio.sleep(0.5)
        await self._visitor.ask("POST", "/api/desk/done")

    async def _answer(self, call: dict[str, Any], book: FrameBook) -> None:
        self._say("agent: answers")
        await self._visitor.ask("POST", "/api/desk/accept", {"call": call["id"]})
        token = (await self._visitor.ask("POST", "/api/desk/pass", {"call": call["id"]}))["pass"]
        head = Head(book)
        async with CallClient(
            self._visitor.http,
            self._visitor.address,
            token,
            media=MediaClient(
                head.frame,
                speech(20.0, seed=7, pitch_hz=210.0),
                at_home=is_at_home(self._visitor.address),
            ),
            hear=self._hear,
        ) as client:
            if await self._meet(call["application"]):
                await self._judge(call["application"])
            if not client.ended.is_set():
                await self._visitor.ask("POST", "/api/desk/end", {"call": call["id"]})

    def _hear(self, message: Message) -> None:
        """What the call's page is told; the simulated agent asks the file instead."""

    async def _meet(self, application: str) -> bool:
        """Whether both were connected."""

        async def look() -> dict[str, Any]:
            return await self._visitor.ask("GET", f"/api/files/{application}")

        def is_live(file: dict[str, Any]) -> bool:
            call = file["calls"][-1]
            return bool(call["live_at"]) or call["state"] == "ended"

        file = await self._visitor.until(look, is_live, within_s=90, what="the customer")
        return bool(file["calls"][-1]["state"] != "ended")

    async def _judge(self, application: str) -> None:
        await self._look_at_the_document(application)
        for direction in MOVEMENTS:
            await self._ask(application, direction)
        for item in CHECKLIST + FEATURES:
            path = f"/api/files/{application}/checklist"
            await self._visitor.ask("PUT", path, {"item": item, "done": True})
        await self._question(application)
        file = await self._visitor.ask("GET", f"/api/files/{application}")
        approve = file["may"]["approve"]
        verdict = (
            {"verdict": "approve", "reasons": []}
            if approve
            else {"verdict": "reject", "reasons": ["movements-failed"]}
        )
        await self._visitor.ask("POST", f"/api/files/{application}/decision", verdict)
        self._say(f"agent: {verdict['verdict']}")

    async def _question(self, application: str) -> None:
        """Ask aloud what is drawn; the simulated customer answers well."""
        path = f"/api/files/{application}/questions"
        await self._visitor.ask("POST", path)
        file = await self._visitor.ask("GET", f"/api/files/{application}")
        for one in file["calls"][-1]["rounds"][-1]["questions"]:
            await self._visitor.ask("POST", f"{path}/{one['id']}/judged", {"passed": True})

    async def _look_at_the_document(self, application: str) -> None:
        """Ask for the document as it is, tilted, and for what is shown on command."""
        stills = f"/api/files/{application}/stills"
        await self._ask_still(application, stills, {"of": StillOf.DOCUMENT.value})
        await self._ask_still(application, f"/api/files/{application}/tilts", None)
        for view in sorted(JUDGED):
            still = await self._ask_still(application, stills, {"view": view.value})
            if still["state"] == "taken":
                path = f"{stills}/{still['id']}/judged"
                await self._visitor.ask("POST", path, {"passed": True})

    async def _ask_still(
        self, application: str, path: str, body: dict[str, str] | None
    ) -> dict[str, Any]:
        """The last photograph asked for; who takes none is not held up for it."""
        await self._visitor.ask("POST", path, body)

        async def look() -> dict[str, Any]:
            file = await self._visitor.ask("GET", f"/api/files/{application}")
            last: dict[str, Any] = file["calls"][-1]["stills"][-1]
            return last

        outcome = await look()
        with contextlib.suppress(TimeoutError):
            outcome = await self._visitor.until(
                look, lambda s: s["state"] != "asked", within_s=_STILL_S, what="a photograph"
            )
        self._say(f"agent: photograph {outcome['view'] or outcome['of']} {outcome['state']}")
        return outcome

    async def _ask(self, application: str, direction: str) -> None:
        """Ask for one movement, again when it failed."""
        for _ in range(_TRIES):
            path = f"/api/files/{application}/movements"
            asked = (await self._visitor.ask("POST", path, {"direction": direction}))["id"]

            async def look(asked: str = asked) -> dict[str, Any]:
                file = await self._visitor.ask("GET", f"/api/files/{application}")
                done = [m for c in file["calls"] for m in c["movements"] if m["id"] == asked]
                return done[0] if done else {"state": "asked"}

            outcome = await self._visitor.until(
                look, lambda m: m["state"] != "asked", within_s=_MOVEMENT_S, what=direction
            )
            self._say(f"agent: {direction} {outcome['state']} {outcome.get('reason') or ''}")
            if outcome["state"] == "passed":
                return

    async def _until(
        self, is_there: Callable[[dict[str, Any]], bool], within_s: float, what: str
    ) -> dict[str, Any]:
        async def look() -> dict[str, Any]:
            return await self._visitor.ask("GET", "/api/desk")

        return await self._visitor.until(look, is_there, within_s=within_s, what=what)
