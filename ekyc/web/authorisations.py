"""Changes a caller asks for: the agent's and the customer's addresses, and how staff see them."""

from datetime import datetime
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from ekyc.domain import authorisation as rules
from ekyc.domain import errors
from ekyc.domain.access import Action
from ekyc.domain.authorisation import Authorisation, Identifier
from ekyc.journey import authorisation as journey
from ekyc.journey.changes import Changes, notice
from ekyc.journey.codes import limits as code_limits
from ekyc.journey.customer_file import CallStory, CustomerFile, seconds_into
from ekyc.web import auth
from ekyc.web.api import Body, Routes
from ekyc.web.customer import shown
from ekyc.web.keys import CLOCK, SECRET, SETTINGS, STORE, SUBJECT
from ekyc.web.shapes import CustomerView, IdView

routes = Routes()
_SERVE, _APPLY = Action.SERVE, Action.APPLY


class IdentificationIn(Body):
    """What the caller said: a number as it was heard, or whether the service was named rightly."""

    by: Literal["service", "number", "reference"]
    said: str = Field(default="", max_length=120)
    right: bool = False


class IdentificationView(BaseModel):
    """Whether it was right."""

    id: str
    passed: bool


class ChangeIn(Body):
    """What is to be changed, as the customer will read it."""

    change: str = Field(max_length=rules.LONGEST_CHANGE)


class ReadAloudIn(Body):
    """The code as the caller read it from the customer's page."""

    code: str = Field(max_length=20)


class AuthorisationOut(BaseModel):
    """A change the customer was asked to authorise in a call."""

    id: str
    change: str
    identified_by: str
    """service, number or reference."""
    state: str
    """confirmed (the caller read the code from the customer's own page), refused (every try was
    wrong), declined, lapsed; asked and shown while the call goes on."""
    asked_by: str
    """The agent's id."""
    asked_at: datetime
    ended_at: datetime | None


class ContactOut(BaseModel):
    """The entry after a call."""

    changed: str
    """Empty: nothing was."""
    ordered_by: str
    """customer or nobody."""
    authorisations: list[str]
    """Ids of what the changes rest on."""
    by: str
    """The agent's id."""
    entered_at: datetime


@routes.post(
    "/api/files/{id}/identifications",
    action=_SERVE,
    body=IdentificationIn,
    out=IdentificationView,
    refuses=(errors.NotAllowedNow, errors.IdentificationsUsedUp),
)
async def identify(request: web.Request, body: IdentificationIn) -> Any:
    """The caller said what the call is about; what was said is compared and not kept."""
    app = request.app
    answer = await journey.identify(
        app[STORE],
        app[CLOCK],
        _limits(app),
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
        by=Identifier(body.by),
        said=body.said,
        right=body.right,
    )
    return {"id": answer.id, "passed": answer.passed}


@routes.post(
    "/api/files/{id}/authorisations",
    action=_SERVE,
    body=ChangeIn,
    out=IdView,
    refuses=(
        errors.NotAllowedNow,
        errors.IdentificationMissing,
        errors.ChangeMissing,
        errors.AuthorisationsUsedUp,
    ),
)
async def ask(request: web.Request, body: ChangeIn) -> Any:
    """Ask the customer's own page whether this is to be changed."""
    app = request.app
    asked = await journey.ask(
        app[STORE],
        app[CLOCK],
        app[SECRET],
        _limits(app),
        code_limits(app[SETTINGS].codes),
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
        change=body.change,
    )
    return {"id": asked.id}


@routes.post(
    "/api/files/{id}/authorisations/{authorisation}/confirm",
    action=_SERVE,
    body=ReadAloudIn,
    out=IdView,
    refuses=(errors.NotAllowedNow, errors.CodeWrong, errors.CodeExpired, errors.CodeVoid),
)
async def confirm(request: web.Request, body: ReadAloudIn) -> Any:
    """One try at the code the caller reads aloud."""
    authorisation = request.match_info["authorisation"]
    await journey.confirm(
        request.app[STORE],
        request.app[CLOCK],
        staff_id=request[SUBJECT],
        application_id=request.match_info["id"],
        authorisation_id=authorisation,
        secret=request.app[SECRET],
        digits=body.code,
    )
    return {"id": authorisation}


@routes.post(
    "/api/customer/authorisation/show",
    action=_APPLY,
    out=CustomerView,
    refuses=(errors.NotAllowedNow, errors.CodeExpired),
)
async def show(request: web.Request) -> Any:
    """The customer wants this change: this session is shown the code."""
    await journey.show(
        request.app[STORE],
        request.app[CLOCK],
        application_id=request[SUBJECT],
        session=auth.customer_token(request),
    )
    return await shown(request)


@routes.post(
    "/api/customer/authorisation/decline",
    action=_APPLY,
    out=CustomerView,
    refuses=(errors.NotAllowedNow,),
)
async def decline(request: web.Request) -> Any:
    """The customer does not want this change."""
    await journey.decline(request.app[STORE], request.app[CLOCK], application_id=request[SUBJECT])
    return await shown(request)


def _limits(app: web.Application) -> rules.Limits:
    return journey.limits(app[SETTINGS].call, app[SETTINGS].codes)


def of_call(story: CallStory, file: CustomerFile) -> dict[str, Any]:
    """For the staff's pages: what a call has of notice, identification, changes and entry."""
    told, of = notice(file.events, story.call), story.changes
    return {
        "notice": told and {"at": told["at"].isoformat(), "spoken": told["data"]["spoken"]},
        "identifications": [
            {"by": one.by.value, "passed": one.passed, "at": one.at.isoformat()}
            for one in of.answers
        ],
        "authorisations": [
            {
                "id": one.id,
                "change": one.change,
                "identified_by": _known_by(of, one),
                "state": one.state.value,
                "tries_left": of.code.tries_left if of.code and of.code.id == one.id else None,
                "asked_at": one.asked_at.isoformat(),
                "expires_at": one.expires_at.isoformat(),
                "ended_at": one.ended_at and one.ended_at.isoformat(),
                "registration": one.registration_id,
                "call_s": seconds_into(story.call, one.asked_at),
            }
            for one in of.authorisations
        ],
        "contact": _contact(of, file),
    }


def _known_by(of: Changes, one: Authorisation) -> str:
    """By what the caller was known who asked for it."""
    return next(answer.by.value for answer in of.answers if answer.id == one.identification_id)


def _contact(of: Changes, file: CustomerFile) -> dict[str, Any] | None:
    entry = of.entry
    if entry is None:
        return None
    return {
        "changed": entry.changed,
        "ordered_by": entry.ordered_by.value,
        "authorisations": list(entry.authorisations),
        "by": file.names.get(entry.by or "", ""),
        "entered_at": entry.entered_at and entry.entered_at.isoformat(),
    }


def authorisations_out(of: Changes) -> list[AuthorisationOut]:
    """For the CRM."""
    return [
        AuthorisationOut(
            id=one.id,
            change=one.change,
            identified_by=_known_by(of, one),
            state=one.state.value,
            asked_by=one.asked_by,
            asked_at=one.asked_at,
            ended_at=one.ended_at,
        )
        for one in of.authorisations
    ]


def contact_out(of: Changes) -> ContactOut | None:
    """For the CRM; null until it is written."""
    entry = of.entry
    if entry is None or entry.entered_at is None:
        return None
    return ContactOut(
        changed=entry.changed,
        ordered_by=entry.ordered_by.value,
        authorisations=list(entry.authorisations),
        by=entry.by or "",
        entered_at=entry.entered_at,
    )
