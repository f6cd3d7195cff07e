"""The callback code: asked for by the agent of a call or wanted by the CRM, typed at the link."""

from datetime import datetime
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from ekyc.domain import callback as rules
from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.call import Call, CallState
from ekyc.domain.events import Actor
from ekyc.domain.message import MessageState
from ekyc.journey import callback as journey
from ekyc.notify.code_words import callback_letter
from ekyc.storage.callbacks import Story
from ekyc.web.api import Body, Routes
from ekyc.web.codes import NOT_SENT, post
from ekyc.web.keys import CLOCK, SECRET, SETTINGS, STORE, SUBJECT, TEXTS
from ekyc.web.shapes import Instants

routes = Routes()
crm_routes = Routes(for_crm=True)


class TokenIn(Body):
    token: str = Field(min_length=1, max_length=100)


class TriedIn(TokenIn):
    code: str = Field(max_length=20)


class WantedIn(Body):
    """Whether an approval needs a callback code."""

    wanted: bool


class ToldCode(BaseModel):
    """The digits the agent tells aloud, said this once."""

    code: str


class LinkedCallback(BaseModel):
    """What a callback's link is good for; nothing of the customer but the language."""

    state: Literal["open", "void", "over", "confirmed"]
    tries_left: int
    expires_at: Instants | None
    language: str
    now: Instants


class CallbackOut(BaseModel):
    """A callback code given back in a call, and who vouches for the mailbox its link went to."""

    confirmed_at: datetime
    source: str
    as_of: str


@routes.post(
    "/api/files/{id}/callback",
    action=Action.SERVE,
    out=ToldCode,
    refuses=(*NOT_SENT, errors.MailboxMissing),
)
async def ask(request: web.Request) -> Any:
    """Mail the customer of one's call a link, and be told the code to tell them."""
    app = request.app
    digits = await journey.ask(
        *(app[STORE], app[CLOCK], post(app)),
        callback_letter(app[TEXTS], app[SETTINGS]),
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
    )
    return {"code": digits}


@crm_routes.put(
    "/api/v1/applications/{id}/callback",
    action=Action.INTEGRATE,
    body=WantedIn,
    refuses=(errors.NotAllowedNow, errors.MailboxMissing),
)
async def want(request: web.Request, body: WantedIn) -> Any:
    """Have no approval without a callback code in the call, or take that back."""
    async with request.app[STORE].begin() as tx:
        await journey.want(
            *(tx, request.app[CLOCK]),
            application_id=request.match_info["id"],
            wanted=body.wanted,
            actor=Actor(kind="crm", id=request[SUBJECT]),
        )
    return {}


@routes.post(
    "/api/callback",
    action=Action.LOOK,
    body=TokenIn,
    out=LinkedCallback,
    refuses=(errors.LinkInvalid,),
)
async def by_link(request: web.Request, body: TokenIn) -> Any:
    """What a callback's link leads to."""
    return await _linked(request, body.token)


@routes.post(
    "/api/callback/confirm",
    action=Action.LOOK,
    body=TriedIn,
    out=LinkedCallback,
    refuses=(
        *(errors.LinkInvalid, errors.CodeWrong, errors.CodeExpired, errors.CodeVoid),
        errors.NotAllowedNow,
    ),
)
async def confirm(request: web.Request, body: TriedIn) -> Any:
    """One try at the code that was told in the call."""
    app = request.app
    await journey.confirm(
        app[STORE], app[CLOCK], token=body.token, secret=app[SECRET], digits=body.code
    )
    return await _linked(request, body.token)


async def _linked(request: web.Request, token: str) -> dict[str, Any]:
    app = request.app
    found = await journey.by_link(app[STORE], app[CLOCK], token=token)
    return {
        "state": found.standing.value,
        "tries_left": found.tries_left,
        "expires_at": found.expires_at and found.expires_at.isoformat(),
        "language": found.language,
        "now": app[CLOCK].now().isoformat(),
    }


tables = (routes, crm_routes)


def staff(found: Story | None, call: Call, now: datetime) -> dict[str, Any] | None:
    """To staff: how the callback of a call stands, and who vouches for its mailbox."""
    if found is None:
        return None
    callback, mailbox, code, message = found
    is_over = call.state is CallState.ENDED
    return {
        "state": rules.standing(callback, code, call_is_over=is_over, now=now).value,
        "delivery": (message.state if message else MessageState.HANDED).value,
        "sent_at": callback.asked_at.isoformat(),
        "again_at": (code.again_at if code else callback.asked_at).isoformat(),
        "tries_left": code.tries_left if code else 0,
        "confirmed_at": callback.confirmed_at and callback.confirmed_at.isoformat(),
        "source": mailbox.source,
        "as_of": mailbox.as_of,
    }


def crm(found: Story | None) -> CallbackOut | None:
    """To the CRM: the one that was confirmed."""
    if found is None or found[0].confirmed_at is None:
        return None
    callback, mailbox, _, _ = found
    return CallbackOut(
        confirmed_at=callback.confirmed_at, source=mailbox.source, as_of=mailbox.as_of
    )
