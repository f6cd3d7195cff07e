"""The figures of running calls on their way into the file: heard each second, written in groups.

A transaction a second for each party would make everybody else wait for the disk. What a server
that is killed had not written yet is missing in the file.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from ekyc.domain import line as rules
from ekyc.domain.call import BOTH
from ekyc.domain.room import Quality
from ekyc.storage import calls, lines
from ekyc.storage.store import Store

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Heard:
    due_at: datetime
    seconds: list[Quality] = field(default_factory=list)


class Figures:
    """What was heard of each call and is not written yet."""

    def __init__(self, store: Store, *, every_s: float, longest_s: float) -> None:
        self._store, self._every = store, timedelta(seconds=every_s)
        self._longest_s = longest_s
        self._calls: dict[str, _Heard] = {}

    async def hear(self, quality: Quality) -> None:
        """Keep it in mind; write what was heard of the call when that is due."""
        heard = self._calls.get(quality.room)
        if heard is None:
            heard = self._calls[quality.room] = _Heard(quality.at + self._every)
        heard.seconds.append(quality)
        # While nothing can be written the oldest give way: memory is bounded as the file is.
        del heard.seconds[: -2 * round(self._longest_s)]
        if quality.at >= heard.due_at:
            heard.due_at = quality.at + self._every
            await self._try_to_write(quality.room, heard)

    async def finish(self, call_id: str) -> None:
        """The call is over: write the rest."""
        heard = self._calls.pop(call_id, None)
        if heard is not None:
            await self._try_to_write(call_id, heard)

    async def _try_to_write(self, call_id: str, heard: _Heard) -> None:
        """A full disk costs figures, not the call; what is kept in mind is tried again."""
        try:
            await self._write(call_id, heard.seconds)
        except Exception as error:
            log.error("line.unwritten", room=call_id, problem=type(error).__name__)
        else:
            heard.seconds.clear()

    async def _write(self, call_id: str, seconds: list[Quality]) -> None:
        async with self._store.begin() as tx:
            call = await calls.find(tx, call_id)
            if call is None or call.live_at is None:
                return
            for party in BOTH:
                series = rules.of_call(
                    [quality for quality in seconds if quality.party == party.value],
                    live_at=call.live_at,
                    last=await lines.last(tx, call_id, party),
                    longest_s=self._longest_s,
                )
                if series:
                    await lines.add(tx, call_id, party, series)
