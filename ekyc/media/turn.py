"""A look at a TURN server: does it answer, and does it take our names?"""

import asyncio
import re
from typing import Final

from aioice import stun, turn

from ekyc.domain.turn import Credentials

_URL: Final = re.compile(r"(turns?):(\[[^]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(\w+))?")
_PORTS: Final = {"turn": 3478, "turns": 5349}


class NoRelay(Exception):
    """The TURN server gave nothing; the message says what it said."""


async def relayed(url: str, known: Credentials, *, within_s: float) -> tuple[str, int]:
    """The address this machine was given on the TURN server for a moment; `NoRelay`."""
    try:
        async with asyncio.timeout(within_s):
            return await _allocate(url, known)
    except stun.TransactionFailed as refused:
        raise NoRelay(str(refused)) from None
    except stun.TransactionTimeout:
        raise NoRelay("no answer") from None
    except (OSError, TimeoutError) as error:
        raise NoRelay(f"{type(error).__name__}: {error}") from None


async def _allocate(url: str, known: Credentials) -> tuple[str, int]:
    parts = _URL.fullmatch(url)
    assert parts is not None  # the settings took it
    scheme, host, port, transport = parts.groups()
    endpoint, _ = await turn.create_turn_endpoint(
        asyncio.DatagramProtocol,
        (host.strip("[]"), int(port or _PORTS[scheme])),
        username=known.username,
        password=known.password,
        ssl=scheme == "turns",
        transport="tcp" if scheme == "turns" else transport or "udp",
    )
    address: tuple[str, int] = endpoint.get_extra_info("sockname")
    endpoint.close()
    await asyncio.sleep(0)  # the farewell is sent by a task of aioice's
    return address
