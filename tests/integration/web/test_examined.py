"""An examiner asks every described address whatever the description allows, and worse.

No answer may be a server error, and none may come in a status, type or shape not described.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from ekyc.domain.access import Role
from tests.integration.web.conftest import MINE, House

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
KNOWN = {"id": "first", "side": "front", "sequence": "1"}
"""Parts of addresses behind which there is something."""

STREAMS = ("/api/customer/live", "/api/desk/live", "/api/wall/live")
"""They answer for as long as somebody listens."""

WHO = {"key": Role.CRM, "customer": Role.CUSTOMER, "staff": Role.SUPERVISOR}
EXAMPLES = 15


@dataclass(frozen=True)
class Examiner:
    """Asks one server, as whoever an address is for."""

    house: House
    address: str

    def examine(self, operation: Any) -> None:
        """Both what is allowed and what is not, by hypothesis; blocks."""
        allowed = operation.as_strategy()
        worse = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

        @seed(2026)
        @settings(
            max_examples=EXAMPLES,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=st.one_of(allowed, worse), is_known=st.booleans(), odd=st.integers(0, 9))
        def ask(case: Any, is_known: bool, odd: int) -> None:
            if is_known:
                parts = case.path_parameters
                parts.update({name: KNOWN[name] for name in parts if name in KNOWN})
            schemes = operation.definition.raw.get("security") or [{}]
            who = WHO.get(next(iter(schemes[0]), ""))
            headers = dict(self.house[who].headers) if who and odd != 1 else {}
            if odd != 2:  # as our pages ask; another site cannot
                headers |= MINE
            case.call_and_validate(
                base_url=self.address, headers=headers, checks=CHECKS, timeout=20
            )

        ask()


def operations(document: dict[str, Any], *, of: str) -> list[Any]:
    """Every described operation of an audience."""
    schema = schemathesis.openapi.from_dict(document)
    found = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        schemes = result.ok().definition.raw.get("security") or [{"nobody": []}]
        if of in schemes[0] and result.ok().path not in STREAMS:
            found.append(result.ok())
    # Whoever signed out cannot ask any more, and of what is cancelled there is little to ask.
    return sorted(found, key=lambda operation: operation.path.endswith(("sign-out", "cancel")))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the examiner's own
@pytest.mark.parametrize("audience", ["key", "customer", "staff", "nobody"])
async def test_no_answer_is_a_server_error_or_comes_undescribed(
    house: House, audience: str
) -> None:
    document = await house[Role.PUBLIC].told("GET", "/api/openapi.json")
    examiner = Examiner(house, str(house.server.make_url("/")).rstrip("/"))
    faults = []
    for operation in operations(document, of=audience):
        try:
            await asyncio.to_thread(examiner.examine, operation)
        except Exception as fault:  # all that is found is told at once
            faults.append(f"{operation.method.upper()} {operation.path}: {str(fault)[:1500]}")
    assert "\n\n".join(faults) == ""


async def test_every_route_of_the_api_is_described(house: House) -> None:
    document = await house[Role.PUBLIC].told("GET", "/api/openapi.json")
    described = {(method, path) for path, at in document["paths"].items() for method in at}
    routes = {
        (route.method.lower(), route.resource.canonical)
        for route in house.app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    of_api = {(method, path) for method, path in routes if path.startswith("/api/")}
    itself = {("get", "/api/openapi.json"), ("get", "/api/v1/openapi.json")}
    operated = {("get", f"/{name}") for name in ("healthz", "readyz", "metrics")}
    providers = {("post", "/api/messages/{provider}")}  # each in its provider's own form
    assert described - operated == of_api - itself - providers
