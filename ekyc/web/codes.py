"""The customer's one-time codes: have one sent, give it back, and how one stands."""

from datetime import timedelta
from typing import Any, Literal

from aiohttp import web
from pydantic import Field

from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.message import Channel
from ekyc.journey import codes, finish
from ekyc.journey.messages import Post
from ekyc.notify.code_words import code_words
from ekyc.web import auth
from ekyc.web.api import Body, Query, Routes
from ekyc.web.customer import shown
from ekyc.web.keys import CLOCK, SECRET, SENDER, SETTINGS, STORE, SUBJECT, TEXTS
from ekyc.web.shapes import CustomerView

routes = Routes()
_APPLY = Action.APPLY
NOT_SENT = (
    errors.NotAllowedNow,
    errors.CodeTooSoon,
    errors.CodeBudget,
    errors.CodeDayBudget,
    errors.CodesPaused,
    errors.SendFailed,
    errors.SenderMissing,
    errors.PhoneUnverified,
)
"""What sending a code refuses."""


class SendIn(Query):
    """How the customer would have the code; said nothing, by SMS first and then by voice."""

    by: Literal["sms", "voice"] | None = None


class SendInCall(Query):
    """How the code of a call goes out; nothing is read aloud while a camera is on."""

    by: Literal["sms", "mail"] = "sms"


class CodeIn(Body):
    code: str = Field(max_length=20)


@routes.post(
    "/api/customer/code",
    action=_APPLY,
    query=SendIn,
    out=CustomerView,
    refuses=NOT_SENT,
)
async def send_code(request: web.Request, query: SendIn) -> Any:
    """Send a code to the number the bank gave: an SMS, then, asked for again, a voice call."""
    app = request.app
    settings = app[SETTINGS]
    await codes.send(
        app[STORE],
        app[CLOCK],
        post(app),
        code_words(app[TEXTS], settings, "phone"),
        application_id=request[SUBJECT],
        session=auth.customer_token(request),
        address=auth.of_network(request),
        wish=None if query.by is None else Channel(query.by),
    )
    return await shown(request)


@routes.post(
    "/api/customer/code/finish",
    action=_APPLY,
    body=CodeIn,
    out=CustomerView,
    refuses=(errors.CodeWrong, errors.CodeExpired, errors.CodeVoid, errors.NotAllowedNow),
)
async def confirm_in_call(request: web.Request, body: CodeIn) -> Any:
    """One try at the code of the call."""
    await finish.confirm(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request[SUBJECT],
        secret=request.app[SECRET],
        digits=body.code,
    )
    return await shown(request)


@routes.post(
    "/api/files/{id}/code",
    action=Action.SERVE,
    query=SendInCall,
    refuses=(*NOT_SENT, errors.MailboxMissing),
)
async def ask_in_call(request: web.Request, query: SendInCall) -> Any:
    """Send the customer of one's call a code, to be typed in on the call's page."""
    app = request.app
    await finish.ask(
        *(app[STORE], app[CLOCK], post(app)),
        code_words(app[TEXTS], app[SETTINGS], "finish"),
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
        by=Channel(query.by),
    )
    return {}


def post(app: web.Application) -> Post:
    """What codes are sent with."""
    rules = app[SETTINGS].codes
    return Post(
        sender=app[SENDER],
        secret=app[SECRET],
        limits=codes.limits(rules),
        block_digits=rules.block_digits,
        ask_after=timedelta(seconds=app[SETTINGS].gateways.ask_s),
    )


@routes.post(
    "/api/customer/code/confirm",
    action=_APPLY,
    body=CodeIn,
    out=CustomerView,
    refuses=(errors.CodeWrong, errors.CodeExpired, errors.CodeVoid, errors.NotAllowedNow),
)
async def confirm_code(request: web.Request, body: CodeIn) -> Any:
    """One try at the code."""
    await codes.confirm(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request[SUBJECT],
        session=auth.customer_token(request),
        secret=request.app[SECRET],
        digits=body.code,
    )
    return await shown(request)
