"""The page that helps a phone trust the demo's authority; all that is ever served without TLS."""

import plistlib
import uuid
from typing import Any

from aiohttp import web

from ekyc.demo.authority import Identity
from ekyc.domain.access import Action
from ekyc.notify.texts import Texts
from ekyc.settings import Settings
from ekyc.web import operations, pages
from ekyc.web.api import Routes, check_permissions
from ekyc.web.keys import SETTINGS, TEXTS
from ekyc.web.middleware import CSP, HEADERS, problems

IDENTITY = web.AppKey("identity", Identity)
FILE = "ekyc-demo-ca"
_NAMESPACE = uuid.UUID("5b0b8f4e-6c1d-4f5e-9a43-6f1f6a0f3a51")

routes = Routes()


def trust_app(settings: Settings, identity: Identity) -> web.Application:
    """An application of its own: behind its door there is neither customer nor staff."""
    app = web.Application(middlewares=[problems])
    app[SETTINGS], app[TEXTS], app[IDENTITY] = settings, Texts(), identity
    app.on_response_prepare.append(_headers)
    for table in (operations.routes, routes):
        table.add_to(app)
    check_permissions(app)
    return app


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    """As everywhere, but the page may try the HTTPS door: that is its check."""
    port = request.app[SETTINGS].lan.https_port
    response.headers.update(HEADERS)
    policy = CSP.replace("connect-src 'self'", f"connect-src 'self' https://*:{port}")
    response.headers["Content-Security-Policy"] = policy
    response.headers.setdefault("Cache-Control", "no-store")


@routes.get("/", action=Action.LOOK)
async def page(request: web.Request) -> web.StreamResponse:
    """Steps for each kind of phone, and a check."""
    return pages.file(pages.STATIC / "demo" / "trust.html")


routes.get("/static/{path:.+}", action=Action.LOOK)(pages.static)


@routes.get("/favicon.ico", action=Action.LOOK)
async def icon(request: web.Request) -> web.StreamResponse:
    """The logo."""
    return pages.file(pages.STATIC / "logo.svg")


@routes.get("/api/trust", action=Action.LOOK)
async def facts(request: web.Request) -> Any:
    """What to compare with the terminal, and where the HTTPS door is."""
    identity = request.app[IDENTITY]
    return {
        "name": identity.name,
        "fingerprint": identity.fingerprint,
        "https_port": request.app[SETTINGS].lan.https_port,
    }


@routes.get(f"/{FILE}.crt", action=Action.LOOK)
async def certificate(request: web.Request) -> web.StreamResponse:
    """For Android and computers."""
    body = request.app[IDENTITY].der
    return _download(body, "application/x-x509-ca-cert", f"{FILE}.crt")


@routes.get(f"/{FILE}.mobileconfig", action=Action.LOOK)
async def profile(request: web.Request) -> web.StreamResponse:
    """For iPhone and iPad."""
    body = mobile_profile(request.app[IDENTITY])
    return _download(body, "application/x-apple-aspen-config", f"{FILE}.mobileconfig")


def _download(body: bytes, kind: str, name: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type=kind, headers=headers)


def mobile_profile(identity: Identity) -> bytes:
    """A configuration profile with one root certificate; the same each time it is asked for."""
    mark = identity.fingerprint.replace(":", "").lower()
    payload = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"demo.ekyc.{mark[:12]}.root",
        "PayloadUUID": str(uuid.uuid5(_NAMESPACE, f"{mark} root")),
        "PayloadDisplayName": identity.name,
        "PayloadCertificateFileName": f"{FILE}.crt",
        "PayloadContent": identity.der,
    }
    return plistlib.dumps(
        {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": f"demo.ekyc.{mark[:12]}",
            "PayloadUUID": str(uuid.uuid5(_NAMESPACE, mark)),
            "PayloadDisplayName": identity.name,
            "PayloadDescription": "Trust for the ekyc demo in your own network. Remove it after.",
            "PayloadRemovalDisallowed": False,
            "PayloadContent": [payload],
        }
    )
