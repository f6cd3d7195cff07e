"""The queue's process under kills: the real matcher on a real database, and people who act in it.

What was asked and answered is written down at once, one line each, so that a kill loses nothing
that somebody had been told.
"""

import asyncio
import json
import os
import random
import time
from collections.abc import Awaitable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from ekyc import logs
from ekyc.bench.history import Operation
from ekyc.clock import SteadyClock
from ekyc.domain.application import Application, Stage
from ekyc.domain.call import CallState
from ekyc.domain.decision import Verdict
from ekyc.domain.desk import Desk, DeskState
from ekyc.domain.device_test import DeviceTest, Network
from ekyc.domain.errors import EkycError
from ekyc.domain.queue import OPEN, TicketState
from ekyc.jobs.matcher import Matcher
from ekyc.journey import call as calling
from ekyc.journey import decision, desk, queue, room
from ekyc.settings import Booking, Call, Queue
from ekyc.storage import applications, calls
from ekyc.storage import queue as lines
from ekyc.storage.bus import Bus
from ekyc.storage.store import Store, Tx, new_id

AGENTS = 6
_WAITING = 10
"""So many wait at a time, or somebody new comes."""
_LEAVES = 0.03
_DECLINES = 0.1
_TALKS_S = 0.05
_REST_S = 0.03

RULES = Queue(
    ring_s=1.5, wrap_up_s=0, presence_s=3, desk_presence_s=2, verdict_min=0.05, poll_s=0.1
)
CALLS = Call(rejoin_s=3)
_TESTED = DeviceTest(camera=True, microphone=True, network=Network.OK, kbps=1000.0, loss=0.0)
_LOST = (DBAPIError, OSError, TimeoutError, ConnectionError)
"""The database went away: done or not, nobody knows."""


def ticks() -> float:
    """Seconds of this machine; the same clock in every process of it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Journal:
    """Appends a line when something is asked and when it is answered."""

    def __init__(self, file: Path) -> None:
        self._out = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    async def does(self, fact: str, key: str, act: Awaitable[object]) -> None:
        """Ask, and write down what was said; a refusal is an answer too."""
        id = new_id()
        self._write(id=id, fact=fact, key=key, asked_s=ticks())
        try:
            await act
            done = True
        except EkycError:
            done = False
        except _LOST:
            await asyncio.sleep(_REST_S)
            return
        self._write(id=id, answered_s=ticks(), done=done)

    def _write(self, **line: object) -> None:
        os.write(self._out, (json.dumps(line) + "\n").encode())


def operations(file: Path) -> list[Operation]:
    """Everything the processes wrote; what was not answered stands without an answer."""
    asked: dict[str, dict[str, object]] = {}
    for line in file.read_text().splitlines():
        with suppress(json.JSONDecodeError):  # cut off by a kill
            said = json.loads(line)
            asked.setdefault(said.pop("id"), {"answered_s": None, "done": None}).update(said)
    whole = [one for one in asked.values() if "fact" in one]
    return [Operation(**one) for one in whole]  # type: ignore[arg-type]


class House:
    """Agents at their desks and customers at their pages, all in one process."""

    def __init__(
        self, url: str, journal: Journal, up: Connection, *, seed: int, is_open: bool
    ) -> None:
        self._store, self._clock = Store(url, bus=Bus()), SteadyClock()
        self._journal, self._is_open, self._up = journal, is_open, up
        self._draw = random.Random(seed)

    async def run(self) -> None:
        """Until it is killed; closed, until nobody waits and every desk rests."""
        while True:  # as a server that waits for its database
            with suppress(*_LOST):
                await room.lose_all(self._store, self._clock)
                await desk.miss_all(self._store, self._clock)
                break
            await asyncio.sleep(_REST_S)
        self._up.send("up")
        matcher = Matcher(self._store, self._clock, RULES, CALLS, Booking())
        async with asyncio.TaskGroup() as group:
            work = [group.create_task(matcher.run()), group.create_task(self._customers())]
            work += [group.create_task(self._agent(f"agent-{n}")) for n in range(AGENTS)]
            await self._end()
            for task in work:
                task.cancel()
        await self._store.close()

    async def _end(self) -> None:
        """Looked at now and then: nobody rings a bell when nobody is left."""
        over = False
        while not over:
            await asyncio.sleep(0.5)
            with suppress(*_LOST):
                over = not self._is_open and await self._is_over()

    async def _is_over(self) -> bool:
        async with self._store.read() as tx:
            states = {d.state for n in range(AGENTS) for d in [await self._desk(tx, f"agent-{n}")]}
            return not await lines.tickets(tx, *OPEN, limit=1) and states == {DeskState.AVAILABLE}

    async def _desk(self, tx: Tx, id: str) -> Desk:
        return await lines.desk(tx, id, now=self._clock.now())

    async def _customers(self) -> None:
        """Every page is open; now and then somebody gives up, and somebody new comes."""
        while True:
            with suppress(*_LOST):
                async with self._store.read() as tx:
                    waiting = await lines.tickets(tx, *OPEN, limit=100)
                if self._is_open and len(waiting) < _WAITING:
                    await self._calls()
                for ticket in waiting:
                    await self._waits(ticket.application_id, ticket.state)
            await asyncio.sleep(_REST_S)

    async def _waits(self, id: str, state: TicketState) -> None:
        me = {"application_id": id}
        if state is TicketState.WAITING and self._draw.random() < _LEAVES / 10:
            act = queue.leave(self._store, self._clock, **me)
            await self._journal.does("ticket.left", id, act)
        else:
            await queue.see(self._store, self._clock, RULES, **me)

    async def _calls(self) -> None:
        id, now = new_id(), self._clock.now()
        application = Application(
            id=id,
            reference=id[:20],
            stage=Stage.CONFIRMED,
            version=1,
            external_id=id,
            language="vi",
            phone="",
            phone_source="crm",
            phone_as_of="2026-11-20",
            name="",
            document_kind="",
            opened_at=now,
            updated_at=now,
        )
        async with self._store.begin() as tx:
            await applications.add(tx, application, product="")
        await queue.note_devices(self._store, self._clock, application_id=id, test=_TESTED)
        act = queue.call_now(self._store, self._clock, RULES, application_id=id)
        await self._journal.does("ticket.queued", id, act)

    async def _agent(self, id: str) -> None:
        while True:
            with suppress(*_LOST, EkycError):
                await self._serves(id)
            await asyncio.sleep(_REST_S * self._draw.uniform(0.5, 2))

    async def _serves(self, id: str) -> None:
        store, clock = self._store, self._clock
        await desk.see(store, clock, staff_id=id)
        async with store.read() as tx:
            state = (await self._desk(tx, id)).state
            call = await calls.of_agent(tx, id)
        if state is DeskState.AVAILABLE:
            return
        if call is not None and call.state is CallState.RINGING:
            mine = {"staff_id": id, "call_id": call.id}
            if self._draw.random() < _DECLINES:
                await desk.decline(store, clock, **mine)
            else:
                await self._journal.does("call.started", call.id, desk.accept(store, clock, **mine))
        elif call is not None:
            await asyncio.sleep(self._draw.uniform(0, 2 * _TALKS_S))
            await calling.hang_up(store, clock, staff_id=id, call_id=call.id)
        else:
            await self._comes_back(id, state)

    async def _comes_back(self, id: str, state: DeskState) -> None:
        store, clock = self._store, self._clock
        if state is DeskState.WRAP_UP:
            async with store.read() as tx:
                last = await calls.last_ended(tx, id)
            if last is not None:
                with suppress(EkycError):  # its application waits again
                    await decision.decide(
                        store,
                        clock,
                        decision.rules_of(CALLS),
                        application_id=last.application_id,
                        verdict=Verdict.INCOMPLETE,
                        reasons=["line-dropped"],
                        note="",
                        staff_id=id,
                    )
        await desk.note_devices(store, clock, staff_id=id, camera=True, microphone=True)
        await desk.choose(store, clock, RULES, staff_id=id, state=DeskState.AVAILABLE)


def main(url: str, journal: Path, up: Connection, seed: int, is_open: bool) -> None:
    """The process, until it is killed or, closed, everybody is served; `up` is told when it is."""
    logs.configure()
    house = House(url, Journal(journal), up, seed=seed, is_open=is_open)
    asyncio.run(house.run())
