"""What every one-time code has in common: drawn and counted, tried and counted, never kept."""

import hmac
import secrets
from datetime import datetime

from ekyc.domain import code as rules
from ekyc.domain.application import Application
from ekyc.domain.code import Code, Limits, Purpose
from ekyc.domain.errors import CodeVoid, CodeWrong
from ekyc.domain.events import Actor, Event
from ekyc.domain.message import Channel, Message, MessageState
from ekyc.domain.phone import require_verified
from ekyc.journey.messages import Post
from ekyc.storage import codes, messages
from ekyc.storage.store import Tx, new_id


def by_telephone(
    post: Post,
    application: Application,
    purpose: str,
    channel: Channel,
    *,
    address: str,
    now: datetime,
    id: str = "",
) -> Message:
    """A message to the application's number, asked for from a network; nothing is sent yet.

    `id`: its own, where the same one may be sent again; drawn if there is none. `PhoneUnverified`
    where only the customer vouches for the number.
    """
    require_verified(application.phone_source)
    return Message(
        id=id or new_id(),
        application_id=application.id,
        purpose=str(purpose),
        channel=channel,
        number=post.mark("number", application.phone),
        block=post.block(application.phone),
        address=post.mark("address", address),
        state=MessageState.SENDING,
        at=now,
        state_at=now,
        cost_vnd=post.limits.costs_vnd[channel],
    )


def by_mail(
    post: Post, application_id: str, purpose: Purpose, to: str, *, now: datetime
) -> Message:
    """A mail to the application's mailbox; nothing is sent yet."""
    return Message(
        id=new_id(),
        application_id=application_id,
        purpose=purpose.value,
        channel=Channel.MAIL,
        number=post.mark("number", to),
        block="",
        address="",
        state=MessageState.SENDING,
        at=now,
        state_at=now,
        cost_vnd=post.limits.costs_vnd[Channel.MAIL],
    )


async def issue(
    tx: Tx, post: Post, message: Message, last: Code | None, *, bound_to: str, actor: Actor
) -> str:
    """Write down a code, which bears its message's id; its digits, said this once.

    `last` is the live code of this purpose. Refuses what `may_send` refuses.
    """
    now, marks = message.at, (message.number, message.block, message.address)
    sent = await messages.sent(tx, *marks, now=now)
    rules.may_send(last, sent=sent, channel=message.channel, now=now, limits=post.limits)
    digits = f"{secrets.randbelow(10**rules.DIGITS):0{rules.DIGITS}d}"
    fresh = rules.issue(
        id=message.id,
        application_id=message.application_id,
        purpose=Purpose(message.purpose),
        channel=message.channel,
        bound_to=bound_to,
        digest=_digest(post.secret, message.id, digits),
        now=now,
        limits=post.limits,
    )
    await codes.add(tx, fresh)
    await messages.add(tx, message)
    await tx.tell(fact("code.sent", fresh, now, actor, channel=message.channel.value))
    return digits


async def issue_on_page(
    tx: Tx,
    secret: bytes,
    limits: Limits,
    *,
    id: str,
    application_id: str,
    purpose: Purpose,
    digits: str,
    bound_to: str,
    now: datetime,
) -> None:
    """Write down a code the customer's own page shows: nothing is sent, nothing is charged."""
    fresh = rules.issue(
        id=id,
        application_id=application_id,
        purpose=purpose,
        channel=Channel.PAGE,
        bound_to=bound_to,
        digest=_digest(secret, id, digits),
        now=now,
        limits=limits,
    )
    await codes.add(tx, fresh)


async def tried(
    tx: Tx,
    found: Code | None,
    digits: str,
    *,
    bound_to: str,
    secret: bytes,
    actor: Actor,
    now: datetime,
) -> CodeWrong | CodeVoid | None:
    """Count one try at a code; what to refuse it with once it is committed, None when it is right.

    Raises `CodeExpired` and `CodeVoid` where no try counts any more.
    """
    live = rules.check(found, bound_to=bound_to, now=now)
    right = hmac.compare_digest(live.digest, _digest(secret, live.id, digits.strip()))
    answered = rules.answer(live, right=right)
    await codes.save(tx, answered, tries_before=live.tries_left)
    if right:
        await tx.tell(fact("code.confirmed", answered, now, actor))
        return None
    left = answered.tries_left
    await tx.tell(fact("code.refused", answered, now, actor, tries_left=left))
    return rules.refusal(answered)


def fact(name: str, code: Code, at: datetime, actor: Actor, **data: object) -> Event:
    """What happened to a code; the digits are no part of it."""
    return Event(
        name=name,
        application_id=code.application_id,
        at=at,
        actor=actor,
        data={"purpose": code.purpose.value, **data},
    )


def _digest(secret: bytes, code_id: str, digits: str) -> str:
    """Bound to its code: the same digits sent twice keep different traces."""
    return hmac.digest(secret, f"code:{code_id}:{digits}".encode(), "sha256").hex()
