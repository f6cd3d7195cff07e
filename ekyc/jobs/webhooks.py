"""Delivery of webhooks: signed anew at every try, never into the bank's own network by mistake."""

import ipaddress
import json
import socket
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from standardwebhooks import Webhook

from ekyc.domain.events import SYSTEM, Event
from ekyc.journey import webhooks
from ekyc.journey.ports import Clock
from ekyc.settings import Crm
from ekyc.storage import applications, deliveries
from ekyc.storage.deliveries import Try
from ekyc.storage.store import Store, Tx

_LARGEST_ANSWER = 65536


class DeliveryRefused(Exception):
    """The CRM did not answer with a 2xx; the class name is all that is kept of it."""


_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are IPv4
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")  # RFC 8215


def is_public(address: str) -> bool:
    """Whether an IP address leads out of the house, whatever it is wrapped in."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.sixtofour or parsed.teredo or parsed in _LOCAL_NAT64:
            return False  # tunnels nobody needs: they would carry us anywhere
        if parsed in _NAT64:
            parsed = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        elif parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved)


def _guarded(address_info: tuple[Any, ...]) -> socket.socket:
    """The last word on where a connection goes: it sees the address after every resolution."""
    family, kind, protocol, _, address = address_info
    if not is_public(address[0]):
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
    keys = [key.get_secret_value() for key in (rules.webhook_secret, rules.webhook_secret_old)]
    signers = [Webhook(key) for key in keys if key]
    kept = timedelta(days=rules.delivery_log_days)

    async def deliver(payload: dict[str, Any]) -> None:
        sequence = payload["sequence"]
        id, body = await webhooks.message(store, sequence)
        text, now = json.dumps(body, ensure_ascii=False), clock.now()
        headers = {
            "content-type": "application/json",
            "webhook-id": id,
            "webhook-timestamp": str(int(now.timestamp())),
            # While a key is changed, both sign: the receiver takes either.
            "webhook-signature": " ".join(signer.sign(id, now, text) for signer in signers),
        }
        began = time.monotonic()
        answer, error = await _post(http, rules, text, headers)
        tried = Try(
            sequence=sequence,
            endpoint=_origin(rules.webhook_url),
            at=now,
            answer=answer,
            problem=type(error).__name__ if error else "",
            duration_ms=round((time.monotonic() - began) * 1000),
        )
        async with store.begin() as tx:
            await deliveries.add_try(tx, tried, since=now - kept)
            if error is None:
                await _tell(tx, clock, "webhook.delivered", sequence)
        if error is not None:
            raise error

    return deliver


async def _post(
    http: aiohttp.ClientSession, rules: Crm, text: str, headers: dict[str, str]
) -> tuple[str, Exception | None]:
    """The class of the answer's status, and what went wrong."""
    answered = "none"
    try:
        async with http.post(
            rules.webhook_url,
            data=text.encode(),
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=rules.webhook_timeout_s),
            allow_redirects=False,
        ) as answer:
            answered = f"{answer.status // 100}xx"
            await answer.content.read(_LARGEST_ANSWER)
            refused = None if 200 <= answer.status < 300 else DeliveryRefused()
            return answered, refused
    except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError too
        return answered, error


def _origin(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def given_up(clock: Clock) -> Callable[[Tx, dict[str, Any]], Awaitable[None]]:
    """What is told when the last try failed: a person has to look."""

    async def tell(tx: Tx, payload: dict[str, Any]) -> None:
        await _tell(tx, clock, "webhook.failed", payload["sequence"])

    return tell


async def _tell(tx: Tx, clock: Clock, name: str, sequence: int) -> None:
    fact = await applications.event(tx, sequence)
    assert fact is not None  # facts are never deleted, and the job was written with its fact
    told = Event(
        name=name,
        application_id=fact["application_id"],
        at=clock.now(),
        actor=SYSTEM,
        data={"sequence": sequence},
    )
    # A process may die after telling and before the job is marked done.
    if not await applications.was_told(tx, told, since=fact["at"] - timedelta(seconds=1)):
        await tx.tell(told)
