"""The rooms open on this node: who sits in them with a socket, and what both are told.

What the media report is written down first and told second; what the store cannot take now is told
all the same. How a call ends is read from the store, whoever ended it: an agent's click, the clock,
or another process.
"""

import asyncio
from collections.abc import Collection
from contextlib import suppress

import structlog

from ekyc.crew import Crew
from ekyc.domain import call as rules
from ekyc.domain import guest as seats
from ekyc.domain.call import BOTH, Call, CallState, Limits, Movement, Party
from ekyc.domain.errors import Busy, NotFound
from ekyc.domain.place import Place, recorded
from ekyc.domain.room import (
    Glanced,
    LineStepped,
    MovementEnded,
    MovementPictured,
    PartyConnected,
    PartyDropped,
    Quality,
    RecordingInterrupted,
    RoomEvent,
    RoomLive,
    RoomLost,
)
from ekyc.journey import call as calling
from ekyc.journey import freedom, sealing, sequence
from ekyc.journey import place as whereabouts
from ekyc.journey import room as journal
from ekyc.journey.line import Figures
from ekyc.journey.ports import Clock, MediaPlane
from ekyc.journey.presence import Presence
from ekyc.settings import Call as CallSettings
from ekyc.storage import calls
from ekyc.storage.calls import Pass
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store
from ekyc.web import room_messages
from ekyc.web.reports import Reports
from ekyc.web.room import Room
from ekyc.web.seats import Seats
from ekyc.web.sockets import Message, Socket
from ekyc.web.tested import Tested

log = structlog.get_logger(__name__)

_POLL_S = 5.0  # a lost wake-up about a call's end costs this long, no more
_FRESH_S = 60.0  # a device test's page asks for the result at once; an hour later it is no test
_HEARS = {
    Party.CUSTOMER.value: [Party.AGENT.value],
    Party.AGENT.value: [Party.CUSTOMER.value],
}
_ECHO = {Party.CUSTOMER.value: [Party.CUSTOMER.value]}


class Rooms:
    """All rooms of this node; `listen` and the rooms' watchers run in the crew."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        media: MediaPlane,
        ring: Ring,
        limits: Limits,
        crew: Crew,
        *,
        rules: CallSettings,
        presence: Presence,
    ) -> None:
        self._presence = presence
        self._rules = rules
        self._store, self._clock, self._media, self._ring = store, clock, media, ring
        self._seats = Seats(store, media)
        self._reports = Reports(self._keep, self._go_on, crew)
        self.tested = Tested(clock, fresh_s=_FRESH_S)
        self._figures = Figures(store, every_s=rules.figures_s, longest_s=limits.longest_s)
        self._limits, self._crew = limits, crew
        self._rooms: dict[str, Room] = {}
        self._heard_out = asyncio.Event()

    # From the addresses

    async def prepare(self, call: Call) -> None:
        """The agent answered: have the room ready when the browsers come."""
        with suppress(Busy):  # whoever joins first tries again, and is told
            await self._ensure(call.id)

    async def enter(self, given: Pass, socket: Socket) -> Room:
        """Sit down in a room; the party's earlier socket is told, and sent away.

        Raises `Busy`, and `PassInvalid` when the seat is another's since the pass was taken.
        """
        room = await self._ensure(given.room)
        if room.is_call:
            await self._seats.follow(room)  # a guest has a seat, and another agent the old one's
            room.admit(given)
        else:
            self.tested.begin(room.name)
        earlier = room.sockets.get(given.party)
        room.sockets[given.party] = socket
        room.off.pop(given.party, None)
        room.told.pop(given.party, None)
        if earlier is not None:
            earlier.say({"type": "replaced"})  # else its page would join again, and send us away
            earlier.hang_up()
        await self._greet(room, given.party, socket)
        return room

    async def _ensure(self, name: str) -> Room:
        room = self._rooms.get(name)
        if room is None:
            room = self._rooms[name] = Room(name)
            if room.is_call:
                self._crew.start(self._watch(room), name=f"call.{name}")
        async with room.opening:
            if not room.is_open:
                hears = _HEARS if room.is_call else _ECHO
                seal = (
                    await sealing.call_key(self._store, self._ring, name) if room.is_call else None
                )
                await self._media.open_room(name, parties=list(hears), hears=hears, seal=seal)
                room.is_open, room.seating = True, seats.seating([])
        return room

    async def _greet(self, room: Room, party: Party, socket: Socket) -> None:
        """What the newcomer has missed; that nothing is recorded is said too."""
        call = await self._call(room.name)
        for other in set(BOTH) - {party} if call else ():
            socket.say(room.party(other))
        if call is not None:
            room.tell_of_guests(party)
        if call is not None and call.live_at is not None:
            for gone in rules.gone(call) - {party}:
                socket.say(self._dropped(call, gone))
        for who in room.steps:
            socket.say(room.line(who))
        if room.place is not None and party in BOTH:
            socket.say(room.whereabouts(room.place))
        socket.say(room.recording(on=call is not None and call.live_at is not None))

    async def answer(self, room: Room, party: Party, offer: str) -> str:
        """The media's answer to an offer; `OfferRefused`, `NoCommonCodec`, `NotFound`."""
        return await self._media.answer(room.name, party=party.value, offer=offer)

    async def switch(self, room: Room, party: Party, what: str, *, off: bool) -> None:
        """A party switched sound or picture off or on: the others see a sign, the file a mark."""
        switched = room.off.setdefault(party, set())
        if off is (what in switched):
            return
        switched.add(what) if off else switched.discard(what)
        if party not in BOTH:
            room.tell_guests()
            return
        room.say(room.party(party))
        if room.is_call:
            await calling.switch(
                self._store, self._clock, call_id=room.name, party=party, what=what, off=off
            )

    async def place(self, room: Room, said: Place) -> None:
        """The customer's page says where it is, or why not: for the file, the agent, the recording.

        `NotAllowedNow` without the consent.
        """
        room.place = await whereabouts.tell(
            self._store, self._clock, self._rules, call_id=room.name, place=said
        )
        room.say_both(room.whereabouts(room.place))
        with suppress(NotFound):  # a worker that died: the page says it again when it joins anew
            known = recorded(room.place)
            await self._media.place(room.name, party=Party.CUSTOMER.value, place=known)

    async def device(self, room: Room, label: str) -> None:
        """The page says what the customer's camera is called; the name itself is not kept."""
        await self._presence.name_camera(room.name, label)

    def photographed(self, still_id: str) -> None:
        """The customer sent a photograph: what it shows may be compared too."""
        self._crew.start(self._presence.photographed(still_id), name="presence.still")

    async def sign(self, room: Room) -> None:
        """The customer's silent sign; nobody in the room is told by the room."""
        await freedom.give_sign(self._store, self._clock, call_id=room.name)

    async def ask_camera(self, room: Room, staff_id: str) -> None:
        """The agent asks the customer for the other camera; `NotFound`, `NotAllowedNow`."""
        await calling.ask_camera(self._store, self._clock, staff_id=staff_id, call_id=room.name)
        if (socket := room.sockets.get(Party.CUSTOMER)) is not None:
            socket.say({"type": "flip"})

    async def tell_sequence(self, call_id: str) -> None:
        """A random sequence began, goes on or is over; nothing is said where there was none."""
        room, newest = self._rooms.get(call_id), await sequence.last(self._store, call_id)
        if room is not None and newest is not None:
            room.say(room_messages.sequence(*newest))

    def tell_spoken(self, movement: Movement) -> None:
        """A number was asked for, or judged: nothing measures it, so no report comes."""
        if (room := self._rooms.get(movement.call_id)) is not None:
            room.say(room_messages.spoken(movement))

    async def leave(self, room: Room, party: Party, socket: Socket) -> None:
        """A socket is gone; unless another took its place, its media go with it."""
        if room.sockets.get(party) is not socket:
            return
        del room.sockets[party]
        if not room.is_call:
            await self._close(room)
            return
        with suppress(NotFound):
            await self._media.drop(room.name, party=party.value)

    def lines(self) -> dict[str, Quality]:
        """How the customers' media of this node's calls arrive, by call."""
        return {name: r.customers_line for name, r in self._rooms.items() if r.customers_line}

    # From the media

    async def listen(self) -> None:
        """Write down and pass on whatever the media report, until they are closed."""
        async for event in self._media.events():
            try:
                is_written = await self._write_down(event)
                await self._tell(event)
                if is_written:
                    await self._go_on(event)
            except Exception as error:  # one lost report must not silence all that follow
                log.exception("room.report-failed", room=event.room, problem=type(error).__name__)
        await self._reports.caught_up()
        self._heard_out.set()

    async def _go_on(self, event: RoomEvent) -> None:
        """The next step of a sequence is asked as soon as the last one is told."""
        if not isinstance(event, MovementEnded):
            return
        with suppress(NotFound):  # its worker died: the call is interrupted, the sequence over
            made = await sequence.go_on(self._store, self._clock, self._media, event)
            if made is not None:
                await self.tell_sequence(made.call_id)

    async def _write_down(self, event: RoomEvent) -> bool:
        """False when the store cannot take now what must not be lost."""
        if isinstance(event, Glanced | MovementPictured):
            await self._presence.hear(event, self._crew)
        elif not isinstance(event, Quality):
            return await self._reports.take(event)
        elif (room := self._rooms.get(event.room)) is not None and room.is_of_both(event.party):
            await self._figures.hear(event)
        return True

    async def _keep(self, event: RoomEvent) -> None:
        """Twice is as good as once."""
        await journal.hear(self._store, self._clock, event)
        if isinstance(event, MovementEnded):
            await self._presence.hear(event, self._crew)

    async def heard_out(self, within_s: float) -> None:
        """Wait until the last report is written down."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._heard_out.wait()

    async def _tell(self, event: RoomEvent) -> None:
        room = self._rooms.get(event.room)
        if room is None:
            return
        match event:
            case PartyConnected() | PartyDropped():
                await self._tell_came_or_went(room, event)
            case RecordingInterrupted():
                room.torn.add(Party(event.party))
                room.say(room.recording(on=True))
            case LineStepped():
                room.steps[Party(event.party)] = event.step
                room.say(room.line(Party(event.party)))
            case RoomLost():
                await self._lose(room)
            case _:
                self._pass_on(room, event)

    async def _tell_came_or_went(self, room: Room, event: PartyConnected | PartyDropped) -> None:
        party, came = Party(event.party), isinstance(event, PartyConnected)
        if came:
            room.connected.add(party)
        if party not in BOTH:
            if not came:
                room.connected.discard(party)
            room.tell_guests()
        elif came:
            room.say(room.party(party))
        else:
            await self._tell_dropped(room, [party])

    def _pass_on(self, room: Room, event: RoomEvent) -> None:
        if isinstance(event, Quality):
            if Party(event.party) not in BOTH:
                return  # nobody is told how a supervisor's line is, nor that there is one
            self.tested.hear(event)
            if event.party == Party.CUSTOMER:
                room.customers_line = event
        if isinstance(event, RoomLive):
            room.say(room.recording(on=True))
        for message in room_messages.messages(event):
            room.say(message)

    async def _lose(self, room: Room) -> None:
        room.is_open = False
        room.steps.clear()
        room.connected.clear()
        try:
            await self._tell_dropped(room, list(BOTH))
        finally:  # what they are told is in the store, which may be away
            for socket in room.sockets.values():
                socket.hang_up()  # the browsers join again, into another worker

    async def _tell_dropped(self, room: Room, parties: Collection[Party]) -> None:
        room.connected.difference_update(parties)
        call = await self._call(room.name)
        if call is None or not rules.is_answered(call):
            return
        for party in parties:
            room.say(room.party(party))
            room.say(self._dropped(call, party))

    def _dropped(self, call: Call, party: Party) -> Message:
        left = rules.seconds_left(call, self._limits, now=self._clock.now())
        return {"type": "dropped", "party": party.value, "seconds_left": left or 0}

    async def _call(self, name: str) -> Call | None:
        async with self._store.read() as tx:
            return await calls.find(tx, name)

    # To the end

    async def _watch(self, room: Room) -> None:
        """Wait for the end of the call, whoever ends it."""
        async with self._store.bus.listen(f"call:{room.name}") as bell:
            while self._rooms.get(room.name) is room:
                try:
                    await self._follow(room)
                except Exception as error:  # the store is back one day; nobody else ends the room
                    log.exception("room.watch-failed", room=room.name, problem=type(error).__name__)
                await bell.wait(_POLL_S)

    async def _follow(self, room: Room) -> None:
        """Do as the store says: seat people, or end the room."""
        call = await self._call(room.name)
        if call is not None and call.state is not CallState.ENDED:
            await self._seats.follow(room)
            return
        reason = call.end_reason if call else None
        await self._end(room, reason.value if reason else "")

    async def _end(self, room: Room, reason: str) -> None:
        if self._rooms.get(room.name) is not room:
            return  # somebody else saw it first
        room.say(room.recording(on=False))
        room.say({"type": "ended", "reason": reason})
        for socket in room.sockets.values():
            socket.hang_up()
        room.sockets.clear()
        await self._close(room)
        await self._figures.finish(room.name)
        self._presence.forget(room.name)

    async def _close(self, room: Room) -> None:
        if self._rooms.get(room.name) is room:
            del self._rooms[room.name]
        room.is_open = False
        await self._media.close_room(room.name)

    async def say_goodbye(self) -> None:
        """The server stops: end every call, send everybody away."""
        await calling.end_all(self._store, self._clock)
        for room in list(self._rooms.values()):
            call = await self._call(room.name)
            await self._end(room, call.end_reason.value if call and call.end_reason else "")
