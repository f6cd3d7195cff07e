"""The route table: who may come, what a body must look like, what may be refused.

Every route names its action; `check_permissions` stops the start when one does not.
"""

import hashlib
import itertools
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from ekyc.domain.access import Action
from ekyc.domain.errors import BodyInvalid, EkycError, NotFound
from ekyc.settings import Settings
from ekyc.web import auth
from ekyc.web.conditional import is_known
from ekyc.web.keys import SETTINGS
from ekyc.web.uploads import up_to

Handler = Callable[..., Awaitable[Any]]
ACTION = "ekyc_action"
_LONGEST_PART = 200  # of an address, characters; file systems refuse names from 256 bytes on


class Body(BaseModel):
    """A request's body: no unknown key, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @field_validator("*")
    @classmethod
    def is_text(cls, value: Any) -> Any:
        """No person types a NUL, and PostgreSQL cannot keep one."""
        if any("\0" in text for text in _texts(value)):
            raise ValueError("NUL is not text")
        return value


def _texts(value: Any) -> Iterator[str]:
    """Every string in a value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from itertools.chain.from_iterable(value.items())
    elif isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))


class Query(BaseModel):
    """What may stand after the question mark; no unknown name."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def is_text(cls, value: Any) -> Any:
        """No person types a NUL, and PostgreSQL cannot keep one."""
        if "\0" in str(value):
            raise ValueError("NUL is not text")
        return value


class FieldProblem(BaseModel):
    """One field that needs another look."""

    field: str
    code: str
    detail: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    values: dict[str, str | int | float] = {}
    errors: list[FieldProblem] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One line of the table."""

    method: str
    path: str
    handler: Handler
    action: Action
    body: type[Body] | None = None
    query: type[Query] | None = None
    out: Any = None
    """A model, or a type pydantic can describe; None: an empty object."""
    status: int = 200
    refuses: tuple[type[EkycError], ...] = ()
    """Refusals of its own; those of its action, body and address go without saying."""
    gives: str = "application/json"
    takes: str = "application/json"
    largest: Callable[[Settings], int] | None = None
    """The most bytes of a JSON body that may be larger than others, by the settings."""
    idempotent: bool = False
    """Whether an Idempotency-Key makes a repeated request harmless."""
    parts: bool = False
    """Whether the answer is a file, given whole or by ranges."""
    validated: bool = False
    """Whether the answer carries an ETag, and `If-None-Match` saves its repetition."""


class Routes:
    """A table that grows by decorators, one per audience.

    `described`: it stands in the API's description; `for_crm`: also in the CRM's part of it.
    """

    def __init__(self, *, for_crm: bool = False, described: bool = True) -> None:
        self.table: list[Route] = []
        self.for_crm, self.described = for_crm, described

    def add(
        self, method: str, path: str, *, action: Action, **more: Any
    ) -> Callable[[Handler], Handler]:
        """Register a handler `(request[, body][, query])`; `more` is what a `Route` takes."""

        def decorate(handler: Handler) -> Handler:
            route = Route(method=method, path=path, handler=handler, action=action, **more)
            self.table.append(route)
            return handler

        return decorate

    def get(self, path: str, *, action: Action, **more: Any) -> Callable[[Handler], Handler]:
        """Look at something."""
        return self.add("GET", path, action=action, **more)

    def post(self, path: str, *, action: Action, **more: Any) -> Callable[[Handler], Handler]:
        """Do something."""
        return self.add("POST", path, action=action, **more)

    def put(self, path: str, *, action: Action, **more: Any) -> Callable[[Handler], Handler]:
        """Set something."""
        return self.add("PUT", path, action=action, **more)

    def delete(self, path: str, *, action: Action, **more: Any) -> Callable[[Handler], Handler]:
        """Take something back."""
        return self.add("DELETE", path, action=action, **more)

    def add_to(self, app: web.Application) -> None:
        """Put every line into aiohttp's router."""
        for route in self.table:
            app.router.add_route(route.method, route.path, _wrap(route))
            if route.method == "GET":  # a HEAD is a GET without its body
                app.router.add_route("HEAD", route.path, _wrap(route))


def _wrap(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        await auth.admit(request, route.action)
        _refuse_odd_address(request)
        arguments: list[BaseModel] = [await _body(request, route)] if route.body else []
        if route.query:
            arguments.append(_query(request, route.query))
        answer = _render(await route.handler(request, *arguments), route.status)
        return _unless_known(request, answer) if route.validated else answer

    setattr(handle, ACTION, route.action)
    return handle


def _refuse_odd_address(request: web.Request) -> None:
    """What neither a database nor a file system could look up was never here: `NotFound`."""
    for part in request.match_info.values():
        if len(part) > _LONGEST_PART or not (part.isascii() and part.isprintable()):
            raise NotFound


async def _body(request: web.Request, route: Route) -> Body:
    assert route.body is not None
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        return route.body.model_validate_json(await _content(request, route))
    except ValidationError as error:
        places = {".".join(str(part) for part in e["loc"]) for e in error.errors()}
        raise BodyInvalid(*sorted(places - {""})) from None


async def _content(request: web.Request, route: Route) -> bytes:
    if route.largest is None:
        return await request.read()
    most = route.largest(request.app[SETTINGS])
    content = await up_to(request, most)
    if content is None:
        raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=most + 1)
    return content


def _query(request: web.Request, model: type[Query]) -> Query:
    """The part after the question mark; each name once."""
    twice = {name for name in request.query if len(request.query.getall(name)) > 1}
    if twice:
        raise BodyInvalid(*sorted(twice))
    try:
        return model.model_validate(dict(request.query))
    except ValidationError as error:
        raise BodyInvalid(*sorted({str(e["loc"][0]) for e in error.errors()})) from None


def _unless_known(request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
    """304 when the asker has this very answer; a surprise or a stream goes out as it is."""
    if not isinstance(answer, web.Response) or not isinstance(answer.body, bytes):
        return answer
    tag = hashlib.sha256(answer.body).hexdigest()[:32]
    answer.headers["ETag"] = f'"{tag}"'
    if is_known(request, tag):
        headers = {"ETag": answer.headers["ETag"]}
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return answer


def _render(answer: Any, status: int) -> web.StreamResponse:
    if isinstance(answer, web.StreamResponse):
        return answer
    if isinstance(answer, BaseModel):
        text = answer.model_dump_json()
    else:
        text = json.dumps(answer, ensure_ascii=False, default=str)
    return web.json_response(text=text, status=status)


def check_permissions(app: web.Application) -> None:
    """Stop the start when a route names no permission: `RuntimeError` with the path."""
    for route in app.router.routes():
        if not hasattr(route.handler, ACTION):
            raise RuntimeError(f"route without a permission: {route.method} {route.resource}")
