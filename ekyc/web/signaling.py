"""The call's WebSocket: a one-use pass in, typed messages; size, rate and silence are bounded.

An offer's text is never logged: it names the browser's addresses.
"""

import asyncio
import time
from typing import Annotated, Literal
from urllib.parse import urlsplit

from aiohttp import WSMessage, WSMsgType, web
from pydantic import Field, TypeAdapter, ValidationError

from ekyc.domain.access import Action
from ekyc.domain.call import BOTH, Party
from ekyc.domain.errors import (
    BodyInvalid,
    EkycError,
    NotAllowed,
    NotAllowedNow,
    TooManyRequests,
)
from ekyc.domain.place import Place, PlaceState
from ekyc.journey import call as calling
from ekyc.journey import guests
from ekyc.settings import Call as Settings
from ekyc.storage.calls import Pass
from ekyc.web.api import Body, Routes
from ekyc.web.keys import CLOCK, LANGUAGE, ROOMS, SETTINGS, STORE, TEXTS
from ekyc.web.room import Room
from ekyc.web.sockets import Socket

routes = Routes(described=False)

_BURST_S = 3.0
"""A page that opens says several things at once: so many seconds' worth of messages are in hand."""

_KEPT_COST = 4
"""What is written into the file counts as so many messages more."""


class Join(Body):
    type: Literal["join"]
    pass_: str = Field(alias="pass", max_length=100)


class Offer(Body):
    type: Literal["offer"]
    sdp: str


class Mute(Body):
    type: Literal["mute"]
    on: bool


class Camera(Body):
    type: Literal["camera"]
    on: bool


class Flip(Body):
    """The agent asks for the customer's other camera."""

    type: Literal["flip"]


class Whereabouts(Body):
    """Where the customer's browser is, or that it does not say."""

    type: Literal["place"]
    state: PlaceState
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    accuracy_m: float | None = Field(default=None, ge=0, le=1e7)


class Device(Body):
    """What the customer's browser calls its camera."""

    type: Literal["device"]
    label: str = Field(max_length=200)


class Sign(Body):
    """The customer's silent sign; no answer comes."""

    type: Literal["sign"]


class Leave(Body):
    type: Literal["leave"]


class Ping(Body):
    type: Literal["ping"]


Said = Join | Offer | Mute | Camera | Flip | Whereabouts | Device | Sign | Leave | Ping
_SAID: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="type")])


class Budget:
    """So many messages a second, with a few seconds' worth in hand."""

    def __init__(self, per_s: float) -> None:
        self._per_s, self._most = per_s, per_s * _BURST_S
        self._left, self._at = self._most, time.monotonic()

    def spend(self, messages: int = 1) -> None:
        """So many messages; `TooManyRequests` when there is nothing left."""
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left < messages:
            raise TooManyRequests
        self._left -= messages


@routes.get("/ws/call", action=Action.LOOK)
async def call_socket(request: web.Request) -> web.StreamResponse:
    """Sit down in a room; the pass says which, and as whom."""
    _refuse_other_sites(request)
    rules = request.app[SETTINGS].call
    ws = web.WebSocketResponse(max_msg_size=rules.ws_max_bytes)
    await ws.prepare(request)
    socket = Socket(ws)
    async with asyncio.TaskGroup() as group:
        delivery = group.create_task(socket.deliver())
        try:
            await Conversation(request, ws, socket).run()
        except EkycError as error:
            socket.say(_refusal(request, error))
        finally:
            socket.hang_up()
        await delivery
    return ws


def _refuse_other_sites(request: web.Request) -> None:
    """Browsers say which page opened a socket; only ours may."""
    origin = request.headers.get("Origin")
    if origin is None:
        return  # no browser: nobody's cookies or pages are at stake
    public = urlsplit(request.app[SETTINGS].server.public_url).netloc
    if urlsplit(origin).netloc not in {request.host, public or request.host}:
        raise NotAllowed


def _refusal(request: web.Request, error: EkycError) -> dict[str, object]:
    detail = request.app[TEXTS].error(error.code, request[LANGUAGE], **error.values)
    return {"type": "error", "code": error.code, "detail": detail, "values": error.values}


class Conversation:
    """What one socket says, from its pass to its end."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse, socket: Socket) -> None:
        self._request, self._ws, self._socket = request, ws, socket
        self._rules: Settings = request.app[SETTINGS].call
        self._rooms = request.app[ROOMS]
        self._budget = Budget(self._rules.ws_messages_per_s)

    async def run(self) -> None:
        """Until the socket closes, falls silent, or is refused."""
        app = self._request.app
        first = await self._hear()
        if not isinstance(first, Join):
            raise NotAllowedNow
        given = await calling.redeem_pass(app[STORE], app[CLOCK], token=first.pass_)
        room = await self._rooms.enter(given, self._socket)
        try:
            while (said := await self._hear()) is not None:
                await self._act(given, room, said)
        finally:
            await self._rooms.leave(room, given.party, self._socket)

    async def _hear(self) -> Said | None:
        """The next message; None when the socket is closed or was silent for too long."""
        try:
            message: WSMessage = await self._ws.receive(timeout=self._rules.ws_silence_s)
        except TimeoutError:
            return None
        if message.type is not WSMsgType.TEXT:
            return None
        self._budget.spend()
        try:
            return _SAID.validate_json(message.data)
        except ValidationError:
            raise BodyInvalid from None

    async def _act(self, given: Pass, room: Room, said: Said) -> None:
        match said:
            case Offer():
                await self._answer(given, room, said.sdp)
            case Mute() | Camera():
                self._budget.spend(_KEPT_COST)
                is_sound = isinstance(said, Mute)  # `on` says that sound is off, or the picture on
                what, off = ("sound", said.on) if is_sound else ("picture", not said.on)
                await self._rooms.switch(room, given.party, what, off=off)
            case Flip():
                self._budget.spend(_KEPT_COST)
                await self._ask_camera(given, room)
            case Whereabouts() | Device() | Sign():
                self._budget.spend(_KEPT_COST)
                await self._told(given, room, said)
            case Leave():
                await self._leave(given, room)
            case Join():
                raise NotAllowedNow
            case Ping():
                pass

    async def _answer(self, given: Pass, room: Room, offer: str) -> None:
        try:
            answer = await self._rooms.answer(room, given.party, offer)
        except EkycError as error:  # the page may offer again
            self._socket.say(_refusal(self._request, error))
        else:
            self._socket.say({"type": "answer", "sdp": answer})

    async def _ask_camera(self, given: Pass, room: Room) -> None:
        if given.party is not Party.AGENT or not room.is_call:
            raise NotAllowedNow
        try:
            await self._rooms.ask_camera(room, given.subject)
        except EkycError as error:  # the customer dropped that moment
            self._socket.say(_refusal(self._request, error))

    async def _told(self, given: Pass, room: Room, said: Whereabouts | Device | Sign) -> None:
        if given.party is not Party.CUSTOMER or not room.is_call:
            raise NotAllowedNow
        if isinstance(said, Sign):
            await self._rooms.sign(room)
            return
        if isinstance(said, Device):
            await self._rooms.device(room, said.label)
            return
        try:
            await self._rooms.place(room, Place(**said.model_dump(exclude={"type"})))
        except NotAllowedNow as error:  # no consent, or the call is just over
            self._socket.say(_refusal(self._request, error))

    async def _leave(self, given: Pass, room: Room) -> None:
        """Hang up, as the buttons of the pages do; leaving twice is as good as once."""
        app = self._request.app
        if not room.is_call:
            return
        try:
            if given.party not in BOTH:
                await guests.leave_by_line(app[STORE], app[CLOCK], guest_id=given.subject)
            elif given.party is Party.AGENT:
                await calling.hang_up(
                    app[STORE], app[CLOCK], staff_id=given.subject, call_id=given.room
                )
            else:
                await calling.leave(app[STORE], app[CLOCK], application_id=given.subject)
        except NotAllowedNow:
            return
