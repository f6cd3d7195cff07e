"""How the server is: what each part answers, how much room is left, whether it takes new calls."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from ekyc.domain import call as rules
from ekyc.domain.errors import CallsPaused
from ekyc.settings import Objects
from ekyc.storage import calls
from ekyc.storage.store import Store

log = structlog.get_logger(__name__)

Ping = Callable[[], Awaitable[str]]
"""How a part is, in a word; raises when it is not well."""

_ANSWERS_WITHIN_S = 5.0
_LOOK_S = 1.0
_MB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One part: its word, and whether the server can work with it."""

    name: str
    ok: bool
    word: str


class Vitals:
    """Asked by /readyz, by the customer's wish to call, and by the matcher."""

    def __init__(self, rules: Objects, pings: Mapping[str, Ping]) -> None:
        self._rules, self._pings = rules, pings
        self.is_draining = False
        """Set when the server is about to stop: no new calls, running ones may end."""
        self._said = ""

    def free_bytes(self) -> int:
        """Room left where recordings are written."""
        place = self._rules.spool.absolute()
        while not place.exists():
            place = place.parent
        return shutil.disk_usage(place).free

    def room(self) -> str:
        """ok, low or full, by the settings; a change is logged once."""
        free_mb = self.free_bytes() / _MB
        word = "ok" if free_mb >= self._rules.warn_free_mb else "low"
        word = word if free_mb >= self._rules.min_free_mb else "full"
        if word != self._said and (word != "ok" or self._said):
            log.warning("disk.room", state=word)
        self._said = word
        return word

    def takes_calls(self) -> bool:
        """Whether a new call may begin."""
        return not self.is_draining and self.room() != "full"

    def require_calls(self) -> None:
        """`CallsPaused` while no new call may begin."""
        if not self.takes_calls():
            raise CallsPaused

    async def examine(self) -> list[Finding]:
        """Every part, asked at the same time."""
        parts = list(self._pings.items())
        found = await asyncio.gather(*(_asked(name, ping) for name, ping in parts))
        room = self.room()
        return [
            *found,
            Finding(name="disk", ok=room != "full", word=room),
            Finding(
                name="server",
                ok=not self.is_draining,
                word="draining" if self.is_draining else "ok",
            ),
        ]

    async def drain(self, store: Store, within_s: float) -> None:
        """Take no new call and wait until the running ones have ended, so long at most."""
        self.is_draining = True
        log.info("server.draining")
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s), store.bus.listen("queue") as bell:
                while await _somebody_talks(store):
                    await bell.wait(_LOOK_S)


async def _asked(name: str, ping: Ping) -> Finding:
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN_S):
            return Finding(name=name, ok=True, word=await ping())
    except Exception as error:  # whatever a driver raises, this part is not well
        return Finding(name=name, ok=False, word=type(error).__name__)


async def _somebody_talks(store: Store) -> bool:
    async with store.read() as tx:
        return any(rules.is_answered(call) for call in await calls.unfinished(tx))


def writable(folder: Path) -> Ping:
    """Whether files can be made in a folder: tried, and taken away again."""

    async def ping() -> str:
        await asyncio.to_thread(_try, folder)
        return "ok"

    return ping


def _try(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / ".readyz"
    probe.write_bytes(b"")
    probe.unlink()
