"""For those who run the server."""

from math import ceil
from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from ekyc import __version__
from ekyc.domain.access import Action
from ekyc.domain.errors import NotAllowed
from ekyc.web.api import Routes
from ekyc.web.keys import CLOCK, MEDIA, METRICS, PUSH, SETTINGS, STORE, VITALS
from ekyc.web.metrics import require_network
from ekyc.web.shapes import ConfigView, HealthView

routes = Routes()


@routes.get("/healthz", action=Action.LOOK, out=HealthView)
async def health(request: web.Request) -> Any:
    """The process answers."""
    return {"status": "ok", "version": __version__}


@routes.get("/readyz", action=Action.LOOK)
async def readiness(request: web.Request) -> web.StreamResponse:
    """Whether customers can be served now, part by part; 503 when not."""
    found = await request.app[VITALS].examine()
    ok = all(each.ok for each in found)
    checks = [{"name": each.name, "ok": each.ok, "state": each.word} for each in found]
    body = {"status": "ready" if ok else "not-ready", "checks": checks}
    return web.json_response(body, status=200 if ok else 503)


@routes.get("/metrics", action=Action.LOOK, gives="text/plain", refuses=(NotAllowed,))
async def metrics(request: web.Request) -> web.StreamResponse:
    """Figures for Prometheus, for the networks of `server.metrics_networks` alone."""
    app = request.app
    require_network(request, app[SETTINGS].server.metrics_networks)
    page = await app[METRICS].page(
        *(app[STORE], app[CLOCK], app[VITALS], app[MEDIA].pulses),
        late_s=app[SETTINGS].queue.late_s,
    )
    return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE_LATEST})


@routes.get("/api/config", action=Action.LOOK, out=ConfigView)
async def config(request: web.Request) -> Any:
    """What every page needs to know."""
    settings = request.app[SETTINGS]
    push = request.app.get(PUSH)  # behind the demo's door of trust there is nobody to ring
    return {
        "demo": settings.demo,
        "address": settings.server.public_url,
        "bank": settings.bank.model_dump(),
        "languages": ["vi", "en"],
        "documents": settings.documents.kinds,
        "push": push.public if push and settings.push.enabled else "",
        "capture": {
            "failures": settings.capture.failures,
            "auto": settings.capture.auto,
            "gallery": settings.capture.gallery == "flagged",
        },
        "limits": {
            "photo_max_bytes": settings.documents.photo_max_bytes,
            "photo_long_side_px": settings.documents.photo_long_side_px,
            "still_bytes": settings.call.still_bytes,
            "still_timer_s": settings.call.still_timer_s,
            "rejoin_s": ceil(settings.call.rejoin_s),
        },
    }
