"""Strangers, in a process of their own: they spray datagrams at ports that are not theirs.

Started by `bench.partner` as `python -m ekyc.bench.strangers FD`. What they send is as good as
somebody can make it who does not know the call's passwords and keys.
"""

import asyncio
import os
import socket
import struct
import time
from collections import Counter
from itertools import cycle
from typing import Any

from aioice import stun

from ekyc.bench.child import run
from ekyc.media.pipe import Message, Pipe

PER_S = {"media": 12_000, "checks": 12_000, "handshakes": 2_000}
"""Datagrams of each kind in a second."""

_TICK_S = 0.004
_MOST_AT_ONCE = 400  # of a kind: who is late does not catch up with a thousand
_SENDERS = 4  # addresses of each kind
_PAYLOAD_BYTES = 900


def _media(number: int) -> bytes:
    """RTP by its header (RFC 3550 §5.1), the rest noise."""
    head = struct.pack("!BBHII", 0x80, 0x60, number & 0xFFFF, number * 3000 & 0xFFFFFFFF, 4711)
    return head + os.urandom(_PAYLOAD_BYTES)


def _check() -> bytes:
    """A well-formed connection check with a guessed password (RFC 8445 §7.1)."""
    message = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    message.attributes["USERNAME"] = "guessed:guessed"
    message.attributes["PRIORITY"] = 1
    message.attributes["ICE-CONTROLLING"] = 1
    message.add_message_integrity(b"guessed")
    return bytes(message)


def _record(kind: int, content: bytes, number: int) -> bytes:
    """A DTLS record of epoch 0, which nothing protects (RFC 6347 §4.1)."""
    return struct.pack("!BHHHIH", kind, 0xFEFD, 0, 0, number, len(content)) + content


_FATAL = b"\x02\x28"
_HELLO = b"\x01" + bytes(11) + b"\xfe\xfd" + bytes(38)
_BATCH = 64
DATAGRAMS = {
    "media": [_media(number) for number in range(_BATCH)],
    "checks": [_check() for _ in range(_BATCH)],
    "handshakes": [
        _record(22, _HELLO, number) if number % 2 else _record(21, _FATAL, number)
        for number in range(_BATCH)
    ],
}
"""What is sent, over and over."""


class Strangers:
    """What is sprayed where; ports may be added while it goes on."""

    def __init__(self) -> None:
        self._ports: dict[str, list[tuple[str, int]]] = {kind: [] for kind in PER_S}
        self._sent: Counter[str] = Counter()
        self._spraying: asyncio.Task[None] | None = None
        self._began = time.monotonic()

    async def do(self, message: Message) -> Any:
        """One command's result."""
        match message["do"]:
            case "spray":
                for kind in message["kinds"]:
                    self._ports[kind] = [(host, port) for host, port in message["ports"]]
                if self._spraying is None:
                    self._began = time.monotonic()
                    self._spraying = asyncio.create_task(self._spray())
                return None
            case _:
                return await self._stop()

    async def _stop(self) -> dict[str, Any]:
        if self._spraying is not None:
            self._spraying.cancel()
        seconds = time.monotonic() - self._began
        return {"seconds": seconds, "sent": dict(self._sent)}

    async def _spray(self) -> None:
        senders = {kind: [_sender() for _ in range(_SENDERS)] for kind in PER_S}
        turns = {kind: cycle(DATAGRAMS[kind]) for kind in PER_S}
        before = time.monotonic()
        while True:
            await asyncio.sleep(_TICK_S)
            now = time.monotonic()
            for kind, per_s in PER_S.items():
                due = min(_MOST_AT_ONCE, round(per_s * (now - before)))
                for number in range(due if self._ports[kind] else 0):
                    ports = self._ports[kind]
                    target = ports[number % len(ports)]
                    try:
                        senders[kind][number % _SENDERS].sendto(next(turns[kind]), target)
                        self._sent[kind] += 1
                    except BlockingIOError:  # our own socket is full
                        break
            before = now


def _sender() -> socket.socket:
    own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    own.setblocking(False)
    return own


async def _main(end: socket.socket) -> None:
    pipe = await Pipe.over(end)
    messages = pipe.messages()
    await anext(messages)
    strangers = Strangers()
    pipe.send({"result": None})
    async for message in messages:
        pipe.send({"result": await strangers.do(message)})
    pipe.close()


if __name__ == "__main__":
    run(_main)
