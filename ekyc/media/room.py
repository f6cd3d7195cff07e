"""One call: its parties, who hears whom, its recordings, and the movement being watched."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

import structlog

from ekyc.crew import Crew
from ekyc.domain.call import Party as Role
from ekyc.domain.errors import NotFound
from ekyc.domain.movement import Direction
from ekyc.domain.room import (
    MovementPictured,
    PartyConnected,
    PartyDropped,
    Quality,
    RecordingClosed,
    RecordingInterrupted,
    RoomLive,
    RoomPlan,
    Seating,
)
from ekyc.domain.seal import DataKey
from ekyc.media import relay
from ekyc.media.clock import CLOCK
from ekyc.media.ladder import Ladders, stepped
from ekyc.media.movement import CANCELLED, DROPPED, Asked, Movement
from ekyc.media.offer import Kind, examine
from ekyc.media.party import Party
from ekyc.media.poses import PoseSocket
from ekyc.media.pulse import Traffic
from ekyc.media.recorder import Recorded, Recorder
from ekyc.media.relay import Downlink
from ekyc.media.rtcp import allowed_bit_rate
from ekyc.media.spool import SpoolFile
from ekyc.media.surroundings import Surroundings
from ekyc.media.watcher import Watcher

log = structlog.get_logger(__name__)

_TICK_S = 0.1
_ACCOUNT_S = 1.0
_STILL_S = 10.0  # what is lost within so long of the last loss is the same interruption


class Room:
    """A set of parties with a table of who hears and sees whom; `close` ends everything in it."""

    def __init__(self, name: str, plan: RoomPlan, around: Surroundings) -> None:
        self.name, self._around, self._seal = name, around, plan.seal
        self._awaited = frozenset(plan.parties)
        """The room is live once all of these are there; whoever comes beside them is a guest."""
        self._hears, self._recorded = plan.hears, self._awaited
        self._crew = Crew()
        self._parties = {party: self._seat(party) for party in plan.parties}
        self._segments: dict[str, int] = {}
        self._places: dict[str, str] = {}
        self._is_live = self._is_closing = False
        self._live_at = CLOCK.now()
        self._movement: Movement | None = None
        self._ladders = Ladders(around.settings, plan.parties)
        self._accounted_at = time.monotonic()
        self._has_failed = False
        self._missed_at: dict[str, float] = {}
        self._unbegun: dict[str, Callable[[], None]] = {}
        """What begins the recording of a party as soon as a file can be made."""
        self._loop = asyncio.get_running_loop()
        self._crew.start(self._run(), name=f"media.room-{name}")

    def _seat(self, party: str) -> Party:
        return Party(
            party,
            self._around.settings,
            self._crew,
            came=self._came,
            left=self._left,
            changed=self._connect,
        )

    @property
    def traffic(self) -> Traffic:
        """What was sent to its parties."""
        total = Traffic()
        for party in self._parties.values():
            total.add(party.traffic)
        return total

    # Commands

    async def answer(self, party: str, offer: str) -> str:
        """Connect a party anew; raises `NotFound`, `OfferRefused`, `NoCommonCodec`, `Busy`."""
        settings, wanted = self._around.settings, self._party(party)
        examined = examine(
            offer,
            max_bytes=settings.offer_max_bytes,
            max_sections=settings.offer_max_sections,
        )
        return await wanted.answer(examined)

    async def drop(self, party: str) -> None:
        """End a party's connection."""
        await self._party(party).drop()

    async def arrange(self, seating: Seating) -> None:
        """Seat guests beside those the room waits for, and say anew who hears whom.

        A guest who has no seat any more leaves; what was recorded of one who is not is closed.
        """
        for name in seating.parties:
            self._parties.setdefault(name, self._seat(name))
        staying = self._awaited | set(seating.parties)
        unwanted = self._recorded - set(seating.recorded)
        self._hears, self._recorded = seating.hears, frozenset(seating.recorded)
        self._connect()
        for name in unwanted:
            await self._end_recording(self._parties[name])
        for name in self._parties.keys() - staying:
            await self._parties.pop(name).drop()
        if self._is_live:
            self._want_recordings(CLOCK.now())

    async def _end_recording(self, party: Party) -> None:
        if self._unbegun.pop(party.name, None) is not None:
            self._around.tell(self._closed(party.name, self._nothing(party.name)))
        await self._close_recording(party)

    def place(self, party: str, place: str) -> None:
        """Where a party is, for its recording: a JSON object, or nothing."""
        self._places[party] = place
        recorder = self._party(party).recorder
        if recorder is not None:
            recorder.place = place

    def ask_movement(self, party: str, movement: str, direction: Direction) -> None:
        """Watch this party do one movement, instead of any other one."""
        self.cancel_movement()
        asked = self._party(party)
        self._movement = Movement(
            Asked(room=self.name, party=party, movement=movement, direction=direction),
            baseline=asked.baseline,
            tell=self._around.tell,
        )
        fps = self._around.settings.movement_fps
        watcher = Watcher(self._poses(), fps=fps, ask_key=asked.ask_key)
        asked.watch(watcher)
        self._crew.start(self._watch(self._movement, watcher), name=f"media.watch-{self.name}")
        if not asked.is_connected:
            self._end_movement(DROPPED)

    def cancel_movement(self) -> None:
        """Stop watching, if anybody does."""
        self._end_movement(CANCELLED)

    async def close(self) -> None:
        """End the call: recordings first, so that they end when it does."""
        self.cancel_movement()
        self._is_closing = True
        for party in self._unbegun:
            self._around.tell(self._closed(party, self._nothing(party)))
        closed = (self._close_recording(p) for p in self._parties.values())
        for outcome in await asyncio.gather(*closed, return_exceptions=True):
            if isinstance(outcome, Exception):  # the file is finished as after a crash
                log.error("recording.unclosed", room=self.name, exc_info=outcome)
        await asyncio.gather(*(party.drop() for party in self._parties.values()))
        await self._crew.dismiss()

    def _party(self, name: str) -> Party:
        if name not in self._parties:
            raise NotFound
        return self._parties[name]

    # What happens

    def _came(self, party: Party) -> None:
        now = CLOCK.now()
        self._around.tell(PartyConnected(room=self.name, party=party.name, at=now))
        if self._movement is not None and self._movement.asked.party == party.name:
            self._end_movement(DROPPED)  # another connection: perhaps another face
        if party.glances is not None:
            party.glances.begin()
        if not self._is_live and all(self._parties[n].is_connected for n in self._awaited):
            self._go_live(now)

    def _left(self, party: Party) -> None:
        if self._is_closing:
            return
        self._around.tell(PartyDropped(room=self.name, party=party.name, at=CLOCK.now()))
        if self._movement is not None and self._movement.asked.party == party.name:
            self._end_movement(DROPPED)

    def _go_live(self, now: datetime) -> None:
        self._is_live, self._live_at = True, now
        self._around.tell(RoomLive(room=self.name, at=now))
        if self._seal is not None:
            self._want_recordings(now)
            self._crew.start(self._poses().warm_up(), name=f"media.warm-up-{self.name}")
            if (customer := self._parties.get(Role.CUSTOMER.value)) is not None:
                customer.look(self._poses(), self.name, self._around.tell)

    def _connect(self) -> None:
        """Let every stream reach those, and only those, who are to hear it."""
        for name, party in self._parties.items():
            for uplink in party.leg.uplinks.values() if party.leg else ():
                relay.connect(uplink, self._listeners(name, uplink.kind))

    def _listeners(self, source: str, kind: Kind) -> list[Downlink]:
        found = (
            self._parties[listener].hears(pair, kind)
            for listener, heard in self._hears.items()
            for pair, voice in enumerate(heard)
            if voice == source and (kind == "audio" or self._ladders.is_shown(source, listener))
        )
        return [downlink for downlink in found if downlink is not None]

    # Recordings

    def _want_recordings(self, now: datetime) -> None:
        """Of everybody who is to be recorded and is not yet, on a clock that begins now."""
        zero = time.monotonic()
        for name in sorted(self._recorded):
            party = self._parties[name]
            if self._seal is not None and party.recorder is None:
                self._unbegun.setdefault(name, partial(self._record, party, self._seal, zero, now))
        self._begin_recordings()

    def _begin_recordings(self) -> None:
        """Where no file can be made the call goes on, everybody is told, and it is tried again."""
        for party, begin in list(self._unbegun.items()):
            try:
                begin()
                del self._unbegun[party]
            except OSError as error:
                if party not in self._missed_at:
                    log.error("recording.unbegun", room=self.name, reason=type(error).__name__)
                self._missed(party)

    def _record(self, party: Party, key: DataKey, zero: float, now: datetime) -> None:
        party.record(self._recorder(party.name, key, zero, now))

    def _missed(self, party: str) -> None:
        """A part of a recording is lost: told once for each time the disk fails."""
        at = time.monotonic()
        if at - self._missed_at.get(party, float("-inf")) > _STILL_S:
            self._around.tell(RecordingInterrupted(room=self.name, party=party, at=CLOCK.now()))
        self._missed_at[party] = at
        self._parties[party].mend()

    def _recorder(self, party: str, key: DataKey, zero: float, now: datetime) -> Recorder:
        file = self._new_file(party, key)
        recorder = Recorder(
            file,
            zero=zero,
            started_at=now,
            cluster_ms=self._around.settings.cluster_ms,
        )
        recorder.place = self._places.get(party, "")
        begun = Recorded(path=file.path, started_at=now, duration_ms=0, size_bytes=0)
        self._around.growing(self._closed(party, begun))
        return recorder

    def _new_file(self, party: str, key: DataKey) -> SpoolFile:
        """The next segment: an earlier worker may have left files of this very call."""
        settings = self._around.settings
        for segment in count(1):
            path = self._around.spool / f"{self.name}-{party}-{segment}.webm.ekr"
            if not path.exists():
                self._segments[party] = segment
                return SpoolFile(
                    path,
                    key=key,
                    disk=self._around.disk,
                    fsync_s=settings.fsync_s,
                    backlog_bytes=settings.backlog_mb << 20,
                    lost=lambda: self._lost(party),
                )
        raise AssertionError  # count() does not end

    def _lost(self, party: str) -> None:
        """Said in the disk's thread."""
        self._loop.call_soon_threadsafe(self._missed, party)

    def _nothing(self, party: str) -> Recorded:
        """Of a party no file could be made for until the end."""
        path = self._around.spool / f"{self.name}-{party}-{self._segments[party]}.webm.ekr"
        return Recorded(path=path, started_at=self._live_at, duration_ms=0, size_bytes=0)

    async def _close_recording(self, party: Party) -> None:
        recorder = party.stop_recording()
        if recorder is None:
            return
        self._around.tell(self._closed(party.name, await recorder.close()))

    def _closed(self, party: str, recorded: Recorded) -> RecordingClosed:
        return RecordingClosed(
            room=self.name,
            party=party,
            segment=self._segments[party],
            path=recorded.path,
            started_at=recorded.started_at,
            duration_ms=recorded.duration_ms,
            size_bytes=recorded.size_bytes,
        )

    # Time

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            at = time.monotonic()
            is_due = at - self._accounted_at >= _ACCOUNT_S
            if is_due:  # on the second, however late this look is
                self._accounted_at = max(self._accounted_at + _ACCOUNT_S, at - _ACCOUNT_S)
            if is_due and self._unbegun:
                self._go_on(self._begin_recordings)
            for name, party in self._parties.items():
                self._go_on(party.tick, at)
                if is_due:
                    self._go_on(self._account, name, party, at)
            self._go_on(self._follow, at)

    def _go_on(self, work: Callable[..., None], *arguments: Any) -> None:
        """A call whose one part fails keeps its clock; the first failure is told, not each tick."""
        try:
            work(*arguments)
        except Exception:
            if not self._has_failed:
                log.exception("room.part-failed", room=self.name, step=work.__name__)
            self._has_failed = True

    def _follow(self, at: float) -> None:
        if self._movement is not None:
            self._movement.tick(at)
            self._settle_movement()

    def _account(self, name: str, party: Party, at: float) -> None:
        accounted = party.account(self.name, at)
        if accounted is not None:
            quality, loss = accounted
            self._around.tell(quality)
            self._step(party, quality, at)
            self._limit(name, loss)

    def _step(self, party: Party, quality: Quality, at: float) -> None:
        """Let the party's line carry less, or more again, by what was measured."""
        line = party.line(quality, at)
        step = self._ladders.observe(party.name, line, seconds=_ACCOUNT_S)
        if step is None:
            return
        self._connect()
        self._around.tell(stepped(self.name, party.name, step, line))

    def _limit(self, name: str, loss: float) -> None:
        """Tell a camera what it may send, by what its listeners can take; guests have no say."""
        leg, settings = self._parties[name].leg, self._around.settings
        video = leg.uplinks.get("video") if leg else None
        if video is None:
            return
        ears = {ear for ear in self._awaited if name in self._hears.get(ear, ())}
        legs = [self._parties[ear].leg for ear in ears]
        video.limit(
            allowed_bit_rate(
                [leg.wish for leg in legs if leg is not None and leg.wish is not None],
                loss=loss,
                floor=settings.remb_floor_kbps * 1000,
                ceiling=self._ladders.ceiling_bps(name),
                yield_loss=settings.remb_yield_loss,
            )
        )

    # The movement

    def _poses(self) -> PoseSocket:
        return PoseSocket(self._around.pose_socket, timeout_s=self._around.settings.pose_s)

    def _end_movement(self, reason: str) -> None:
        if self._movement is not None:
            self._movement.end(reason)
            self._settle_movement()

    def _settle_movement(self) -> None:
        """A movement whose verdict is told needs no watcher; the next one keeps its baseline."""
        movement = self._movement
        if movement is None or not movement.is_over:
            return
        self._movement = None
        party = self._parties[movement.asked.party]
        party.baseline = movement.baseline
        party.watch(None)

    async def _watch(self, movement: Movement, watcher: Watcher) -> None:
        """The picture of the furthest point comes after the verdict, which does not wait for it."""
        await watcher.run(front=movement.front, seen=movement.seen)
        furthest, asked = watcher.furthest, movement.asked.movement
        if furthest and (picture := await self._poses().picture(furthest)):
            self._around.tell(MovementPictured(room=self.name, movement=asked, picture=picture))
