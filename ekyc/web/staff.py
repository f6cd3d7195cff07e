"""Signing in and out."""

from typing import Any

from aiohttp import web
from pydantic import Field

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.journey import desk, desk_push, door, staff
from ekyc.journey.door import Browser
from ekyc.storage import staff as accounts
from ekyc.storage.staff import Member
from ekyc.web import auth
from ekyc.web.address import asker, prefix
from ekyc.web.api import Body, Routes
from ekyc.web.customer import LanguageIn
from ekyc.web.keys import CLOCK, SECRET, SETTINGS, SIGN_IN_HINT, STORE, SUBJECT
from ekyc.web.shapes import ChallengeView, MemberView

routes = Routes()

_DEVICE = "device"
"""The cookie of a browser somebody signed in with; it outlives the session."""


class SignInIn(Body):
    login: str = Field(min_length=1, max_length=60)
    password: str = Field(min_length=1, max_length=200)


class SignInCodeIn(Body):
    challenge: str = Field(max_length=100)
    code: str = Field(max_length=20)


def _me(member: Member) -> dict[str, Any]:
    return {
        "id": member.id,
        "login": member.login,
        "name": member.name,
        "role": member.role.value,
        "language": member.language,
    }


@routes.post(
    "/api/staff/sign-in",
    action=Action.LOOK,
    body=SignInIn,
    out=ChallengeView,
    refuses=(errors.SignInRefused, errors.SignInRests),
)
async def begin_sign_in(request: web.Request, body: SignInIn) -> Any:
    """The first factor."""
    app = request.app
    challenge, member = await staff.begin_sign_in(
        app[STORE],
        app[CLOCK],
        app[SETTINGS].staff,
        _browser(request),
        login=body.login,
        password=body.password,
    )
    await app[SIGN_IN_HINT](member)
    return {"challenge": challenge}


@routes.post(
    "/api/staff/sign-in/code",
    action=Action.LOOK,
    body=SignInCodeIn,
    out=MemberView,
    refuses=(errors.SignInRefused, errors.SignInRests),
)
async def end_sign_in(request: web.Request, body: SignInCodeIn) -> web.StreamResponse:
    """The second factor."""
    app = request.app
    rules, browser = app[SETTINGS].staff, _browser(request)
    token, member = await staff.end_sign_in(
        app[STORE], app[CLOCK], rules, browser, token=body.challenge, code=body.code
    )
    response = web.json_response(_me(member))
    auth.set_cookie(request, response, "staff", token)
    known = door.remembered(browser, rules, login=member.login, now=app[CLOCK].now())
    auth.set_cookie(request, response, _DEVICE, known, days=rules.device_days)
    return response


def _browser(request: web.Request) -> Browser:
    settings = request.app[SETTINGS]
    rules, address = settings.staff, asker(request, settings.server.proxy_networks)
    return Browser(
        secret=request.app[SECRET],
        cookie=request.cookies.get(auth.cookie_name(request, _DEVICE), ""),
        network=prefix(address, v4_bits=rules.network_v4_bits, v6_bits=rules.network_v6_bits),
    )


@routes.post("/api/staff/sign-out", action=Action.BE_STAFF)
async def sign_out(request: web.Request) -> web.StreamResponse:
    """End this session."""
    name = auth.cookie_name(request, "staff")
    token, who = request.cookies[name], request[SUBJECT]
    await desk_push.sign_out(request.app[STORE], request.app[CLOCK], staff_id=who, session=token)
    await staff.sign_out(request.app[STORE], token=token)
    await desk.go_home(request.app[STORE], request.app[CLOCK], staff_id=request[SUBJECT])
    response = web.json_response({})
    response.del_cookie(name, path="/", secure=auth.is_https(request), samesite="Strict")
    return response


@routes.get("/api/staff/me", action=Action.BE_STAFF, out=MemberView)
async def me(request: web.Request) -> Any:
    """Who is signed in."""
    async with request.app[STORE].read() as tx:
        member = await accounts.by_id(tx, request[SUBJECT])
    assert member is not None  # the session was read with its account a moment ago
    return _me(member)


@routes.put("/api/staff/language", action=Action.BE_STAFF, body=LanguageIn, out=MemberView)
async def speak(request: web.Request, body: LanguageIn) -> Any:
    """Speak another language from now on."""
    await staff.speak(request.app[STORE], staff_id=request[SUBJECT], language=body.language)
    return await me(request)
