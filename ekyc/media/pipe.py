"""The pipe between the web process and a media worker: JSON objects, each after its length.

Commands go down, replies and events come up. Nothing that crosses it can run code.
"""

import asyncio
import dataclasses
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from pathlib import PurePath
from struct import Struct
from typing import Any

from ekyc.domain.room import (
    Glanced,
    LineStepped,
    MovementEnded,
    MovementPictured,
    MovementProgress,
    PartyConnected,
    PartyDropped,
    Quality,
    RecordingClosed,
    RecordingInterrupted,
    RoomEvent,
    RoomLive,
    RoomLost,
)

Message = dict[str, Any]

_LENGTH = Struct("!I")
_LONGEST = 4 << 20  # a movement's series is the longest thing said: some 20 kB
_EVENTS: Mapping[str, Callable[..., RoomEvent]] = {
    kind.__name__: kind
    for kind in (
        PartyConnected,
        PartyDropped,
        RoomLive,
        MovementProgress,
        MovementEnded,
        MovementPictured,
        Glanced,
        Quality,
        LineStepped,
        RecordingClosed,
        RecordingInterrupted,
        RoomLost,
    )
}


class Pipe:
    """One end of the pipe."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def over(cls, end: socket.socket) -> "Pipe":
        """Talk over this end of a socket pair."""
        reader, writer = await asyncio.open_unix_connection(sock=end)
        return cls(reader, writer)

    def send(self, message: Message) -> None:
        """Say something; what the other side does not read waits in memory.

        Once it is gone nothing is said any more: whoever has recordings to close goes on closing.
        """
        if self._writer.is_closing():
            return  # uvloop would raise
        body = json.dumps(message).encode()
        self._writer.write(_LENGTH.pack(len(body)) + body)

    @property
    def unread_bytes(self) -> int:
        """How much the other side has not taken yet."""
        return self._writer.transport.get_write_buffer_size()

    async def messages(self) -> AsyncIterator[Message]:
        """What the other side says, until it hangs up."""
        while True:
            try:
                (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
                if length > _LONGEST:
                    return
                yield json.loads(await self._reader.readexactly(length))
            except (EOFError, ConnectionError):
                return

    def close(self) -> None:
        """Hang up, after everything said is sent."""
        self._writer.close()


def event_message(event: RoomEvent) -> Message:
    """An event as it crosses the pipe."""
    fields = {f.name: _plain(getattr(event, f.name)) for f in dataclasses.fields(event)}
    return {"event": type(event).__name__, "fields": fields}


def event_of(message: Message) -> RoomEvent:
    """The event of `event_message`."""
    fields = dict(message["fields"])
    for name in ("at", "started_at"):
        if name in fields:
            fields[name] = datetime.fromisoformat(fields[name])
    if "path" in fields:
        fields["path"] = PurePath(fields["path"])
    for name in ("series", "points"):
        if name in fields:
            fields[name] = tuple(tuple(point) for point in fields[name])
    if "template" in fields:
        fields["template"] = tuple(fields["template"])
    return _EVENTS[message["event"]](**fields)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, PurePath) else value
