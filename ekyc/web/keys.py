"""The typed keys: what a handler may ask the application for."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from ekyc.crew import Crew
from ekyc.domain.access import Role
from ekyc.journey.ports import Clock, MediaPlane, Reader, Sender
from ekyc.notify.preparation import Preparation
from ekyc.notify.push import Push
from ekyc.notify.texts import Texts
from ekyc.settings import Settings
from ekyc.storage.bus import Bus
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.staff import Member
from ekyc.storage.store import Store
from ekyc.web.live import Live
from ekyc.web.metrics import Metrics
from ekyc.web.rooms import Rooms
from ekyc.web.turn import Turn
from ekyc.web.vitals import Vitals

SETTINGS = web.AppKey("settings", Settings)
SECRET = web.AppKey("secret", bytes)
STORE = web.AppKey("store", Store)
BUS = web.AppKey("bus", Bus)
OBJECTS = web.AppKey("objects", Objects)
RING = web.AppKey("ring", Ring)
"""The sealing keys."""
CLOCK: web.AppKey[Clock] = web.AppKey("clock", Clock)
SENDER: web.AppKey[Sender] = web.AppKey("sender", Sender)
READER: web.AppKey[Reader] = web.AppKey("reader", Reader)
MEDIA: web.AppKey[MediaPlane] = web.AppKey("media", MediaPlane)
ROOMS = web.AppKey("rooms", Rooms)
TURN = web.AppKey("turn", Turn)
PUSH = web.AppKey("push", Push)
"""The server's key for push services."""
LIVE = web.AppKey("live", Live)
VITALS = web.AppKey("vitals", Vitals)
METRICS = web.AppKey("metrics", Metrics)
TEXTS = web.AppKey("texts", Texts)
PREPARATION: web.AppKey[Preparation] = web.AppKey("preparation")
EDITION = web.AppKey("edition", str)
CREW = web.AppKey("crew", Crew)
LISTENING = web.AppKey("listening", asyncio.Event)
"""Set while the port is open; work that calls this very server waits for it."""
SIGN_IN_HINT = web.AppKey[Callable[[Member], Awaitable[None]]]("sign_in_hint")
"""Called after a right password; the demo puts the one-time code into its inbox."""

ROLE = web.RequestKey("role", Role)
SUBJECT = web.RequestKey("subject", str)
"""The application's id for a customer, the row's id for staff and API keys."""
LANGUAGE = web.RequestKey("language", str)
