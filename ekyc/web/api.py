"""The route table: who may come, what a body must look like, and the OpenAPI document it yields.

Every route names its action; `check_permissions` stops the start when one does not.
"""

import functools
import inspect
import itertools
import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from pydantic.json_schema import models_json_schema

from ekyc import __version__
from ekyc.domain.access import Action
from ekyc.domain.errors import BodyInvalid, NotFound
from ekyc.web import auth

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
        yield from value


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
    errors: list[FieldProblem] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One line of the table."""

    method: str
    path: str
    handler: Handler
    action: Action
    body: type[Body] | None
    out: type[BaseModel] | None
    status: int
    errors: tuple[int, ...]
    documented: bool


class Routes:
    """A table that grows by decorators, one per audience."""

    def __init__(self, *, documented: bool = False) -> None:
        self.table: list[Route] = []
        self._documented = documented

    def add(
        self,
        method: str,
        path: str,
        *,
        action: Action,
        body: type[Body] | None = None,
        out: type[BaseModel] | None = None,
        status: int = 200,
        errors: tuple[int, ...] = (),
    ) -> Callable[[Handler], Handler]:
        """Register a handler `(request[, body])` that returns a model, a dict or a response."""

        def decorate(handler: Handler) -> Handler:
            self.table.append(
                Route(
                    method=method,
                    path=path,
                    handler=handler,
                    action=action,
                    body=body,
                    out=out,
                    status=status,
                    errors=errors,
                    documented=self._documented,
                )
            )
            return handler

        return decorate

    get = functools.partialmethod(add, "GET")
    post = functools.partialmethod(add, "POST")
    put = functools.partialmethod(add, "PUT")
    delete = functools.partialmethod(add, "DELETE")

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
        arguments = [await _body(request, route.body)] if route.body else []
        return _render(await route.handler(request, *arguments), route.status)

    setattr(handle, ACTION, route.action)
    return handle


def _refuse_odd_address(request: web.Request) -> None:
    """What neither a database nor a file system could look up was never here: `NotFound`."""
    for part in request.match_info.values():
        if len(part) > _LONGEST_PART or not (part.isascii() and part.isprintable()):
            raise NotFound


async def _body(request: web.Request, model: type[Body]) -> Body:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        return model.model_validate_json(await request.read())
    except ValidationError as error:
        places = {".".join(str(part) for part in e["loc"]) for e in error.errors()}
        raise BodyInvalid(*sorted(places - {""})) from None


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


def openapi(tables: list[Routes]) -> dict[str, Any]:
    """OpenAPI 3.1 of the documented tables."""
    routes = [route for table in tables for route in table.table if route.documented]
    models = {model for route in routes for model in (route.body, route.out) if model} | {Problem}
    ordered = sorted(models, key=lambda model: model.__name__)
    refs, schemas = models_json_schema(
        [(model, "validation") for model in ordered], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, Any] = {}
    for route in routes:
        operation = _operation(route, lambda model: refs[(model, "validation")])
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    bearer = {
        "type": "http",
        "scheme": "bearer",
        "description": "API key: ekyc_<env>_<id>_<secret>",
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "ekyc", "version": __version__},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas["$defs"], "securitySchemes": {"key": bearer}},
    }


def _operation(route: Route, ref: Callable[[type[BaseModel]], Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done"}
    if route.out:
        answer["content"] = {"application/json": {"schema": ref(route.out)}}
    problem = {
        "description": "Refused",
        "content": {"application/problem+json": {"schema": ref(Problem)}},
    }
    name = getattr(route.handler, "__name__", "")
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": (inspect.getdoc(route.handler) or "").split("\n")[0],
        "responses": {str(route.status): answer} | {str(code): problem for code in route.errors},
    }
    if route.action is not Action.LOOK:
        operation["security"] = [{"key": []}]
    if route.body:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": ref(route.body)}},
        }
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    if names:
        operation["parameters"] = [
            {"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names
        ]
    return operation
