"""The customer's addresses: parse, one step of the journey, the view again."""

from typing import Any

from aiohttp import web
from pydantic import Field

from ekyc.domain import consent, errors
from ekyc.domain.acceptance import Policy
from ekyc.domain.access import Action
from ekyc.domain.document import Kind, Side
from ekyc.domain.errors import NotFound, UploadsOff
from ekyc.domain.message import Channel
from ekyc.journey import (
    apply,
    confirm,
    decision,
    documents,
    flags,
    handover,
    queue,
    stills,
)
from ekyc.storage import documents as photographs
from ekyc.web import auth
from ekyc.web.api import Body, Routes
from ekyc.web.customer_view import view
from ekyc.web.keys import (
    CLOCK,
    OBJECTS,
    READER,
    RING,
    ROOMS,
    SECRET,
    SENDER,
    SETTINGS,
    STORE,
    SUBJECT,
    TEXTS,
)
from ekyc.web.objects import given
from ekyc.web.shapes import CustomerView
from ekyc.web.uploads import image

routes = Routes()
_APPLY = Action.APPLY


class SessionIn(Body):
    token: str = Field(min_length=20, max_length=100)


class ConsentsIn(Body):
    given: list[str] = Field(max_length=10)
    version: str = Field(max_length=20)
    language: str = Field(pattern="^(vi|en)$")


class LanguageIn(Body):
    language: str = Field(pattern="^(vi|en)$")


class SpeechIn(Body):
    """Whether the customer wants to be spoken to slowly."""

    slow: bool


class DocumentIn(Body):
    kind: Kind


class FieldsIn(Body):
    fields: dict[str, str] = Field(max_length=20)


async def shown(request: web.Request) -> dict[str, Any]:
    """The customer's view after whatever the request did."""
    return await seen_by(request.app, request[SUBJECT], auth.customer_token(request))


async def seen_by(app: web.Application, application_id: str, session: str) -> dict[str, Any]:
    """The customer's view from the session with this token."""
    return await view(
        *(app[STORE], app[TEXTS], app[SETTINGS], application_id),
        session=session,
        can_speak=app[SENDER].reaches(Channel.VOICE),
        by_message=app[SENDER].reaches(Channel.SMS),
        secret=app[SECRET],
        now=app[CLOCK].now(),
    )


@routes.post(
    "/api/customer/session",
    action=Action.LOOK,
    body=SessionIn,
    out=CustomerView,
    refuses=(errors.LinkInvalid, errors.LinkExpired),
)
async def open_session(request: web.Request, body: SessionIn) -> web.StreamResponse:
    """Trade the link's token for a session cookie."""
    app = request.app
    application_id, token = await apply.open_session(
        app[STORE],
        app[CLOCK],
        link_token=body.token,
        hours=app[SETTINGS].applications.session_hours,
    )
    answer = await seen_by(app, application_id, token)
    response = web.json_response(answer)
    auth.set_cookie(request, response, "customer", token)
    return response


@routes.get("/api/customer/application", action=_APPLY, out=CustomerView)
async def application(request: web.Request) -> Any:
    """Where the customer stands; asking is a sign of presence, where events do not get through."""
    await present(request)
    return await shown(request)


async def present(request: web.Request) -> None:
    """Whoever asks is there; a computer is not while the journey goes on on a telephone."""
    app, me = request.app, request[SUBJECT]
    session = auth.customer_token(request)
    if not await handover.is_elsewhere(app[STORE], application_id=me, session=session):
        await queue.see(app[STORE], app[CLOCK], app[SETTINGS].queue, application_id=me)


@routes.put("/api/customer/language", action=_APPLY, body=LanguageIn, out=CustomerView)
async def speak(request: web.Request, body: LanguageIn) -> Any:
    """Speak another language from now on."""
    app, me = request.app, request[SUBJECT]
    await apply.speak(app[STORE], application_id=me, language=body.language)
    await queue.follow(app[STORE], app[CLOCK], app[SETTINGS].queue, application_id=me)
    return await shown(request)


@routes.put(
    "/api/customer/speech",
    action=_APPLY,
    body=SpeechIn,
    out=CustomerView,
    refuses=(errors.TooManyRequests,),
)
async def speech(request: web.Request, body: SpeechIn) -> Any:
    """Be spoken to slowly from now on, or not any more."""
    app = request.app
    await apply.speak_slowly(
        *(app[STORE], app[CLOCK]),
        application_id=request[SUBJECT],
        slow=body.slow,
        per_hour=app[SETTINGS].applications.speech_changes_per_hour,
    )
    return await shown(request)


@routes.post(
    "/api/customer/consents",
    action=_APPLY,
    body=ConsentsIn,
    out=CustomerView,
    refuses=(errors.ConsentsMissing, errors.NotAllowedNow),
)
async def agree(request: web.Request, body: ConsentsIn) -> Any:
    """Agree to each point."""
    await apply.agree(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request[SUBJECT],
        given=body.given,
        version=body.version,
        language=body.language,
        optional=consent.asked_besides(place=request.app[SETTINGS].call.ask_place),
    )
    return await shown(request)


@routes.post(
    "/api/customer/document",
    action=_APPLY,
    body=DocumentIn,
    out=CustomerView,
    refuses=(errors.NotAllowedNow, errors.KindRefused),
)
async def choose_document(request: web.Request, body: DocumentIn) -> Any:
    """Name the document that will be shown."""
    await documents.choose(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request[SUBJECT],
        kind=body.kind,
        policy=_policy(request.app),
    )
    return await shown(request)


def _policy(app: web.Application) -> Policy:
    return documents.policy(app[SETTINGS].documents, demo=app[SETTINGS].demo)


@routes.put(
    "/api/customer/photographs/{side}",
    action=_APPLY,
    out=CustomerView,
    refuses=(
        errors.ImageUnreadable,
        errors.ImageTooLarge,
        errors.Busy,
        errors.NotAllowedNow,
        errors.TooManyRequests,
        errors.TooManyPhotographs,
        errors.UploadsOff,
    ),
    takes="image/jpeg",
)
async def photograph(request: web.Request) -> Any:
    """One side's photograph, as the camera gave it."""
    app = request.app
    await documents.photograph(
        app[STORE],
        app[CLOCK],
        app[OBJECTS],
        app[RING],
        app[READER],
        application_id=request[SUBJECT],
        side=_side(request),
        origin=_origin(request),
        image=await image(request),
        most=app[SETTINGS].documents.photographs_max,
        policy=_policy(app),
        zone=app[SETTINGS].bank.zone,
    )
    return await shown(request)


def _origin(request: web.Request) -> str:
    """Where the page says the picture is from; `UploadsOff` where only the camera's count."""
    if request.query.get("origin") != "upload":
        return "camera"
    if request.app[SETTINGS].capture.gallery == "off":
        raise UploadsOff
    return "upload"


def _side(request: web.Request) -> Side:
    try:
        return Side(request.match_info["side"])
    except ValueError:
        raise NotFound from None


@routes.get("/api/customer/photographs/{side}", action=_APPLY, gives="image/jpeg", parts=True)
async def own_photograph(request: web.Request) -> web.StreamResponse:
    """The straightened picture of a side."""
    async with request.app[STORE].read() as tx:
        taken = (await photographs.current(tx, request[SUBJECT])).get(_side(request))
    if taken is None:
        raise NotFound
    return await given(
        request, taken.straightened, application_id=request[SUBJECT], content_type="image/jpeg"
    )


@routes.put(
    "/api/customer/stills/{still}",
    action=_APPLY,
    out=CustomerView,
    refuses=(
        errors.ImageUnreadable,
        errors.ImageTooLarge,
        errors.Busy,
        errors.NotAllowedNow,
        errors.TooManyRequests,
    ),
    takes="image/jpeg",
)
async def still(request: web.Request) -> Any:
    """The photograph the agent asked for in the call; sending it twice is as good as once."""
    app = request.app
    await stills.take(
        app[STORE],
        app[CLOCK],
        app[OBJECTS],
        app[RING],
        app[READER],
        application_id=request[SUBJECT],
        still_id=request.match_info["still"],
        image=await image(request),
    )
    app[ROOMS].photographed(request.match_info["still"])
    return await shown(request)


@routes.delete(
    "/api/customer/stills/{still}",
    action=_APPLY,
    out=CustomerView,
    refuses=(errors.NotAllowedNow,),
)
async def decline_still(request: web.Request) -> Any:
    """No photograph: the customer does not want to take it."""
    await stills.decline(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request[SUBJECT],
        still_id=request.match_info["still"],
    )
    return await shown(request)


@routes.put(
    "/api/customer/fields",
    action=_APPLY,
    body=FieldsIn,
    out=CustomerView,
    refuses=(errors.FieldsInvalid, errors.NotAllowedNow),
)
async def draft(request: web.Request, body: FieldsIn) -> Any:
    """Keep what was typed so far."""
    await confirm.draft(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request[SUBJECT],
        fields=body.fields,
    )
    return await shown(request)


@routes.post(
    "/api/customer/confirm",
    action=_APPLY,
    body=FieldsIn,
    out=CustomerView,
    refuses=(errors.FieldsInvalid, errors.NotAllowedNow),
)
async def confirm_form(request: web.Request, body: FieldsIn) -> Any:
    """The customer says the form is right."""
    settings = request.app[SETTINGS]
    await confirm.confirm(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request[SUBJECT],
        fields=body.fields,
        secret=request.app[SECRET],
        rules=flags.limits(settings.flags, demo=settings.demo),
        zone=settings.bank.zone,
    )
    return await shown(request)


@routes.post(
    "/api/customer/resume", action=_APPLY, out=CustomerView, refuses=(errors.NotAllowedNow,)
)
async def resume(request: web.Request) -> Any:
    """Begin again after an incomplete verdict."""
    await decision.resume(request.app[STORE], request.app[CLOCK], application_id=request[SUBJECT])
    return await shown(request)
