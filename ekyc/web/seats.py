"""The seats of a room follow the store: who is the agent, who is in beside them, who hears whom."""

from contextlib import suppress

from ekyc.domain import call as rules
from ekyc.domain import guest as seats
from ekyc.domain.call import Party
from ekyc.domain.errors import EkycError
from ekyc.journey.ports import MediaPlane
from ekyc.storage import calls, guests
from ekyc.storage.store import Store
from ekyc.web.room import Room


class Seats:
    """Seats people as the store says, one change of a room after the other."""

    def __init__(self, store: Store, media: MediaPlane) -> None:
        self._store, self._media = store, media

    async def follow(self, room: Room) -> None:
        """Bring the room to where the store is; nothing changes once the call is over."""
        async with room.arranging:
            async with self._store.read() as tx:
                call = await calls.find(tx, room.name)
                here = await guests.open_in(tx, room.name)
            if call is None or not rules.is_answered(call):
                return
            if room.agent_id not in {"", call.agent_id}:
                await self._relieve(room)
            room.agent_id, room.guests = call.agent_id, here
            await self._arrange(room)

    async def _relieve(self, room: Room) -> None:
        """The call has another agent: the one before is sent away."""
        room.say({"type": "transferred"})
        if (socket := room.sockets.pop(Party.AGENT, None)) is not None:
            socket.hang_up()
        with suppress(EkycError):
            await self._media.drop(room.name, party=Party.AGENT.value)

    async def _arrange(self, room: Room) -> None:
        seating, out = seats.seating(room.guests), room.see_out()
        if seating == room.seating and not out:
            return
        for kind in out:  # also where another guest of the kind sits down at once
            with suppress(EkycError):
                await self._media.drop(room.name, party=kind.value)
        with suppress(EkycError):  # its worker died, or is ill: tried again at the next look
            await self._media.arrange(room.name, seating)
            room.seating = seating
        room.tell_guests()
