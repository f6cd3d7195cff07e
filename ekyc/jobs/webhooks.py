"""Delivery of webhooks: signed anew at every try, never into the bank's own network by mistake."""

import json
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from standardwebhooks import Webhook

from ekyc.domain.events import SYSTEM, Event
from ekyc.journey import webhooks
from ekyc.journey.ports import Clock
from ekyc.notify.outgoing import LARGEST_ANSWER
from ekyc.settings import Crm
from ekyc.storage import applications, deliveries
from ekyc.storage.deliveries import Try
from ekyc.storage.store import Store, Tx


class DeliveryRefused(Exception):
    """The CRM did not answer with a 2xx; the class name is all that is kept of it."""


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
            await answer.content.read(LARGEST_ANSWER)
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
