"""Server-sent events: "something changed, look again", for as long as a page is open.

An open page is also presence: it keeps a customer's place in the queue, an agent's desk available.
A phone without a network says no goodbye, so what is sent to it has to be acknowledged in time.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from ekyc.domain.errors import EkycError
from ekyc.storage.bus import Bell, Bus

_LOOK_S = 2.5  # a closed page is noticed, and a moved place in the queue told, at least this often
_REST_S = 0.2  # what happens in a burst is told once
_CHANGED = b"event: changed\ndata: {}\n\n"
_CLOSING = "live.closing"

Mark = Callable[[], Awaitable[object]]
"""Something cheap to read whose change is news too; a refusal ends the stream."""


class Live:
    """The open streams of this node."""

    def __init__(self, bus: Bus, *, unheard_s: float) -> None:
        self._bus, self._unheard_s = bus, unheard_s
        self._open: Counter[str] = Counter()
        self._is_closing = False

    def close(self) -> None:
        """End every stream: the server stops."""
        self._is_closing = True
        self._bus.publish(_CLOSING)

    def opened(self, subject: str) -> None:
        """One more page of this customer or agent is open."""
        self._open[subject] += 1

    def closed(self, subject: str) -> bool:
        """A page was closed; whether it was the last."""
        self._open[subject] -= 1
        if self._open[subject] > 0:
            return False
        del self._open[subject]
        return True

    async def stream(self, request: web.Request, *topics: str, mark: Mark) -> web.StreamResponse:
        """Send `changed` now and whenever a topic rings or the mark differs, until the page closes.

        Now: what a page looked at before may be old, and nobody listened for it in between.
        """
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        response.headers["X-Accel-Buffering"] = "no"  # proxies would hold events back
        async with self._bus.listen(*topics, _CLOSING) as bell:
            # A closed page has nobody left to tell; one that may not look any more asks again.
            with suppress(ConnectionResetError, EkycError):
                await response.prepare(request)
                self._expect_to_be_heard(request)
                await response.write(b"retry: 1000\n\n")
                await self._speak(request, response, bell, mark)
        return response

    def _expect_to_be_heard(self, request: web.Request) -> None:
        """Have the kernel (RFC 5482) close a connection whose end acknowledges nothing any more.

        Left to itself Linux sends the same again for a quarter of an hour.
        """
        option = getattr(socket, "TCP_USER_TIMEOUT", None)
        line = request.transport
        end = None if line is None else line.get_extra_info("socket")
        if option is not None and end is not None:  # other kernels than Linux have no such option
            end.setsockopt(socket.IPPROTO_TCP, option, round(1000 * self._unheard_s))

    async def _speak(
        self, request: web.Request, response: web.StreamResponse, bell: Bell, mark: Mark
    ) -> None:
        seen, silent_s = await mark(), 0.0
        await response.write(_CHANGED)
        while True:
            rang = await bell.wait(_LOOK_S)
            if self._is_closing or request.transport is None or request.transport.is_closing():
                return
            before, seen = seen, await mark()
            silent_s += _LOOK_S
            if rang or seen != before:
                await response.write(_CHANGED)
                await asyncio.sleep(_REST_S)
            elif silent_s >= self._unheard_s / 2:
                await response.write(b": still here\n\n")
            else:
                continue
            silent_s = 0.0
