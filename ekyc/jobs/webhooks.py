"""Delivery of webhooks: signed anew at every try, never into the bank's own network by mistake."""

import ipaddress
import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from standardwebhooks import Webhook

from ekyc.domain.events import SYSTEM, Event
from ekyc.journey import webhooks
from ekyc.journey.ports import Clock
from ekyc.settings import Crm
from ekyc.storage.store import Store

_LARGEST_ANSWER = 65536


class DeliveryRefused(Exception):
    """The CRM did not answer with a 2xx; the class name is all that is kept of it."""


def _guarded(address_info: tuple[Any, ...]) -> socket.socket:
    """The last word on where a connection goes: it sees the address after every resolution."""
    family, kind, protocol, _, address = address_info
    if not ipaddress.ip_address(address[0].partition("%")[0]).is_global:
        raise OSError("webhook address is not public")
    return socket.socket(family, kind, protocol)


def connector(rules: Crm, resolver: AbstractResolver | None = None) -> aiohttp.TCPConnector:
    """A connector that reaches public addresses only, unless the operator says otherwise."""
    guard = None if rules.webhook_private else _guarded
    return aiohttp.TCPConnector(socket_factory=guard, resolver=resolver)


def deliverer(
    store: Store, clock: Clock, rules: Crm, http: aiohttp.ClientSession
) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """The handler of `webhook.deliver`; raises so that the runner tries again."""
    signer = Webhook(rules.webhook_secret.get_secret_value())

    async def deliver(payload: dict[str, Any]) -> None:
        id, body = await webhooks.message(store, payload["sequence"])
        text, now = json.dumps(body, ensure_ascii=False), clock.now()
        headers = {
            "content-type": "application/json",
            "webhook-id": id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signer.sign(id, now, text),
        }
        timeout = aiohttp.ClientTimeout(total=rules.webhook_timeout_s)
        async with http.post(
            rules.webhook_url,
            data=text.encode(),
            headers=headers,
            timeout=timeout,
            allow_redirects=False,
        ) as answer:
            await answer.content.read(_LARGEST_ANSWER)
            if not 200 <= answer.status < 300:
                raise DeliveryRefused
        await _told(store, clock, body)

    return deliver


async def _told(store: Store, clock: Clock, body: dict[str, Any]) -> None:
    data = {"sequence": body["data"]["sequence"]}
    application_id = body["data"]["application"]
    async with store.begin() as tx:
        await tx.tell(
            Event(
                name="webhook.delivered",
                application_id=application_id,
                at=clock.now(),
                actor=SYSTEM,
                data=data,
            )
        )
