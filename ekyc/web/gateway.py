"""The gateway of this server, and what its providers report: believed when it is signed."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
from aiohttp import web

from ekyc.domain.access import Action
from ekyc.domain.errors import NotAllowed, NotFound
from ekyc.domain.message import Receipt
from ekyc.journey import messages
from ekyc.notify.gateway import Gateway
from ekyc.notify.outgoing import connector
from ekyc.notify.provider import NotSigned, Refused
from ekyc.notify.providers import providers
from ekyc.web.api import Routes
from ekyc.web.keys import CLOCK, METRICS, SENDER, SETTINGS, STORE, TEXTS

routes = Routes(described=False)


async def open_gateway(app: web.Application) -> AsyncIterator[None]:
    """The providers the settings name, if they name any."""
    settings, named = app[SETTINGS], app[SETTINGS].gateways
    if not (named.sms or named.voice or named.mail):
        yield
        return
    own = connector(private=named.private)
    async with aiohttp.ClientSession(connector=own, trust_env=False) as http:
        found = providers(settings, app[TEXTS], http, app[CLOCK].now)
        app[SENDER] = Gateway(named, found, app[METRICS].tried)
        yield


@routes.post("/api/messages/{provider}", action=Action.RECEIVE)
async def report(request: web.Request) -> Any:
    """What became of a message; what is told twice or too late changes nothing."""
    sender, name = request.app[SENDER], request.match_info["provider"]
    provider = sender.provider(name) if isinstance(sender, Gateway) else None
    if provider is None:
        raise NotFound
    try:
        heard = provider.heard(str(request.url), request.headers, await request.read())
    except (NotSigned, Refused):
        raise NotAllowed from None
    if heard is not None:
        receipt = Receipt(provider=name, state=heard.state)
        await messages.report(
            request.app[STORE], request.app[CLOCK], message_id=heard.message, receipt=receipt
        )
    return {}
