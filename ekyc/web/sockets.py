"""One browser's end of a room: what it is told, and when it is cut off."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from aiohttp import WSCloseCode, web

Message = Mapping[str, Any]

_PING_S = 5.0
_UNREAD = 100  # messages; a browser that reads none for five seconds of them is cut off


class Socket:
    """One browser's end: messages wait in a short line, and who does not read is cut off."""

    def __init__(self, ws: web.WebSocketResponse) -> None:
        self._ws = ws
        self._line: asyncio.Queue[Message | None] = asyncio.Queue(_UNREAD)

    def say(self, message: Message) -> None:
        """Put a message into the line; never waits."""
        try:
            self._line.put_nowait(message)
        except asyncio.QueueFull:
            self.hang_up()

    def hang_up(self) -> None:
        """Close after what is already in the line; drop the newest if there is no place."""
        if self._line.full():
            self._line.get_nowait()
        self._line.put_nowait(None)

    async def deliver(self) -> None:
        """Send what is in the line, and a ping when there is nothing; ends with the socket."""
        while not self._ws.closed:
            message: Message | None = {"type": "ping"}
            with suppress(TimeoutError):
                async with asyncio.timeout(_PING_S):
                    message = await self._line.get()
            if message is None:
                break
            with suppress(ConnectionResetError):  # the reading side notices by itself
                await self._ws.send_json(message)
        await self._ws.close(code=WSCloseCode.OK)
