"""The OpenAPI 3.1 document of route tables: every answer, every refusal with its codes."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from ekyc import __version__
from ekyc.domain import errors
from ekyc.domain.access import SCOPE_OF, Action
from ekyc.domain.errors import EkycError
from ekyc.web.api import Problem, Route, Routes

_TEMPLATE = "#/components/schemas/{model}"
_SAFE = frozenset({"GET", "HEAD"})
_BINARY = {"type": "string", "format": "binary"}
_BODY = {413: "body-too-large", 415: "not-json"}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key with the same request gets the same answer, and acts once.",
    "schema": {"type": "string", "maxLength": 120, "pattern": "^[!-~]*$"},
}
_SECURITY: dict[str, dict[str, Any]] = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "API key: ekyc_<env>_<id>_<secret>",
    },
    "customer": {"type": "apiKey", "in": "cookie", "name": "ekyc_customer"},
    "staff": {"type": "apiKey", "in": "cookie", "name": "ekyc_staff"},
}

Statuses = Mapping[type[EkycError], int]
Ref = Callable[[Any, JsonSchemaMode], Any]


def openapi(tables: Iterable[Routes], statuses: Statuses) -> dict[str, Any]:
    """The document; `statuses` says as what each refusal is answered."""
    routes = [route for table in tables for route in table.table]
    ref, schemas = _schemas(routes)
    paths: dict[str, Any] = {}
    for route in routes:
        described = _operation(route, ref, statuses)
        paths.setdefault(_address(route), {})[route.method.lower()] = described
    used = {_scheme(route.action) for route in routes} - {None}
    return {
        "openapi": "3.1.0",
        "info": {"title": "ekyc", "version": __version__},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {name: _SECURITY[name] for name in _SECURITY if name in used},
        },
    }


def _schemas(routes: list[Route]) -> tuple[Ref, dict[str, Any]]:
    wanted: list[tuple[str, JsonSchemaMode, Any]] = [("Problem", "serialization", Problem)]
    for route in routes:
        wanted += [("", "validation", model) for model in (route.body, route.query) if model]
        wanted += [("", "serialization", route.out)] if route.out else []
    unique = {(repr(kind), mode): kind for _, mode, kind in wanted}
    keys = sorted(unique, key=str)
    found, definitions = TypeAdapter.json_schemas(
        [(key, key[1], TypeAdapter(unique[key])) for key in keys], ref_template=_TEMPLATE
    )

    def ref(kind: Any, mode: JsonSchemaMode) -> Any:
        return found[((repr(kind), mode), mode)]

    return ref, definitions.get("$defs", {})


def _address(route: Route) -> str:
    """Without what aiohttp wants to know about a part: `{path:.+}` is `{path}`."""
    return re.sub(r"\{(\w+):[^}]*\}", r"{\1}", route.path)


def _operation(route: Route, ref: Ref, statuses: Statuses) -> dict[str, Any]:
    words = (inspect.getdoc(route.handler) or "").split("\n\n", 1)
    operation: dict[str, Any] = {
        "operationId": f"{route.method.lower()}{re.sub(r'[^a-z0-9]+', '_', route.path.lower())}",
        "summary": " ".join(words[0].split()),
        "responses": _responses(route, ref, statuses),
    }
    if words[1:]:
        operation["description"] = " ".join(words[1].split())
    scheme = _scheme(route.action)
    if scheme:
        operation["security"] = [{scheme: []}]
    if route.action in SCOPE_OF:
        operation["x-scope"] = SCOPE_OF[route.action].value
    if route.body or route.takes != "application/json":
        schema = ref(route.body, "validation") if route.body else _BINARY
        operation["requestBody"] = {"required": True, "content": {route.takes: {"schema": schema}}}
    if parameters := _parameters(route, ref):
        operation["parameters"] = parameters
    return operation


def _scheme(action: Action) -> str | None:
    if action in {Action.LOOK, Action.RECEIVE}:
        return None
    if action in SCOPE_OF:
        return "key"
    return "customer" if action is Action.APPLY else "staff"


def _parameters(route: Route, ref: Ref) -> list[dict[str, Any]]:
    names = re.findall(r"\{(\w+)", route.path)
    parameters: list[dict[str, Any]] = [
        {"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in names
    ]
    if route.query:
        parameters += _query_parameters(route.query)
    if route.idempotent:
        parameters.append(_IDEMPOTENCY_KEY)
    if _scheme(route.action) != "key" and route.method not in _SAFE:
        mark = {"name": "X-Ekyc", "in": "header", "required": True, "schema": {"const": "1"}}
        parameters.append(mark)
    return parameters


def _query_parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=_TEMPLATE)
    return [
        {
            "name": name,
            "in": "query",
            "description": about.get("description", ""),
            "schema": _given(about),
        }
        for name, about in schema.get("properties", {}).items()
    ]


def _given(about: dict[str, Any]) -> dict[str, Any]:
    """What a parameter is when it is given: never null."""
    kinds = [kind for kind in about.get("anyOf", [about]) if kind.get("type") != "null"]
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


def _responses(route: Route, ref: Ref, statuses: Statuses) -> dict[str, Any]:
    done: dict[str, Any] = {"description": HTTPStatus(route.status).phrase}
    if route.gives != "application/json":
        done["content"] = {route.gives: {"schema": _BINARY}}
    else:
        schema = ref(route.out, "serialization") if route.out else {"type": "object"}
        done["content"] = {route.gives: {"schema": schema}}
    answers: dict[str, Any] = {str(route.status): done}
    if route.parts:
        answers["206"] = done | {"description": "The part asked for by Range"}
        answers["416"] = {"description": "There is no such part"}
    if route.validated or route.parts:
        answers["304"] = {"description": "Not changed: the ETag is the one of If-None-Match"}
    for status, codes in sorted(_refusals(route, statuses).items()):
        answers[str(status)] = _refused(ref, codes)
    return answers


def _refused(ref: Ref, codes: set[str]) -> dict[str, Any]:
    """A problem whose code is one of these."""
    schema: dict[str, Any] = {"allOf": [ref(Problem, "serialization")]}
    schema |= {"properties": {"code": {"enum": sorted(codes)}}}
    listed = ", ".join(f"`{code}`" for code in sorted(codes))
    content: dict[str, Any] = {"application/problem+json": {"schema": schema}}
    return {"description": f"Refused: {listed}", "content": content}


def _refusals(route: Route, statuses: Statuses) -> dict[int, set[str]]:
    refusals: dict[int, set[str]] = {}
    for error in {*route.refuses, *_by_nature(route)}:
        refusals.setdefault(statuses[error], set()).add(error.code)
    if route.body:
        for status, code in _BODY.items():
            refusals.setdefault(status, set()).add(code)
    return refusals


def _by_nature(route: Route) -> Iterable[type[EkycError]]:
    """What any route of this action, with such a body and address, may refuse."""
    scheme = _scheme(route.action)
    if scheme:
        yield from (errors.SignInNeeded, errors.StorageFull)
    if scheme == "customer":
        yield errors.HandoverOver
    if scheme == "key":
        yield from (errors.KeyExpired, errors.AddressRefused, errors.ScopeMissing)
    elif scheme == "staff" or route.method not in _SAFE:
        yield errors.NotAllowed
    if route.body or route.query or route.idempotent:
        yield errors.BodyInvalid
    if route.idempotent:
        yield errors.IdempotencyConflict
    if "{" in route.path:
        yield errors.NotFound
