"""The looks of running calls: faces compared with portraits, and signals written down.

What the looks came to is kept in mind as long as the call goes on. Whom it began with is kept
sealed beside it, for a server that starts anew meanwhile, and deleted when the call ends.
"""

import asyncio
import base64
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import structlog

from ekyc.crew import Crew
from ekyc.domain import presence as rules
from ekyc.domain.call import Call, is_answered
from ekyc.domain.errors import EkycError
from ekyc.domain.events import SYSTEM
from ekyc.domain.likeness import MODEL, Comparison, Face, Outcome, Template, judge, likeness
from ekyc.domain.portrait import KeptPortrait
from ekyc.domain.presence import Raised, Seen, Signal
from ekyc.domain.room import Glanced, MovementEnded, MovementPictured
from ekyc.journey import closer, sealing
from ekyc.journey.ending import fact
from ekyc.journey.ports import Clock, PortraitReader
from ekyc.journey.summons import call_to_signals
from ekyc.sealed.form import CustomerKey, Damaged
from ekyc.settings import Faces
from ekyc.storage import calls, portraits, stills
from ekyc.storage import presence as kept
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store, Tx, new_id

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Watched:
    seen: Seen = field(default_factory=Seen)
    face: bytes = b""
    """Of the newest look that could be compared."""
    is_virtual: bool = False


async def keep_picture(store: Store, objects: Objects, ring: Ring, event: MovementPictured) -> None:
    """The picture of a movement's furthest point, sealed like the recording it is from."""
    async with store.read() as tx:
        call = await calls.find(tx, event.room)
    if call is None:
        return
    owner = await sealing.customer_key(store, ring, call.application_id)
    picture = base64.b64decode(event.picture)
    key, _ = await asyncio.to_thread(objects.put, picture, suffix="jpg", owner=owner)
    async with store.begin() as tx:
        await calls.picture_movement(tx, event.movement, picture=key)


class Presence:
    """What this node knows of the people before its calls' cameras."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        objects: Objects,
        ring: Ring,
        reader: PortraitReader,
        rules: Faces,
        supervised: Collection[Signal] = (),
    ) -> None:
        """`supervised`: signals to which supervisors are called."""
        self._supervised = supervised
        self._store, self._clock, self._objects, self._ring = store, clock, objects, ring
        self._reader, self._rules = reader, rules
        self._calls: dict[str, _Watched] = {}

    async def hear(self, event: Glanced | MovementEnded | MovementPictured, crew: Crew) -> None:
        """A look, or the end of a movement; what takes longer goes on in the crew."""
        if isinstance(event, MovementPictured):
            keeping = keep_picture(self._store, self._objects, self._ring, event)
            crew.start(keeping, name="presence.picture")
            return
        if isinstance(event, MovementEnded):
            found = rules.of_movement(event.direction, event.series, reason=event.reason)
            await self.raise_signals(event.room, found)
            return
        watched = self._calls.get(event.room) or await self._begin(event.room)
        before = watched.seen
        watched.seen, raised = rules.observe(before, event)
        if watched.seen.is_known and not before.is_known:
            crew.start(self._keep_first(event.room, watched.seen), name="presence.first")
        if event.picture:
            watched.face = base64.b64decode(event.picture)
        await self.raise_signals(event.room, raised)
        if watched.seen.is_fresh:
            crew.start(self._compare_all(event.room, watched), name="presence.compare")

    async def photographed(self, still_id: str) -> None:
        """A still of the document may show its portrait larger: then that is compared too."""
        async with self._store.read() as tx:
            still = await stills.find(tx, still_id)
        tools = (self._store, self._clock, self._objects, self._ring, self._reader)
        kept = await closer.keep(*tools, still_id=still_id, min_px=self._rules.portrait_min_px)
        watched = None if still is None else self._calls.get(still.call_id)
        if kept is not None and still is not None and watched is not None:
            await self._compare(still.call_id, watched, [kept])

    async def name_camera(self, call_id: str, label: str) -> None:
        """A camera with a program's name is told once in a call."""
        watched = self._calls.get(call_id) or await self._begin(call_id)
        if rules.names_a_program(label) and not watched.is_virtual:
            watched.is_virtual = True
            await self.raise_signals(call_id, [Raised(signal=Signal.VIRTUAL_CAMERA, figure=1.0)])

    async def _begin(self, call_id: str) -> _Watched:
        """A call nobody looked at yet, or only before the server started anew."""
        async with self._store.read() as tx:
            kept_at = await kept.first_face(tx, call_id)
            call = await calls.find(tx, call_id)
        if call is None or not is_answered(call):
            return _Watched()  # a look that came late: of a call that is over no face is kept
        seen = await self._begun_with(call, kept_at) if kept_at is not None else Seen()
        return self._calls.setdefault(call_id, _Watched(seen=seen))

    async def _begun_with(self, call: Call, kept_at: str) -> Seen:
        owner = await sealing.customer_key(self._store, self._ring, call.application_id)
        try:
            numbers = await asyncio.to_thread(self._objects.whole, kept_at, owner=owner)
        except (Damaged, OSError) as error:
            log.warning("presence.first-face-lost", reason=type(error).__name__)
            return Seen()
        return rules.begun_with(tuple(json.loads(numbers)))

    async def _keep_first(self, call_id: str, seen: Seen) -> None:
        """Sealed beside the call; one that ended meanwhile leaves a stray object, swept later."""
        async with self._store.read() as tx:
            call = await calls.find(tx, call_id)
        if call is None:
            return
        owner = await sealing.customer_key(self._store, self._ring, call.application_id)
        numbers = json.dumps(seen.template).encode()
        key, _ = await asyncio.to_thread(self._objects.put, numbers, suffix="bin", owner=owner)
        async with self._store.begin() as tx:
            call = await calls.find(tx, call_id)
            is_first = await kept.first_face(tx, call_id) is None
            if call is not None and is_answered(call) and is_first:
                await kept.add_first_face(tx, call_id, key)

    def forget(self, call_id: str) -> None:
        """The call is over."""
        self._calls.pop(call_id, None)

    async def raise_signals(self, call_id: str, raised: Sequence[Raised]) -> None:
        """Write signals down, and let the agent's page know; nothing where there are none."""
        if not raised:
            return
        async with self._store.begin() as tx:
            call = await calls.find(tx, call_id)
            if call is not None:
                await self._tell(tx, call, raised)

    async def _tell(self, tx: Tx, call: Call, raised: Sequence[Raised]) -> None:
        now = self._clock.now()
        for one in raised:
            await kept.add_signal(
                tx,
                one,
                application_id=call.application_id,
                call_id=call.id,
                version=rules.LIMITS.version,
                at=now,
            )
            data = {"signal": one.signal.value, "figure": one.figure}
            await tx.tell(fact("signal.raised", call, now, SYSTEM, **data))
        await call_to_signals(tx, call, raised, self._supervised, now=now)
        tx.wake(f"desk:{call.agent_id}")

    async def _compare_all(self, call_id: str, watched: _Watched) -> None:
        async with self._store.read() as tx:
            call = await calls.find(tx, call_id)
            known = await portraits.current(tx, call.application_id) if call else {}
        await self._compare(call_id, watched, known.values())

    async def _compare(
        self, call_id: str, watched: _Watched, known: Collection[KeptPortrait]
    ) -> None:
        """Each of these portraits with the live face; one nobody can open is left out."""
        template, face = watched.seen.newest, watched.face
        async with self._store.read() as tx:
            call = await calls.find(tx, call_id)
        if call is None or template is None or not known:
            return
        owner = await sealing.customer_key(self._store, self._ring, call.application_id)
        for portrait in known:
            try:
                found = await self._reader.face(
                    await asyncio.to_thread(self._objects.whole, portrait.picture, owner=owner)
                )
            except EkycError as error:
                log.warning("presence.uncompared", reason=error.code)
                continue
            comparison = await asyncio.to_thread(
                self._made, call, portrait, found, template, face, owner
            )
            await self._keep(call, comparison)

    def _made(
        self,
        call: Call,
        portrait: KeptPortrait,
        found: Face | None,
        template: Template,
        face: bytes,
        owner: CustomerKey,
    ) -> Comparison:
        limits = self._rules
        score = None if found is None else round(likeness(found.template, template), 4)
        outcome = judge(score, match_at=limits.match_at, refer_at=limits.refer_at)
        if found is not None and found.face_px < limits.portrait_min_px:
            outcome = Outcome.REFER
        put = self._objects.put
        numbers = json.dumps(template).encode()
        return Comparison(
            id=new_id(),
            application_id=call.application_id,
            call_id=call.id,
            portrait_id=portrait.id,
            of=portrait.of.value,
            at=self._clock.now(),
            score=score,
            outcome=outcome,
            match_at=limits.match_at,
            refer_at=limits.refer_at,
            min_px=limits.portrait_min_px,
            model=MODEL,
            looks=rules.LIMITS.templates,
            face_px=None if found is None else found.face_px,
            live=put(face, suffix="jpg", owner=owner)[0],
            portrait=None if found is None else put(found.picture, suffix="jpg", owner=owner)[0],
            template=put(numbers, suffix="bin", owner=owner)[0] if limits.keep_templates else None,
        )

    async def _keep(self, call: Call, made: Comparison) -> None:
        data = {
            "portrait": made.portrait_id,
            "of": made.of,
            "outcome": made.outcome.value,
            "score": made.score,
            "model": made.model,
        }
        async with self._store.begin() as tx:
            await kept.add(tx, made)
            await tx.tell(fact("face.compared", call, made.at, SYSTEM, **data))
            if made.outcome is Outcome.NO_MATCH:
                await self._tell(tx, call, [Raised(signal=Signal.NO_MATCH, figure=made.score or 0)])
            tx.wake(f"desk:{call.agent_id}")
