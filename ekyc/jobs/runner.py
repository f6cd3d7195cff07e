"""The embedded runner: what is due is done, retried with growing waits, or put aside for a person.

One process, one runner: what was running when the process died is due again at the next start, so
every handler must be harmless when it runs twice. Each kind of work has its own loop: a CRM that
does not answer holds up webhooks, not recordings. Kinds that ring people have several: a service
that does not answer holds up nobody else's ring.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import timedelta
from typing import Any

import structlog

from ekyc.journey.ports import Clock
from ekyc.settings import Jobs
from ekyc.storage import jobs
from ekyc.storage.jobs import Due
from ekyc.storage.store import Store, Tx

log = structlog.get_logger(__name__)

Work = Callable[[dict[str, Any]], Awaitable[None]]
LastWord = Callable[[Tx, dict[str, Any]], Awaitable[None]]


class Runner:
    """Takes one job of a kind after another; `handlers` maps a kind to its work.

    `given_up` maps a kind to what is told when a job is put aside, in the same transaction. Of the
    kinds in `urgent` several are done at once, in no order.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: Jobs,
        handlers: Mapping[str, Work],
        given_up: Mapping[str, LastWord] | None = None,
        urgent: Collection[str] = (),
    ) -> None:
        self._store, self._clock, self._rules = store, clock, rules
        self._handlers, self._given_up, self._urgent = handlers, given_up or {}, urgent
        self._in_hand: set[str] = set()

    async def run(self) -> None:
        """Until cancelled; a kind without a handler stays due."""
        async with asyncio.TaskGroup() as group:
            for kind in self._handlers:
                for _ in range(self._rules.at_once if kind in self._urgent else 1):
                    group.create_task(self._keep_at(kind), name=f"jobs.{kind}")

    async def _keep_at(self, kind: str) -> None:
        """A database that is away costs one poll; what it left running is due again afterwards."""
        interrupted = True
        async with self._store.bus.listen("jobs") as bell:
            while True:
                try:
                    if interrupted:
                        await self._resume(kind)
                    interrupted = False
                    while await self.step(kind):
                        pass
                except Exception:
                    interrupted = True
                    log.exception("jobs.interrupted", kind=kind)
                await bell.wait(self._rules.poll_s)

    async def _resume(self, kind: str) -> None:
        async with self._store.begin() as tx:
            await jobs.resume(tx, kind, but_for=self._in_hand)

    async def finish_off(self, kind: str, *, within_s: float) -> None:
        """After `run` was cancelled: do what is due of a kind, so long as there is time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._resume(kind)
                while await self.step(kind):
                    pass

    async def step(self, kind: str) -> bool:
        """Do one due job of a kind; False when none was due."""
        due = None
        try:
            async with self._store.begin() as tx:
                due = await jobs.take(tx, kind, now=self._clock.now())
                if due is not None:
                    self._in_hand.add(due.id)
            if due is not None:
                await self._do(due)
        finally:
            if due is not None:
                self._in_hand.discard(due.id)
        return due is not None

    async def _do(self, due: Due) -> None:
        try:
            await self._handlers[due.kind](due.payload)
        except Exception as error:
            await self._failed(due, error)
        else:
            async with self._store.begin() as tx:
                await jobs.finish(tx, due.id)

    async def _failed(self, due: Due, error: Exception) -> None:
        problem = type(error).__name__
        dead = due.attempts >= self._rules.attempts
        log.warning("job.failed", job=due.id, kind=due.kind, attempt=due.attempts, problem=problem)
        async with self._store.begin() as tx:
            if dead:
                await jobs.bury(tx, due.id, problem=problem)
                if due.kind in self._given_up:
                    await self._given_up[due.kind](tx, due.payload)
            else:
                due_at = self._clock.now() + self._wait(due.attempts)
                await jobs.again(tx, due.id, due_at=due_at, problem=problem)

    def _wait(self, attempts: int) -> timedelta:
        """Doubled each time, with a tenth of chance so that failures do not march in step."""
        longest = self._rules.backoff_max_s
        wait = min(longest, self._rules.backoff_s * 2.0 ** (attempts - 1))
        return timedelta(seconds=wait * random.uniform(0.9, 1.1))
