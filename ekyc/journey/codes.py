"""One-time codes: sent on request, checked once, never kept in the clear."""

from ekyc.domain import code as rules
from ekyc.domain.application import Stage, move
from ekyc.domain.code import Limits, Purpose
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.events import CUSTOMER
from ekyc.domain.message import Channel
from ekyc.journey.messages import Post, Word, hand_over
from ekyc.journey.one_time import by_telephone, issue, tried
from ekyc.journey.ports import Clock
from ekyc.settings import Codes
from ekyc.storage import applications, codes, tokens
from ekyc.storage.store import Store


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
        session_mark = tokens.digest(session)
        mine = last if last is not None and last.bound_to == session_mark else None
        can_speak = post.sender.reaches(Channel.VOICE)
        channel = rules.channel_of(
            mine, purpose=Purpose.PHONE, wish=wish, can_speak=can_speak, now=now
        )
        message = by_telephone(post, application, Purpose.PHONE, channel, address=address, now=now)
        digits = await issue(tx, post, message, last, bound_to=session_mark, actor=CUSTOMER)
    await hand_over(
        *(store, clock, post, message),
        to=application.phone,
        text=word(digits, application, channel),
        language=application.language,
    )


async def confirm(
    store: Store, clock: Clock, *, application_id: str, session: str, secret: bytes, digits: str
) -> None:
    """One try at the code, from the session that asked for it; a wrong one is counted before it is
    refused.

    Raises `CodeWrong`, `CodeExpired`, `CodeVoid`, `NotAllowedNow`.
    """
    now = clock.now()
    async with store.begin() as tx:
        moved = move(await applications.load(tx, application_id), Stage.PHONE_CONFIRMED, now=now)
        found = await codes.live(tx, application_id, Purpose.PHONE)
        bound_to = tokens.digest(session)
        refused = await tried(
            tx, found, digits, bound_to=bound_to, secret=secret, actor=CUSTOMER, now=now
        )
        if refused is None:
            await applications.save(tx, moved, actor=CUSTOMER)
    if refused is not None:  # outside the transaction: the counted try must stand
        raise refused
