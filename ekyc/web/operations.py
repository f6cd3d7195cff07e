"""For those who run the server."""

from typing import Any

from aiohttp import web

from ekyc import __version__
from ekyc.domain.access import Action
from ekyc.web.api import Routes
from ekyc.web.keys import SETTINGS
from ekyc.web.shapes import ConfigView, HealthView

routes = Routes()


@routes.get("/healthz", action=Action.LOOK, out=HealthView)
async def health(request: web.Request) -> Any:
    """The process answers."""
    return {"status": "ok", "version": __version__}


@routes.get("/api/config", action=Action.LOOK, out=ConfigView)
async def config(request: web.Request) -> Any:
    """What every page needs to know."""
    settings = request.app[SETTINGS]
    return {
        "demo": settings.demo,
        "address": settings.server.public_url,
        "bank": settings.bank.model_dump(),
        "languages": ["vi", "en"],
        "ice_servers": settings.ice.servers,
        "limits": {"photo_max_bytes": settings.documents.photo_max_bytes},
    }
