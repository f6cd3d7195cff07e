"""The API described by its own tables."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web

from ekyc.domain.access import Action
from ekyc.web.api import Routes
from ekyc.web.middleware import STATUS
from ekyc.web.openapi import openapi


def routes(tables: Sequence[Routes]) -> Routes:
    """Where these tables describe themselves."""
    described = Routes(described=False)

    @described.get("/api/v1/openapi.json", action=Action.LOOK)
    async def for_crm(request: web.Request) -> Any:
        """The CRM's API, as OpenAPI 3.1."""
        return openapi([table for table in tables if table.for_crm], STATUS)

    @described.get("/api/openapi.json", action=Action.LOOK)
    async def whole(request: web.Request) -> Any:
        """The whole API, that of our own pages too, which may change with them."""
        return openapi([table for table in tables if table.described], STATUS)

    return described
