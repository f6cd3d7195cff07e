"""A journey written down at once: the customer's and the agent's own steps, in the past.

The clock is set to each step's instant. What was photographed, filmed and measured comes from
outside; the verdict is what the measurements allow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ekyc.demo.long_ago import Phone, Read, Then
from ekyc.demo.specimen import a_specimen
from ekyc.demo.stories import MARK, NOTE, Story, film_file
from ekyc.domain import consent
from ekyc.domain.call import BOTH, Call, Party
from ekyc.domain.decision import Verdict
from ekyc.domain.desk import DeskState
from ekyc.domain.device_test import DeviceTest, Network
from ekyc.domain.document import Kind, Side, SideResult
from ekyc.domain.events import SYSTEM
from ekyc.domain.question import Question
from ekyc.domain.queue import Pair
from ekyc.domain.room import (
    MovementEnded,
    MovementPictured,
    PartyConnected,
    RecordingClosed,
    RoomLive,
)
from ekyc.jobs.recordings import finisher
from ekyc.journey import (
    apply,
    call,
    codes,
    confirm,
    contact,
    decision,
    desk,
    documents,
    flags,
    questions,
    queue,
    room,
)
from ekyc.journey.messages import Post
from ekyc.journey.presence import keep_picture
from ekyc.sealed.form import CustomerKey
from ekyc.settings import Settings
from ekyc.storage import applications, calls, customer_keys
from ekyc.storage import questions as kept_questions
from ekyc.storage import queue as line
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store

ANSWERED_S: Final = 300.0
"""From the opening of the application to the first second of its call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was made beforehand."""

    began: datetime
    photographs: Mapping[Side, Sequence[SideResult]]
    film: Mapping[str, Any]
    """Seconds, picture, movements and recordings of the call, as the film's worker answers."""
    owner: CustomerKey
    """What the films are sealed under: the customer's key from the beginning."""


class Chronicle:
    """One file, from the CRM's request to the agent's verdict."""

    def __init__(
        self,
        store: Store,
        story: Story,
        evidence: Evidence,
        *,
        agent: str,
        settings: Settings,
        objects: Objects,
        ring: Ring,
        secret: bytes,
    ) -> None:
        self._store, self._story, self._evidence, self._agent = store, story, evidence, agent
        self._settings, self._objects, self._secret = settings, objects, secret
        self._ring = ring
        self._clock = Then(evidence.began)
        self._policy = documents.policy(settings.documents, demo=True)
        self._specimen = a_specimen(story.seed)
        self._id = ""

    async def run(self) -> None:
        """Every step."""
        await self._apply()
        await self._document()
        await self._queue()
        met = await self._answer()
        await self._ask(met)
        await self._decide(met)
        await self._keep(met)

    async def _apply(self) -> None:
        rules, story = self._settings.applications, self._story
        request = apply.Request(
            external_id=story.external_id,
            phone=story.phone,
            phone_source="crm",
            phone_as_of=self._clock.now().date().isoformat(),
            name="",
            language="vi",
            product="account",
        )
        async with self._store.begin() as tx:
            opened = await apply.open_application(
                tx,
                self._clock,
                request,
                actor=SYSTEM,
                region=rules.region,
                zone=self._settings.bank.zone,
                link_hours=rules.link_hours,
            )
        self._clock.set(20)
        self._id, _ = await apply.open_session(
            self._store, self._clock, link_token=opened.link_token, hours=rules.session_hours
        )
        async with self._store.begin() as tx:
            await customer_keys.add(tx, self._ring, self._id, self._evidence.owner)
        self._clock.set(45)
        await apply.agree(
            self._store,
            self._clock,
            application_id=self._id,
            given=list(consent.NEEDED),
            version=consent.VERSION,
            language="vi",
        )
        await self._prove()

    async def _prove(self) -> None:
        phone, rules = Phone(), self._settings.codes
        post = Post(
            sender=phone,
            secret=self._secret,
            limits=codes.limits(rules),
            block_digits=rules.block_digits,
        )
        self._clock.set(50)
        await codes.send(
            *(self._store, self._clock, post, lambda code, whose, channel: code),
            application_id=self._id,
            session=self._id,
        )
        self._clock.set(70)
        await codes.confirm(
            self._store,
            self._clock,
            application_id=self._id,
            session=self._id,
            secret=self._secret,
            digits=phone.code,
        )

    async def _document(self) -> None:
        self._clock.set(80)
        await documents.choose(
            self._store,
            self._clock,
            application_id=self._id,
            kind=Kind.CCCD_2021,
            policy=self._policy,
        )
        self._clock.set(100)
        for side, taken in self._evidence.photographs.items():
            await self._photograph(side, taken)
        self._clock.set(230)
        await confirm.confirm(
            self._store,
            self._clock,
            application_id=self._id,
            fields=self._specimen.fields,
            secret=self._secret,
            rules=flags.limits(self._settings.flags, demo=True),
            zone=self._settings.bank.zone,
        )

    async def _photograph(self, side: Side, taken: Sequence[SideResult]) -> None:
        reader = Read(taken)
        for _ in taken:
            self._clock.wait(20)
            await documents.photograph(
                self._store,
                self._clock,
                self._objects,
                self._ring,
                reader,
                application_id=self._id,
                side=side,
                origin="camera",
                image=b"",
                most=self._settings.documents.photographs_max,
                policy=self._policy,
                zone=self._settings.bank.zone,
            )

    async def _queue(self) -> None:
        film = self._evidence.film
        sent, seconds = film["recordings"][Party.CUSTOMER], film["seconds"]
        test = DeviceTest(
            camera=True,
            microphone=True,
            network=Network.OK,
            kbps=round(sent["size_bytes"] * 8 / seconds / 1000, 1),
            loss=0.0,
            sound=True,
            **film["picture"],
        )
        self._clock.set(260)
        await queue.note_devices(self._store, self._clock, application_id=self._id, test=test)
        self._clock.set(265)
        await desk.note_devices(
            self._store, self._clock, staff_id=self._agent, camera=True, microphone=True
        )
        await self._choose(DeskState.AVAILABLE)
        self._clock.set(270)
        await queue.call_now(
            self._store, self._clock, self._settings.queue, application_id=self._id
        )

    async def _choose(self, state: DeskState) -> None:
        rules = self._settings.queue
        await desk.choose(self._store, self._clock, rules, staff_id=self._agent, state=state)

    async def _answer(self) -> Call:
        """Rung at this agent's desk and at no other: somebody may sit at one just now."""
        self._clock.set(290)
        async with self._store.begin() as tx:
            ticket = await line.open_ticket(tx, self._id)
            assert ticket is not None  # queued a moment ago
            own = await line.desk(tx, self._agent, now=self._clock.now())
            await queue.ring(tx, [Pair(ticket=ticket, desk=own)], now=self._clock.now())
            rung = await calls.of_agent(tx, self._agent)
        assert rung is not None  # it rings
        self._clock.set(295)
        met = await desk.accept(self._store, self._clock, staff_id=self._agent, call_id=rung.id)
        self._clock.set(ANSWERED_S)
        at = self._clock.now()
        for party in BOTH:
            connected = PartyConnected(room=met.id, party=party.value, at=at)
            await room.hear(self._store, self._clock, connected)
        await room.hear(self._store, self._clock, RoomLive(room=met.id, at=at))
        return met

    async def _ask(self, met: Call) -> None:
        for each in self._evidence.film["movements"]:
            self._clock.set(ANSWERED_S + each["asked_s"])
            movement = await call.begin_movement(
                self._store,
                self._clock,
                staff_id=self._agent,
                application_id=self._id,
                direction=each["told"]["direction"],
            )
            self._clock.set(ANSWERED_S + each["ended_s"])
            told = each["told"] | {"room": met.id, "movement": movement.id}
            await room.hear(self._store, self._clock, MovementEnded(**told))
            if each["picture"]:
                pictured = MovementPictured(
                    room=met.id, movement=movement.id, picture=each["picture"]
                )
                await keep_picture(self._store, self._objects, self._ring, pictured)

    async def _question(self) -> None:
        """What was asked aloud, and answered well."""
        self._clock.set(ANSWERED_S + self._evidence.film["seconds"] - 8)
        limits = questions.limits(self._settings.call)
        await questions.draw(
            self._store, self._clock, limits, staff_id=self._agent, application_id=self._id
        )
        while asked := await self._asked():
            self._clock.wait(0.5)
            await questions.judge(
                self._store,
                self._clock,
                staff_id=self._agent,
                application_id=self._id,
                question_id=asked.id,
                passed=True,
            )

    async def _asked(self) -> Question | None:
        async with self._store.read() as tx:
            met = await calls.of_agent(tx, self._agent)
            return None if met is None else await kept_questions.open_one(tx, met.id)

    async def _decide(self, met: Call) -> None:
        seconds = self._evidence.film["seconds"]
        if self._story.questioned:
            await self._question()
        for number, item in enumerate(self._story.ticks):
            self._clock.set(ANSWERED_S + seconds - 5 + number / 2)
            await decision.tick(
                self._store,
                self._clock,
                application_id=self._id,
                item=item,
                done=True,
                staff_id=self._agent,
            )
        self._clock.set(ANSWERED_S + seconds - 1.5)
        await decision.write_note(
            self._store, self._clock, application_id=self._id, text=NOTE, staff_id=self._agent
        )
        verdict, reasons = await self._verdict()
        self._clock.set(ANSWERED_S + seconds - 1)
        await decision.decide(
            self._store,
            self._clock,
            decision.rules_of(self._settings.call),
            application_id=self._id,
            verdict=verdict,
            reasons=reasons,
            note=MARK,
            staff_id=self._agent,
        )
        self._clock.set(ANSWERED_S + seconds)
        await call.hang_up(self._store, self._clock, staff_id=self._agent, call_id=met.id)

    async def _verdict(self) -> tuple[Verdict, tuple[str, ...]]:
        """An approval where nothing is missing, as for every agent."""
        async with self._store.read() as tx:
            own = await applications.load(tx, self._id)
            asks = decision.rules_of(self._settings.call)
            missing = await decision.approve_missing(tx, own, asks, staff_id=self._agent)
        return self._story.refusal if missing else (Verdict.APPROVE, ())

    async def _keep(self, met: Call) -> None:
        """The recordings are closed and finished, and the agent goes home."""
        spool = self._settings.objects.spool
        began = self._clock.now() - timedelta(seconds=self._evidence.film["seconds"])
        finish = finisher(self._store, self._clock, self._objects, self._ring, spool)
        for party, length in self._evidence.film["recordings"].items():
            path = film_file(spool.absolute(), self._story.seed, Party(party))
            closed = RecordingClosed(
                room=met.id, party=party, segment=1, path=path, started_at=began, **length
            )
            await room.hear(self._store, self._clock, closed)
        async with self._store.read() as tx:
            written = {each.party.value: each.id for each in await calls.recordings(tx, met.id)}
        for party, recording in written.items():
            path = film_file(spool, self._story.seed, Party(party))
            await finish({"recording": recording, "path": str(path)})
        self._clock.set(ANSWERED_S + self._evidence.film["seconds"] + 30)
        await contact.enter(
            self._store,
            self._clock,
            staff_id=self._agent,
            call_id=met.id,
            changed="",
            authorised=(),
        )
        await self._choose(DeskState.OFFLINE)
