"""One-time codes: sent on request, checked once, never kept in the clear."""

import hmac
import secrets
from datetime import datetime

from ekyc.domain import code as rules
from ekyc.domain.application import Application, Stage, move
from ekyc.domain.code import Code, Limits, Purpose
from ekyc.domain.errors import EkycError, NotAllowedNow
from ekyc.domain.events import CUSTOMER, Event
from ekyc.domain.message import Channel, Message, MessageState
from ekyc.journey.messages import Post, Word, hand_over
from ekyc.journey.ports import Clock
from ekyc.settings import Codes
from ekyc.storage import applications, codes, messages, tokens
from ekyc.storage.store import Store, Tx, new_id


def limits(settings: Codes) -> Limits:
    """The settings in force."""
    return Limits(
        life_s=settings.life_s,
        again_s=settings.again_s,
        tries=settings.tries,
        sends_per_hour=settings.sends_per_hour,
        sends_per_day=settings.sends_per_day,
        block_sends_per_day=settings.block_sends_per_day,
        address_sends_per_hour=settings.address_sends_per_hour,
        budget_per_day_vnd=settings.budget_per_day_vnd,
        costs_vnd={
            Channel.SMS: settings.sms_vnd,
            Channel.VOICE: settings.voice_vnd,
            Channel.MAIL: settings.mail_vnd,
        },
    )


async def send(
    store: Store,
    clock: Clock,
    post: Post,
    word: Word,
    *,
    application_id: str,
    session: str,
    address: str = "",
    wish: Channel | None = None,
) -> None:
    """Send a code to the number the CRM gave, to be given back in the session with this token.

    `address` is the network it is asked for from, `wish` how the customer would have it. Raises
    `NotAllowedNow` at another stage, `CodeTooSoon`, `CodeBudget`, `CodeDayBudget`, `CodesPaused`,
    `SendFailed`, `SenderMissing`. The code counts as sent before it is handed over: a provider
    that fails costs the customer one wait, never the bank a flood of messages.
    """
    now = clock.now()
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        if application.stage is not Stage.CONSENTED:
            raise NotAllowedNow
        last = await codes.live(tx, application_id, Purpose.PHONE)
        can_speak = post.sender.reaches(Channel.VOICE)
        channel = rules.channel_of(
            last, purpose=Purpose.PHONE, wish=wish, can_speak=can_speak, now=now
        )
        message = _message(post, application, channel, address, now)
        digits = await _issue(tx, post, message, last, bound_to=tokens.digest(session))
    await hand_over(
        *(store, clock, post, message),
        to=application.phone,
        text=word(digits, application.language, channel),
        language=application.language,
    )


def _message(
    post: Post, application: Application, channel: Channel, address: str, now: datetime
) -> Message:
    return Message(
        id=new_id(),
        application_id=application.id,
        purpose=Purpose.PHONE.value,
        channel=channel,
        number=post.mark("number", application.phone),
        block=post.block(application.phone),
        address=post.mark("address", address),
        state=MessageState.SENDING,
        at=now,
        state_at=now,
        cost_vnd=post.limits.costs_vnd[channel],
    )


async def _issue(tx: Tx, post: Post, message: Message, last: Code | None, *, bound_to: str) -> str:
    """Write down a code, which bears its message's id; its digits."""
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
    await tx.tell(_fact("code.sent", fresh, now, channel=message.channel.value))
    return digits


async def confirm(
    store: Store, clock: Clock, *, application_id: str, session: str, secret: bytes, digits: str
) -> None:
    """One try at the code, from the session that asked for it; a wrong one is counted before it is
    refused.

    Raises `CodeWrong`, `CodeExpired`, `CodeVoid`, `NotAllowedNow`.
    """
    now = clock.now()
    refused: EkycError | None = None
    async with store.begin() as tx:
        moved = move(await applications.load(tx, application_id), Stage.PHONE_CONFIRMED, now=now)
        found = await codes.live(tx, application_id, Purpose.PHONE)
        live = rules.check(found, bound_to=tokens.digest(session), now=now)
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
