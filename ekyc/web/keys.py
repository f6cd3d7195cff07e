"""The typed keys: what a handler may ask the application for."""

from aiohttp import web

from ekyc.crew import Crew
from ekyc.domain.access import Role
from ekyc.journey.ports import Clock, DocumentReader, MediaPlane, Sender
from ekyc.notify.texts import Texts
from ekyc.settings import Settings
from ekyc.storage.bus import Bus
from ekyc.storage.objects import Objects
from ekyc.storage.store import Store

SETTINGS = web.AppKey("settings", Settings)
SECRET = web.AppKey("secret", bytes)
STORE = web.AppKey("store", Store)
BUS = web.AppKey("bus", Bus)
OBJECTS = web.AppKey("objects", Objects)
CLOCK: web.AppKey[Clock] = web.AppKey("clock", Clock)  # type: ignore[type-abstract]
SENDER: web.AppKey[Sender] = web.AppKey("sender", Sender)  # type: ignore[type-abstract]
READER: web.AppKey[DocumentReader] = web.AppKey("reader", DocumentReader)  # type: ignore[type-abstract]
MEDIA: web.AppKey[MediaPlane] = web.AppKey("media", MediaPlane)  # type: ignore[type-abstract]
TEXTS = web.AppKey("texts", Texts)
CREW = web.AppKey("crew", Crew)

ROLE = web.RequestKey("role", Role)
SUBJECT = web.RequestKey("subject", str)
"""The application's id for a customer, the row's id for staff and API keys."""
LANGUAGE = web.RequestKey("language", str)
