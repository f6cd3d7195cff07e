"""A request that may be repeated without fear: its first answer is kept and given again."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel

from ekyc.domain.errors import BodyInvalid, IdempotencyConflict
from ekyc.storage import crm, tokens
from ekyc.storage.store import Tx
from ekyc.web.keys import CLOCK, SECRET, SETTINGS, STORE, SUBJECT

Answer = TypeVar("Answer", bound=BaseModel)
_LONGEST = 120


async def once(
    request: web.Request, model: type[Answer], act: Callable[[Tx], Awaitable[Answer]]
) -> Answer:
    """Act and answer in one transaction; with an Idempotency-Key, once.

    Raises `BodyInvalid` for a key that is none, `IdempotencyConflict` for one used otherwise.
    """
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > _LONGEST or not key.isascii():
        raise BodyInvalid("Idempotency-Key")
    # What the address names belongs to the request as much as its body does.
    asked = await request.read() + "".join(request.match_info.values()).encode()
    sha256 = hashlib.sha256(asked).hexdigest()
    async with request.app[STORE].begin() as tx:
        answer = await _earlier(tx, request, model, key, sha256) if key else None
        if answer is None:
            answer = await act(tx)
            if key:
                await _remember(tx, request, answer, key, sha256)
    return answer


async def _earlier(
    tx: Tx, request: web.Request, model: type[Answer], key: str, sha256: str
) -> Answer | None:
    hours = request.app[SETTINGS].crm.idempotency_hours
    since = request.app[CLOCK].now() - timedelta(hours=hours)
    found = await crm.answered(tx, request[SUBJECT], key, since=since)
    if found is None:
        return None
    if found[0] != sha256:
        raise IdempotencyConflict
    return model.model_validate_json(tokens.unseal(request.app[SECRET], found[1]))


async def _remember(tx: Tx, request: web.Request, answer: BaseModel, key: str, sha256: str) -> None:
    await crm.remember(
        tx,
        request[SUBJECT],
        key,
        request_sha256=sha256,
        answer=tokens.seal(request.app[SECRET], answer.model_dump_json()),
        now=request.app[CLOCK].now(),
    )
