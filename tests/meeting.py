"""Scenes around a call, told by the acts of the journey: somebody waits, it rings, they talk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from jsonschema import Draft202012Validator

from ekyc.domain import call as rules
from ekyc.domain.application import Application, Stage
from ekyc.domain.call import BOTH, Call, Party
from ekyc.domain.catalogue import CATALOGUE
from ekyc.domain.catalogue import schema as promised
from ekyc.domain.decision import Rules
from ekyc.domain.desk import Desk, DeskState
from ekyc.domain.device_test import DeviceTest, Network
from ekyc.domain.queue import Ticket, TicketState
from ekyc.domain.room import PartyConnected
from ekyc.journey import call as calling
from ekyc.journey import contact, room, segments, webhooks
from ekyc.journey import desk as desks
from ekyc.journey import queue as line
from ekyc.journey.decision import rules_of
from ekyc.settings import Call as CallSettings
from ekyc.settings import Queue
from ekyc.storage import applications, calls, queue, schema, staff
from ekyc.storage.store import Store, Tx, new_id
from tests.builders import a_member, a_number, an_application
from tests.fakes import FakeClock

GOOD_TEST = DeviceTest(camera=True, microphone=True, network=Network.OK, kbps=1200.0, loss=0.0)


@dataclass(slots=True)
class Scene:
    """One branch of the bank: its store, its clock, its rules."""

    store: Store
    clock: FakeClock
    queue: Queue
    call: CallSettings

    @property
    def asks(self) -> Rules:
        """What this branch asks of an approval."""
        return rules_of(self.call)

    async def waits(self, *ids: str) -> None:
        """Customers who called now, in this order."""
        now = self.clock.now()
        async with self.store.begin() as tx:
            for id in ids:
                waiting = an_application(id, stage=Stage.WAITING, phone=a_number(id))
                await applications.add(tx, waiting, product="")
                await queue.add_ticket(tx, id, now=now)

    async def agent(self, *ids: str) -> None:
        """Agents who are available, the first of them idle longest."""
        now = self.clock.now()
        async with self.store.begin() as tx:
            for number, id in enumerate(ids):
                since = now - timedelta(seconds=len(ids) - number)
                await self._sits_down(tx, id, DeskState.AVAILABLE, since)

    async def tested(self, id: str = "lan", *, works: bool = True) -> None:
        """An agent tests camera and microphone."""
        await desks.note_devices(self.store, self.clock, staff_id=id, camera=works, microphone=True)

    async def chooses(self, id: str, state: DeskState) -> None:
        """An agent picks a state."""
        await desks.choose(self.store, self.clock, self.queue, staff_id=id, state=state)

    async def enters(
        self, call: Call, *, changed: str = "", authorised: Sequence[str] = ()
    ) -> None:
        """The call's agent writes its entry: that nothing was changed, or what."""
        await contact.enter(
            self.store,
            self.clock,
            staff_id=call.agent_id,
            call_id=call.id,
            changed=changed,
            authorised=authorised,
        )

    async def match(self) -> int:
        """The matcher takes its turn."""
        return await line.match(self.store, self.clock, self.queue)

    async def rings(self, customer: str = "first", agent: str = "lan") -> Call:
        """One customer waits, one agent is there, and it rings."""
        await self.waits(customer)
        await self.agent(agent)
        assert await self.match() == 1
        return await self.call_of(customer)

    async def answered(self, customer: str = "first", agent: str = "lan") -> Call:
        """It rang and the agent took it; nobody is connected yet."""
        call = self._rang(customer, agent)
        return await self._seated(rules.accept(call, now=self.clock.now()))

    async def talk(self, customer: str = "first", agent: str = "lan") -> Call:
        """Both are connected and recorded."""
        now = self.clock.now()
        call = rules.accept(self._rang(customer, agent), now=now)
        for party in BOTH:
            call = rules.connect(call, party)
        return await self._seated(rules.go_live(call, now=now))

    def _rang(self, customer: str, agent: str) -> Call:
        return rules.ring(
            id=new_id(),
            application_id=customer,
            ticket_id="",
            agent_id=agent,
            attempt=1,
            now=self.clock.now(),
        )

    async def _seated(self, call: Call) -> Call:
        """The rows of an answered call, as the acts before it leave them."""
        now = self.clock.now()
        async with self.store.begin() as tx:
            talking = an_application(call.application_id, stage=Stage.IN_CALL)
            await applications.add(tx, talking, product="")
            ticket = await queue.add_ticket(tx, call.application_id, now=now)
            await queue.save_ticket(
                tx, ticket, replace(ticket, state=TicketState.SERVED, attempt=1)
            )
            await self._sits_down(tx, call.agent_id, DeskState.IN_CALL, now)
            call = replace(call, ticket_id=ticket.id)
            await calls.add(tx, call)
            for party in BOTH if call.live_at else ():
                await calls.add_recording(tx, segments.opened(call, party, [], now))
        return call

    async def _sits_down(self, tx: Tx, id: str, state: DeskState, since: datetime) -> None:
        await staff.add(tx, a_member(id))
        desk = Desk(
            staff_id=id,
            state=state,
            since=since,
            idle_since=since,
            version=1,
            devices_at=since,
        )
        await queue.save_desk(tx, desk)

    async def connects(self, call: Call, party: Party) -> None:
        """A party's media flows."""
        event = PartyConnected(room=call.id, party=party.value, at=self.clock.now())
        await room.hear(self.store, self.clock, event)

    async def overdue(self) -> int:
        """The matcher looks at the clock."""
        limits = calling.limits(self.queue, self.call)
        return await calling.end_overdue(self.store, self.clock, limits, batch=self.queue.batch)

    async def call_of(self, customer: str = "first") -> Call:
        """The customer's latest call."""
        async with self.store.read() as tx:
            return (await calls.of_application(tx, customer))[-1]

    async def ticket_of(self, customer: str = "first") -> Ticket | None:
        """The customer's wait."""
        async with self.store.read() as tx:
            return await queue.open_ticket(tx, customer)

    async def desk_of(self, agent: str = "lan") -> Desk:
        """The agent's desk."""
        async with self.store.read() as tx:
            return await queue.desk(tx, agent, now=self.clock.now())

    async def application(self, customer: str = "first") -> Application:
        """The customer's application."""
        async with self.store.read() as tx:
            return await applications.load(tx, customer)

    async def facts(self, customer: str = "first") -> Sequence[str]:
        """Names of everything that was told about the customer."""
        async with self.store.read() as tx:
            return [row["name"] for row in await applications.events(tx, customer)]

    async def keeps_its_word(self) -> set[str]:
        """Everything the CRM may be told so far has its promised shape; what that is."""
        e = schema.events
        async with self.store.read() as tx:
            query = sa.select(e.c.sequence, e.c.name).where(e.c.name.in_(CATALOGUE))
            told = (await tx.connection.execute(query)).all()
        for row in told:
            _, body = await webhooks.message(self.store, row.sequence)
            Draft202012Validator(promised(row.name)).validate(body)
        return {row.name for row in told}
