"""An answered call in a server's store, without anybody's journey to it; passes into it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from ekyc.demo.bank import STAFF
from ekyc.domain.application import Stage, move
from ekyc.domain.call import CallState, Party
from ekyc.domain.desk import DeskState
from ekyc.domain.device_test import DeviceTest, Network
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.events import SYSTEM
from ekyc.journey import apply, call, desk, queue
from ekyc.settings import Settings
from ekyc.storage import applications, calls, staff
from ekyc.storage.bus import Bus
from ekyc.storage.store import Store

_RINGS_WITHIN_S = 20.0
_LOOK_S = 0.1
_STAGES = (Stage.CONSENTED, Stage.PHONE_CONFIRMED, Stage.DOCUMENTED, Stage.CONFIRMED)
_TESTED = DeviceTest(camera=True, microphone=True, network=Network.OK, kbps=1000.0, loss=0.0)
_AGENT = STAFF[0][0]


class _Now:
    """The machine's clock."""

    def now(self) -> datetime:
        """This instant."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One answered call of the demo's bank."""

    store: Store
    clock: _Now
    application: str
    agent: str
    call: str

    @classmethod
    @asynccontextmanager
    async def begun(cls, database: Path) -> AsyncIterator[Self]:
        """A customer at the end of the form calls, and an agent answers, while the server runs."""
        store, clock = Store(f"sqlite+aiosqlite:///{database}", bus=Bus()), _Now()
        try:
            application = await _at_the_form(store, clock)
            agent = await _at_the_desk(store, clock)
            await queue.note_devices(store, clock, application_id=application, test=_TESTED)
            await queue.call_now(store, clock, Settings().queue, application_id=application)
            rung = await _rung(store, agent)
            await desk.accept(store, clock, staff_id=agent, call_id=rung)
            yield cls(store=store, clock=clock, application=application, agent=agent, call=rung)
        finally:
            await store.close()

    async def allow(self, party: Party) -> str:
        """A pass into the call."""
        rules = Settings().call
        if party is Party.CUSTOMER:
            given = await call.give_customer_pass(
                self.store, self.clock, rules, application_id=self.application
            )
        else:
            given = await call.give_agent_pass(
                self.store, self.clock, rules, staff_id=self.agent, call_id=self.call
            )
        return given.token

    async def end(self) -> None:
        """The agent hangs up."""
        with suppress(NotAllowedNow):
            await call.hang_up(self.store, self.clock, staff_id=self.agent, call_id=self.call)


async def _at_the_form(store: Store, clock: _Now) -> str:
    request = apply.Request(
        external_id="bench",
        phone="0901234567",
        phone_source="crm",
        phone_as_of=clock.now().date().isoformat(),
        name="",
        language="vi",
        product="",
    )
    rules = Settings()
    async with store.begin() as tx:
        opened = await apply.open_application(
            tx,
            clock,
            request,
            actor=SYSTEM,
            region=rules.applications.region,
            zone=rules.bank.zone,
            link_hours=rules.applications.link_hours,
        )
        application = opened.application
        for stage in _STAGES:
            application = move(application, stage, now=clock.now())
            await applications.save(tx, application, actor=SYSTEM)
    return application.id


async def _at_the_desk(store: Store, clock: _Now) -> str:
    async with store.read() as tx:
        member = await staff.by_login(tx, _AGENT)
    assert member is not None  # the demo furnishes its bank before it answers
    await desk.note_devices(store, clock, staff_id=member.id, camera=True, microphone=True)
    await desk.choose(store, clock, Settings().queue, staff_id=member.id, state=DeskState.AVAILABLE)
    return member.id


async def _rung(store: Store, agent: str) -> str:
    """The server's matcher lets it ring."""
    deadline = time.monotonic() + _RINGS_WITHIN_S
    while time.monotonic() < deadline:
        async with store.read() as tx:
            rung = await calls.of_agent(tx, agent)
        if rung is not None and rung.state is CallState.RINGING:
            return rung.id
        await asyncio.sleep(_LOOK_S)
    raise TimeoutError("it did not ring")
