"""Around every answer: errors become problem+json, headers keep browsers strict."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import structlog
from aiohttp import web

from ekyc.domain import errors
from ekyc.domain.errors import EkycError
from ekyc.domain.guest import DeskBusy, SeatTaken
from ekyc.storage.room import is_full
from ekyc.web.api import FieldProblem, Problem
from ekyc.web.auth import wanted_language
from ekyc.web.keys import EDITION, LANGUAGE, METRICS, TEXTS

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STATUS: dict[type[EkycError], int] = {
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.NotAllowedNow: 409,
    errors.KindRefused: 422,
    errors.UploadsOff: 422,
    errors.SignInNeeded: 401,
    errors.SignInRefused: 401,
    errors.SignInRests: 429,
    errors.LinkInvalid: 401,
    errors.LinkExpired: 401,
    errors.HandoverUsed: 410,
    errors.HandoverExpired: 410,
    errors.HandoverBudget: 429,
    errors.HandoverOver: 401,
    errors.ConsentsMissing: 422,
    errors.CodeWrong: 422,
    errors.CodeExpired: 410,
    errors.CodeVoid: 429,
    errors.CodeTooSoon: 429,
    errors.CodeBudget: 429,
    errors.CodeDayBudget: 429,
    errors.CodesPaused: 503,
    errors.SendFailed: 503,
    errors.FieldsInvalid: 422,
    errors.ImageUnreadable: 422,
    errors.ImageTooLarge: 413,
    errors.ChipUnreadable: 422,
    errors.Busy: 503,
    errors.CallsPaused: 503,
    errors.QueueFull: 503,
    errors.CannotBeTold: 409,
    errors.QueueClosed: 503,
    errors.StorageFull: 503,
    errors.ApproveMissing: 409,
    errors.ReasonMissing: 422,
    errors.NoteMissing: 422,
    SeatTaken: 409,
    DeskBusy: 409,
    errors.DevicesNotReady: 409,
    errors.DecisionMissing: 409,
    errors.WrapUpShort: 409,
    errors.IdentificationMissing: 409,
    errors.IdentificationsUsedUp: 429,
    errors.AuthorisationMissing: 409,
    errors.AuthorisationsUsedUp: 429,
    errors.ContactMissing: 409,
    errors.ChangeMissing: 422,
    errors.PassInvalid: 401,
    errors.OfferRefused: 422,
    errors.NoCommonCodec: 422,
    errors.BodyInvalid: 422,
    errors.IdempotencyConflict: 409,
    errors.KeyExpired: 401,
    errors.AddressRefused: 403,
    errors.ScopeMissing: 403,
    errors.NotDecided: 409,
    errors.PhoneInvalid: 422,
    errors.PhoneUnverified: 409,
    errors.PhoneUnproven: 422,
    errors.MailboxInvalid: 422,
    errors.MailboxUnproven: 422,
    errors.MailboxMissing: 409,
    errors.TooManyRequests: 429,
    errors.TooManyPhotographs: 429,
    errors.TooManyQuestions: 429,
    errors.TooManyStills: 429,
    errors.SenderMissing: 503,
    errors.SlotTaken: 409,
    errors.HoldExpired: 409,
    errors.ChangeTooLate: 409,
    errors.MovesUsedUp: 409,
    errors.BookingsUsedUp: 409,
    errors.ShiftInvalid: 422,
    errors.RosterConflicts: 409,
    errors.PushRefused: 422,
    errors.BookedElsewhere: 409,
    errors.TooManyHolds: 429,
    errors.ExportNotReady: 409,
    errors.ExportsBusy: 503,
}

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types lit-html ekyc-worker"
)

_ANSWERED = web.RequestKey("answered", bool)

HEADERS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """One policy for every page, file, stream and refusal; nothing personal stays in a cache."""
    request[_ANSWERED] = True
    response.headers.update(HEADERS)
    response.headers["Ekyc-Edition"] = request.app[EDITION]
    response.headers.setdefault("Cache-Control", "no-store")


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE"})


@web.middleware
async def counted(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every answer is counted by its route's pattern; what nobody routes has none."""
    status = 0  # whoever asked went away
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as error:
        status = error.status
        raise
    finally:
        route = getattr(request.match_info.route.resource, "canonical", "")
        method = request.method if request.method in _METHODS else "other"
        request.app[METRICS].answered(method, route, status)


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refusals become problem+json in the reader's language; surprises are logged without data."""
    request[LANGUAGE] = wanted_language(request)
    try:
        return await handler(request)
    except EkycError as error:
        return _refused(request, error)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _http(request, error)
    except ConnectionResetError:
        raise  # the reader went away: nobody is left to be told
    except Exception as error:
        route = getattr(request.match_info.route.resource, "canonical", "")
        if is_full(error) and not request.get(_ANSWERED):
            log.error("request.unkept", method=request.method, route=route)
            return _refused(request, errors.StorageFull())
        log.exception("request.failed", method=request.method, route=route)
        if request.get(_ANSWERED):
            raise  # a stream broke off: a second answer on the same line would be read as its rest
        return _answer(request, 500, "error", {})


def _refused(request: web.Request, error: EkycError) -> web.Response:
    return _answer(request, STATUS[type(error)], error.code, error.values, error.faults)


HTTP_CODES = {404: "not-found", 405: "method-not-allowed", 413: "body-too-large", 415: "not-json"}


def _http(request: web.Request, error: web.HTTPException) -> web.Response:
    answer = _answer(request, error.status, HTTP_CODES.get(error.status, "error"), {})
    if "Allow" in error.headers:
        answer.headers["Allow"] = error.headers["Allow"]
    return answer


def _answer(
    request: web.Request,
    status: int,
    code: str,
    values: Mapping[str, object],
    faults: Mapping[str, str] | None = None,
) -> web.Response:
    texts, language = request.app[TEXTS], request[LANGUAGE]
    problem = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=texts.error(code, language, **values),
        values=dict(values),
        errors=[
            FieldProblem(field=name, code=fault, detail=texts.error(fault, language))
            for name, fault in (faults or {}).items()
        ],
    )
    return web.Response(
        text=problem.model_dump_json(), status=status, content_type="application/problem+json"
    )
