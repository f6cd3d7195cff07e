"""One open room: who sits in it with a socket, and what each of them is told of the others."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from ekyc.domain import guest as seats
from ekyc.domain.call import BOTH, Party
from ekyc.domain.errors import PassInvalid
from ekyc.domain.guest import Guest, GuestState
from ekyc.domain.place import Place
from ekyc.domain.room import Quality, Seating
from ekyc.journey import call as calling
from ekyc.storage.calls import Pass
from ekyc.web.sockets import Message, Socket


@dataclass(slots=True)
class Room:
    """One room: the sockets of its parties, and what they switched off."""

    name: str
    sockets: dict[Party, Socket] = field(default_factory=dict)
    connected: set[Party] = field(default_factory=set)
    sitting: dict[Party, str] = field(default_factory=dict)
    """Who came last to a seat, by the subject of the pass."""
    off: dict[Party, set[str]] = field(default_factory=dict)
    torn: set[Party] = field(default_factory=set)
    """Of whose recording a part could not be stored."""
    place: Place | None = None
    """Where the customer is, once the page has said so."""
    customers_line: Quality | None = None
    """How the customer's media arrived in the last second."""
    steps: dict[Party, str] = field(default_factory=dict)
    """On which step of the ladder a party's line stands, once it was on another than the first."""
    is_open: bool = False
    """Whether a media worker has it."""
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    agent_id: str = ""
    """Whose call it was when somebody last looked."""
    guests: Sequence[Guest] = ()
    told: dict[Party, Message] = field(default_factory=dict)
    """What each page was last told of the guests."""
    seating: Seating = field(default_factory=lambda: seats.seating([]))
    """As the media have it."""
    arranging: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_call(self) -> bool:
        """Whether two people meet here; else one customer tests the devices."""
        return not self.name.startswith(calling.PRECHECK)

    def say(self, message: Message) -> None:
        """Tell everybody who is in."""
        for socket in list(self.sockets.values()):
            socket.say(message)

    def say_both(self, message: Message) -> None:
        """Tell the customer and the agent, and no guest."""
        for party in BOTH:
            if (socket := self.sockets.get(party)) is not None:
                socket.say(message)

    def admit(self, given: Pass) -> None:
        """Whose the seat is now; `PassInvalid` when it is not that of whoever has the pass."""
        guests = {one.id for one in self.guests if one.state is GuestState.IN}
        theirs = {self.agent_id} if given.party is Party.AGENT else guests
        if given.party is not Party.CUSTOMER and given.subject not in theirs:
            raise PassInvalid
        self.sitting[given.party] = given.subject

    def tell_guests(self) -> None:
        """Tell everybody of those guests they may know of."""
        for listener in list(self.sockets):
            self.tell_of_guests(listener)

    def tell_of_guests(self, listener: Party) -> None:
        """Nothing when it is what the page knows: a word would show that somebody listens."""
        seen, socket = self.seen_by(listener), self.sockets.get(listener)
        if socket is not None and self.told.get(listener) != seen:
            self.told[listener] = seen
            socket.say(seen)

    def seen_by(self, listener: Party) -> Message:
        """The guests a party may know of, each with the receive pair it comes by."""
        here = [guest for guest in self.guests if guest.state is GuestState.IN]
        known = [one for one in here if one.kind is not listener and seats.may_know(listener, one)]
        return {
            "type": "guests",
            "hold": seats.is_held(here),
            "guests": [self._guest(one, listener) for one in known],
        }

    def _guest(self, guest: Guest, listener: Party) -> Message:
        off = self.off.get(guest.kind, set())
        return {
            "who": guest.kind.value,
            "mode": guest.mode.value,
            "pair": seats.pair_of(guest.kind, listener),
            "state": "connected" if guest.kind in self.connected else "absent",
            "muted": "sound" in off,
            "dark": "picture" in off,
        }

    def see_out(self) -> list[Party]:
        """Send guests away who are not in any more; which seats they had."""
        here = {guest.id for guest in self.guests if guest.state is GuestState.IN}
        guests = [who for who in self.sockets if who not in BOTH]
        gone = [who for who in guests if self.sitting.get(who) not in here]
        for kind in gone:
            socket = self.sockets.pop(kind)
            socket.say({"type": "ended", "reason": "left"})
            socket.hang_up()
            self.connected.discard(kind)
            self.off.pop(kind, None)
        return gone

    def is_of_both(self, party: str) -> bool:
        """Whether this is a call, and the party one of those without whom there is none."""
        return self.is_call and Party(party) in BOTH

    def recording(self, *, on: bool) -> Message:
        """Whether it is recorded, and of whom a part could not be stored."""
        return {"type": "recording", "on": on, "torn": sorted(who.value for who in self.torn)}

    def whereabouts(self, place: Place) -> Message:
        """Where the customer is, rounded."""
        return {"type": "place", **asdict(place)}

    def line(self, who: Party) -> Message:
        """What a party's line carries now."""
        return {"type": "line", "party": who.value, "step": self.steps[who]}

    def party(self, who: Party) -> Message:
        """Whether a party is there, and what it has switched off."""
        off = self.off.get(who, set())
        return {
            "type": "party",
            "who": who.value,
            "state": "connected" if who in self.connected else "absent",
            "muted": "sound" in off,
            "dark": "picture" in off,
        }
