"""Every route × every role, from the router: who is let in, who is not, and nobody meets a 500."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from aiohttp import web

from ekyc.app import build_app
from ekyc.domain.access import POLICY, SCOPE_OF, STAFF_ROLES, Action, Role, may
from ekyc.settings import Settings
from ekyc.web.api import ACTION, Routes
from tests.integration.web.conftest import House

PARTS = {
    "id": "first",
    "token": "none",
    "side": "front",
    "seed": "11",
    "photograph": "none",
    "portrait": "none",
    "recording": "none",
    "still": "none",
    "call": "none",
    "export": "none",
    "path": "x",
    "medium": "none",
    "sequence": "1",
    "comparison": "none",
    "movement": "none",
    "question": "none",
    "guest": "none",
    "authorisation": "none",
    "which": "live",
    "provider": "none",
}
STREAMS = {"/api/customer/live", "/api/desk/live", "/api/wall/live"}
"""They answer for as long as somebody listens."""

ASKED_AS = {Action.APPLY: {Role.CUSTOMER}, **{key: {Role.CRM} for key in SCOPE_OF}}
"""Whose credential an action looks for; any other action looks for a member of staff's."""


@dataclass(frozen=True)
class Door:
    """One route."""

    method: str
    path: str
    action: Action

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.action})"


def doors(app: web.Application) -> Iterator[Door]:
    for route in app.router.routes():
        assert route.resource is not None
        path = route.resource.canonical.format(**PARTS)
        yield Door(route.method, path, getattr(route.handler, ACTION))


def expected(role: Role, action: Action) -> set[int] | None:
    """How a role is refused: as nobody, or as somebody who may not; None when it is let in."""
    if may(role, action):
        return None
    known = role in ASKED_AS.get(action, STAFF_ROLES)
    return {403} if known else {401}


@pytest.mark.parametrize("role", Role)
async def test_each_role_is_let_in_where_the_policy_says_and_nowhere_else(
    demo: House, role: Role
) -> None:
    wrong = []
    for door in sorted(doors(demo.app), key=lambda door: door.path.endswith("sign-out")):
        if door.path in STREAMS and may(role, door.action):
            continue
        answer = await demo[role].ask(door.method, door.path)
        refused = expected(role, door.action)
        let_in = answer.status not in {401, 403} or door.action is Action.RECEIVE
        if answer.status >= 500 or (answer.status not in refused if refused else not let_in):
            wrong.append(f"{role} {door}: {answer.status}")
    assert wrong == []


async def test_whoever_may_listen_is_told_news_as_a_stream(demo: House) -> None:
    for role, path in ((Role.CUSTOMER, "/api/customer/live"), (Role.AGENT, "/api/desk/live")):
        guest = demo[role]
        async with guest.session.get(demo.server.make_url(path), headers=guest.headers) as news:
            assert news.status == 200
            assert news.content_type == "text/event-stream"
            assert news.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"a": 1}', b"\xff", b'"\\ud800"'])
async def test_no_body_however_odd_brings_the_server_down(demo: House, body: bytes) -> None:
    broken = []
    for door in doors(demo.app):
        if door.method not in {"POST", "PUT", "DELETE"}:
            continue
        for role in (Role.PUBLIC, *POLICY[door.action] & set(demo.guests)):
            headers = {"Content-Type": "application/json"}
            answer = await demo[role].ask(door.method, door.path, data=body, headers=headers)
            if answer.status >= 500:
                broken.append(f"{role} {door}: {answer.status}")
    assert broken == []


@pytest.mark.parametrize("odd", ["%00", "%FF", "%F0%9F%8C%B8", "x" * 300, "..%2f..%2fetc", "%20"])
async def test_no_address_however_odd_brings_the_server_down(demo: House, odd: str) -> None:
    broken = []
    for route in demo.app.router.routes():
        assert route.resource is not None
        path = route.resource.canonical
        if "{" not in path:
            continue
        url = str(demo.server.make_url("/"))[:-1] + path.format(**dict.fromkeys(PARTS, odd))
        for role in POLICY[getattr(route.handler, ACTION)] & {Role.CUSTOMER, Role.AGENT, Role.CRM}:
            answer = await demo[role].ask(route.method, path, url=url)
            if answer.status >= 500 or (answer.status == 200 and "{id}" not in path):
                broken.append(f"{role} {route.method} {path}: {HTTPStatus(answer.status)}")
    assert broken == []


async def test_a_route_without_a_permission_stops_the_start(settings: Settings) -> None:
    """However it came into the router."""

    class Forgetful(Routes):
        def add_to(self, app: web.Application) -> None:
            async def handle(request: web.Request) -> web.Response:
                return web.Response()

            app.router.add_get("/forgotten", handle)

    with pytest.raises(RuntimeError, match="/forgotten"):
        await asyncio.to_thread(build_app, settings, None, [Forgetful()])
