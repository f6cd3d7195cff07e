"""`ekyc demo`: a simulated customer walks the whole journey against a running server."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from ekyc.crew import Crew
from ekyc.demo import cards
from ekyc.demo.face import Portrait
from ekyc.demo.face import photograph as portrait_of
from ekyc.demo.frames import FrameBook
from ekyc.demo.head import Head
from ekyc.demo.peer import CallClient, MediaClient, Message, is_at_home
from ekyc.demo.photographs import photograph
from ekyc.demo.specimen import Specimen, a_specimen
from ekyc.demo.views import shown
from ekyc.demo.visitor import Refused, Visitor
from ekyc.demo.voice import speech
from ekyc.domain.document import Side
from ekyc.domain.still import StillOf, View

_PRECHECK_S = 3.0
_TAKES = 3
"""Tries at one photograph before the customer gives up."""
_LOOK_S = 1.0
"""How often the customer looks whether the agent asks for a photograph."""

Say = Callable[[str], None]


@dataclass(slots=True)
class Walk:
    """What one customer met: seconds since the start at each stage, and how it ended."""

    reference: str = ""
    stages: dict[str, float] = field(default_factory=dict)
    verdict: str | None = None


class Customer:
    """One simulated customer with a card, a face and a voice; `seed` makes the card's person."""

    def __init__(
        self, visitor: Visitor, *, seed: int, cache: Path, say: Say, patience_s: float = 600.0
    ) -> None:
        self._visitor, self._seed, self._cache, self._say = visitor, seed, cache, say
        self._patience_s = patience_s
        self._specimen: Specimen = a_specimen(seed)
        self._stills: dict[StillOf, bytes] = {}
        self._drawn: dict[StillOf, Image.Image] = {}
        """What the customer photographs when the agent asks for it in the call."""
        self.walk = Walk()
        self._started_s = time.monotonic()

    async def run(self, link: str) -> Walk:
        """From the link to the verdict; raises `Refused` and `TimeoutError`."""
        book = await asyncio.to_thread(FrameBook, Portrait.HOPPER, self._cache)
        await self._apply(link)
        await self._photographs()
        await self._confirm()
        await self._precheck(Head(book))
        await self._call(Head(book))
        view = await self._until(lambda v: v["decision"] is not None, "the verdict")
        self.walk.verdict = view["decision"]["verdict"]
        return self.walk

    async def _apply(self, link: str) -> None:
        ask = self._visitor.ask
        view = await ask("POST", "/api/customer/session", {"token": link.partition("#")[2]})
        self.walk.reference = view["reference"]
        self._at(view)
        given = {k: view["consents"][k] for k in ("version",)}
        body = {"given": view["consents"]["kinds"], "language": view["language"], **given}
        self._at(await ask("POST", "/api/customer/consents", body))
        known = await self._visitor.inbox()
        view = await ask("POST", "/api/customer/code")
        last = view["phone"]["masked"][-3:]
        code = await self._visitor.code_from_inbox("sms", last, known=known)
        self._at(await ask("POST", "/api/customer/code/confirm", {"code": code}))

    async def _photographs(self) -> None:
        await self._visitor.ask("POST", "/api/customer/document", {"kind": "cccd-2021"})
        portrait = Image.fromarray(await asyncio.to_thread(portrait_of, Portrait.HOPPER))
        self._stills[StillOf.FACE] = await asyncio.to_thread(_jpeg, portrait)
        self._drawn[StillOf.FACE] = portrait
        sides = {
            Side.FRONT: cards.front(self._specimen, portrait=portrait),
            Side.BACK: cards.back(self._specimen),
        }
        self._drawn[StillOf.DOCUMENT] = sides[Side.FRONT].image
        for side, card in sides.items():
            for take in range(_TAKES):
                taken = await asyncio.to_thread(photograph, card, seed=self._seed + take)
                self._stills.setdefault(StillOf.DOCUMENT, taken.jpeg)
                path = f"/api/customer/photographs/{side.value}?origin=camera"
                view = await self._visitor.ask("PUT", path, image=taken.jpeg)
                if view["photographs"][side.value]["state"] == "accepted":
                    break
        self._at(await self._visitor.ask("GET", "/api/customer/application"))

    async def _confirm(self) -> None:
        fields = dict(self._specimen.fields)
        fields.pop("old_number", None)
        self._at(await self._visitor.ask("POST", "/api/customer/confirm", {"fields": fields}))

    async def _precheck(self, head: Head) -> None:
        token = (await self._visitor.ask("POST", "/api/customer/precheck"))["pass"]
        async with self._client(token, head):
            await asyncio.sleep(_PRECHECK_S)
        result = {"camera": True, "microphone": True}
        await self._visitor.ask("POST", "/api/customer/precheck/result", result)
        self._at(await self._visitor.ask("POST", "/api/customer/ticket"))

    async def _call(self, head: Head) -> None:
        self._at(await self._until(lambda v: v["page"] in {"call", "result"}, "an agent"))
        token = (await self._visitor.ask("POST", "/api/customer/pass"))["pass"]
        crew = Crew()
        async with self._client(token, head) as client:
            crew.start(self._give_stills(), name="demo.stills")
            try:
                await asyncio.wait_for(client.ended.wait(), self._patience_s)
            finally:
                await crew.dismiss()

    async def _give_stills(self) -> None:
        """Take each photograph the agent asks for."""
        while True:
            view = await self._visitor.ask("GET", "/api/customer/application")
            if wish := (view["call"] or {}).get("still"):
                how = None if wish["view"] is None else View(wish["view"])
                await self._give_still(wish["id"], StillOf(wish["of"]), how)
            await asyncio.sleep(_LOOK_S)

    async def _give_still(self, still: str, of: StillOf, view: View | None) -> None:
        path = f"/api/customer/stills/{still}"
        picture = self._stills[of]
        if view is not None:
            picture = await asyncio.to_thread(shown, view, self._drawn, seed=self._seed)
        try:
            await self._visitor.ask("PUT", path, image=picture)
        except Refused as error:  # no longer wanted; or a full house, and it is tried again
            self._say(f"{self.walk.reference}: photograph refused, {error.code}")
        else:
            self._say(f"{self.walk.reference}: photograph of the {of.value} {view or ''}".rstrip())

    def _client(self, token: str, head: Head) -> CallClient[MediaClient]:
        return CallClient(
            self._visitor.http,
            self._visitor.address,
            token,
            media=MediaClient(
                head.frame,
                speech(20.0, seed=self._seed),
                at_home=is_at_home(self._visitor.address),
            ),
            hear=lambda message: self._hear(head, message),
        )

    def _hear(self, head: Head, message: Message) -> None:
        """What the call's page is told: the head does as asked."""
        head.hear(message)

    async def _until(self, is_there: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        async def look() -> dict[str, Any]:
            view = await self._visitor.ask("GET", "/api/customer/application")
            self._at(view)
            return view

        return await self._visitor.until(look, is_there, within_s=self._patience_s, what=what)

    def _at(self, view: dict[str, Any]) -> None:
        stage = view["stage"]
        if stage not in self.walk.stages:
            self.walk.stages[stage] = round(time.monotonic() - self._started_s, 1)
            self._say(f"{self.walk.reference}: {stage}")


def _jpeg(picture: Image.Image) -> bytes:
    into = BytesIO()
    picture.save(into, "JPEG", quality=92)
    return into.getvalue()
