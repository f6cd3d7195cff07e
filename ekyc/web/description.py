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
    described = Routes()

    @described.get("/api/v1/openapi.json", action=Action.LOOK)
    async def for_crm(request: web.Request) -> Any:
        """The CRM's API, as OpenAPI 3.1."""
        return openapi([table for table in tables if table.for_crm], STATUS)

    return described
