"""Lets go of what has lapsed: applications, sessions, codes; reminds who broke off."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from ekyc.jobs.turn import attempt
from ekyc.journey import export, lapse
from ekyc.journey.lapse import Word
from ekyc.journey.ports import Clock, Sender
from ekyc.settings import Settings
from ekyc.storage import lapsed
from ekyc.storage.objects import Objects
from ekyc.storage.store import Store

_BATCH = 100


class Sweeper:
    """A turn a minute, as shipped; `word` writes the reminder, None when nobody can be reached."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings,
        *,
        sender: Sender,
        word: Word | None,
    ) -> None:
        self._store, self._clock, self._settings = store, clock, settings
        self._sender, self._word = sender, word

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.turn()
            await asyncio.sleep(self._settings.jobs.sweep_s)

    async def turn(self) -> None:
        """Remind before it is too late, expire, delete, sweep."""
        store, clock, rules = self._store, self._clock, self._settings.applications
        days, hours = rules.keep_broken_off_days, rules.remind_hours
        if hours and self._word is not None:
            word = self._word
            await self._step(
                "remind",
                lambda: lapse.remind(
                    store, clock, self._sender, after_hours=hours, word=word, limit=_BATCH
                ),
            )
        await self._step("expire", lambda: lapse.expire(store, clock, limit=_BATCH))
        await self._step(
            "delete", lambda: lapse.delete(store, clock, after_days=days, limit=_BATCH)
        )
        await self._step("exports", lambda: export.remove(store, clock, limit=_BATCH))
        await self._step("sweep", self._sweep)

    async def _step(self, step: str, act: Callable[[], Awaitable[int]]) -> None:
        await attempt("sweeper", step, act)

    async def _sweep(self) -> int:
        rules, now = self._settings, self._clock.now()
        async with self._store.begin() as tx:
            return await lapsed.sweep(
                tx,
                now=now,
                unused_since=now - timedelta(minutes=rules.staff.session_idle_min),
                answered_before=now - timedelta(hours=rules.crm.idempotency_hours),
                kept_since=now - timedelta(days=rules.applications.keep_broken_off_days),
                messages_since=now - timedelta(days=rules.codes.log_days),
                rung_since=now - timedelta(days=rules.push.keep_days),
                done_since=now - timedelta(days=rules.jobs.keep_done_days),
            )


def discarder(objects: Objects) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """The handler of `objects.discard`: files whose rows are gone; harmless when it runs twice."""

    async def work(payload: dict[str, Any]) -> None:
        await asyncio.to_thread(objects.discard, *payload["keys"])

    return work
