"""The pages and their parts: plain files under `static/`, revalidated by their ETag."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web

from ekyc.domain.access import Action
from ekyc.domain.errors import NotFound
from ekyc.web.api import Routes

STATIC = Path(__file__).parents[2] / "static"


@cache
def edition() -> str:
    """Twelve hex digits that change with any part of any page; blocks while the files are read."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(STATIC)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


CUSTOMER = (
    "code",
    "document",
    "capture",
    "handover",
    "confirm",
    "precheck",
    "waiting",
    "call",
    "result",
    "booking",
    "callback",
    "prepare",
)
PAGES = {
    "/": "customer/start.html",
    "/c/": "customer/start.html",
    **{f"/c/{name}": f"customer/{name}.html" for name in CUSTOMER},
    "/c/worker.js": "js/worker.js",
    "/staff/worker.js": "js/worker.js",
    "/staff/sign-in": "agent/sign-in.html",
    "/staff/desk": "agent/desk.html",
    "/staff/files": "agent/files.html",
    "/staff/wall": "agent/wall.html",
    "/staff/roster": "agent/roster.html",
    "/staff/agents": "agent/agents.html",
    "/staff/files/{id}": "agent/file.html",
    "/guest": "guest/index.html",
    "/integrate": "integrate/index.html",
    "/favicon.ico": "logo.svg",
}

routes = Routes(described=False)


def _page(path: str) -> Any:
    async def page(request: web.Request) -> web.StreamResponse:
        return file(STATIC / path)

    return page


for _address, _path in PAGES.items():
    routes.get(_address, action=Action.LOOK)(_page(_path))


@routes.get("/c", action=Action.LOOK)
async def start(request: web.Request) -> web.StreamResponse:
    """The address without its slash; a fragment survives the redirect."""
    raise web.HTTPMovedPermanently("/c/")


@routes.get("/staff", action=Action.LOOK)
async def desk(request: web.Request) -> web.StreamResponse:
    """Staff begin at the desk; the page sends them to sign in."""
    raise web.HTTPFound("/staff/desk")


@routes.get("/static/{path:.+}", action=Action.LOOK)
async def static(request: web.Request) -> web.StreamResponse:
    """One part of a page; `NotFound` for anything outside the folder."""
    wanted = (STATIC / request.match_info["path"]).resolve()
    if not wanted.is_relative_to(STATIC.resolve()) or not wanted.is_file():
        raise NotFound
    return file(wanted)


def file(path: Path) -> web.StreamResponse:
    """A file that browsers keep, but ask about each time."""
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
