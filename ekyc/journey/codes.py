"""One-time codes: sent on request, checked once, never kept in the clear."""

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from ekyc.domain import code as rules
from ekyc.domain.application import Stage, move
from ekyc.domain.code import Code, Limits, Purpose
from ekyc.domain.errors import EkycError, NotAllowedNow
from ekyc.domain.events import CUSTOMER, Event
from ekyc.journey.ports import Clock, Sender
from ekyc.storage import applications, codes
from ekyc.storage.store import Store, new_id


async def send(
    store: Store,
    clock: Clock,
    sender: Sender,
    *,
    application_id: str,
    secret: bytes,
    limits: Limits,
    word: Callable[[str, str], str],
) -> None:
    """Send a code to the number the CRM gave; `word(code, language)` is the message.

    Raises `NotAllowedNow` at another stage, `CodeTooSoon`, `CodeBudget`. The code counts as sent
    before it is handed over: a provider that fails costs the customer one wait, never the bank a
    flood of messages.
    """
    now = clock.now()
    digits = f"{secrets.randbelow(10**rules.DIGITS):0{rules.DIGITS}d}"
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        if application.stage is not Stage.CONSENTED:
            raise NotAllowedNow
        last = await codes.last(tx, application_id, Purpose.PHONE)
        sent = await codes.sent_since(tx, application.phone, now - timedelta(hours=1))
        rules.may_send(last, sent_last_hour=sent, now=now, limits=limits)
        id = new_id()
        fresh = rules.issue(
            id=id,
            application_id=application_id,
            purpose=Purpose.PHONE,
            digest=_digest(secret, id, digits),
            now=now,
            limits=limits,
        )
        await codes.add(tx, fresh)
        await tx.tell(_fact("code.sent", fresh, now, channel="sms"))
    await sender.send(to=application.phone, text=word(digits, application.language))


async def confirm(
    store: Store, clock: Clock, *, application_id: str, secret: bytes, digits: str
) -> None:
    """One try at the code; a wrong one is counted before it is refused.

    Raises `CodeWrong`, `CodeExpired`, `CodeVoid`, `NotAllowedNow`.
    """
    now = clock.now()
    refused: EkycError | None = None
    async with store.begin() as tx:
        moved = move(await applications.load(tx, application_id), Stage.PHONE_CONFIRMED, now=now)
        live = rules.check(await codes.last(tx, application_id, Purpose.PHONE), now=now)
        right = hmac.compare_digest(live.digest, _digest(secret, live.id, digits.strip()))
        answered = rules.answer(live, right=right)
        await codes.save(tx, answered, tries_before=live.tries_left)
        if right:
            await tx.tell(_fact("code.confirmed", answered, now))
            await applications.save(tx, moved, actor=CUSTOMER)
        else:
            refused = rules.refusal(answered)
            await tx.tell(_fact("code.refused", answered, now, tries_left=answered.tries_left))
    if refused is not None:  # outside the transaction: the counted try must stand
        raise refused


def _fact(name: str, code: Code, at: datetime, **data: object) -> Event:
    return Event(
        name=name,
        application_id=code.application_id,
        at=at,
        actor=CUSTOMER,
        data={"purpose": code.purpose.value, **data},
    )


def _digest(secret: bytes, code_id: str, digits: str) -> str:
    """Bound to its code: the same digits sent twice keep different traces."""
    return hmac.digest(secret, f"code:{code_id}:{digits}".encode(), "sha256").hex()
