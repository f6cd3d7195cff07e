"""A network between a browser and the server that loses packets: a UDP relay in the test's hand."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

_CANDIDATE = re.compile(r"^(a=candidate:\S+ \d udp \d+ 127\.0\.0\.1) (\d+) ", re.MULTILINE)
_MEDIA = range(128, 192)
"""First byte of RTP and RTCP (RFC 7983); checks and handshakes pass."""


class Way(asyncio.DatagramProtocol):
    """One browser's way to one port of the server; `up` and `down` are shares lost, 0 to 1."""

    def __init__(self, server: int) -> None:
        self._server, self._dice = ("127.0.0.1", server), random.Random(7)
        self._browser: Any = None
        self.up = self.down = 0.0
        self.lost = 0

    def connection_made(self, transport: Any) -> None:
        """The relay's own port."""
        self._transport = transport

    def datagram_received(self, data: bytes, source: Any) -> None:
        """Pass on to the other side, or not."""
        is_up = source != self._server
        if is_up:
            self._browser = source
        if data[0] in _MEDIA and self._dice.random() < (self.up if is_up else self.down):
            self.lost += 1
        elif (target := self._server if is_up else self._browser) is not None:
            self._transport.sendto(data, target)


@asynccontextmanager
async def through(answer: str) -> AsyncIterator[tuple[Way, str]]:
    """A way to the server of this answer, and the answer that leads onto it."""
    found = _CANDIDATE.search(answer)
    assert found is not None
    transport, way = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Way(int(found[2])), local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]
    try:
        yield way, _CANDIDATE.sub(rf"\1 {port} ", answer)
    finally:
        transport.close()
