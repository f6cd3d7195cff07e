"""One browser's worth of HTTP for the demo's people: cookies, our header, refusals raised."""

import asyncio
import re
import time
from collections.abc import AsyncIterable, Awaitable, Callable
from types import TracebackType
from typing import Any, Self

import aiohttp

_POLL_S = 0.4


class Refused(Exception):
    """The server said no; `code` is its stable error code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code = status, code


class Visitor:
    """Somebody with a cookie jar of their own."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        # unsafe: the jar keeps cookies of plain addresses such as 127.0.0.1
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        image: bytes | AsyncIterable[bytes] | None = None,
    ) -> dict[str, Any]:
        """One request; raises `Refused`."""
        headers = {"X-Ekyc": "1"}
        if image is not None:
            headers["Content-Type"] = "image/jpeg"
        async with self.http.request(
            method, self.address + path, json=body, data=image, headers=headers
        ) as answer:
            said: dict[str, Any] = await answer.json(content_type=None)
            if answer.status >= 400:
                raise Refused(answer.status, said.get("code", "error"))
            return said

    async def until(
        self,
        look: Callable[[], Awaitable[dict[str, Any]]],
        is_there: Callable[[dict[str, Any]], bool],
        *,
        within_s: float,
        what: str,
    ) -> dict[str, Any]:
        """Look again and again until it is there; `TimeoutError` names what was waited for."""
        deadline = time.monotonic() + within_s
        while not is_there(seen := await look()):
            if time.monotonic() > deadline:
                raise TimeoutError(what)
            await asyncio.sleep(_POLL_S)
        return seen

    async def code_from_inbox(self, channel: str, to: str, *, known: frozenset[str]) -> str:
        """The digits of the newest message to somebody that was not there before."""

        async def look() -> dict[str, Any]:
            return await self.ask("GET", "/api/demo/inbox")

        def fresh(seen: dict[str, Any]) -> list[dict[str, Any]]:
            return [
                m
                for m in seen["messages"]
                if m["channel"] == channel and m["to"].endswith(to) and m["id"] not in known
            ]

        seen = await self.until(look, lambda s: bool(fresh(s)), within_s=10, what="a code")
        digits = re.search(r"\b\d{6}\b", fresh(seen)[0]["text"])
        assert digits is not None  # these channels carry nothing but codes
        return digits.group()

    async def inbox(self) -> frozenset[str]:
        """Ids of the messages that are there now."""
        seen = await self.ask("GET", "/api/demo/inbox")
        return frozenset(message["id"] for message in seen["messages"])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.http.close()
