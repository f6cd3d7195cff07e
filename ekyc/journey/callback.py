"""The callback code: a link by mail, a code told aloud in the call, typed by the customer there.

The page of the link is nobody's session: it is opened wherever the mail is read, and its token is
all it has. So it says nothing of the customer, and its code is good in one running call alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ekyc.domain import call as talk
from ekyc.domain import callback as rules
from ekyc.domain.call import Call, CallState
from ekyc.domain.callback import Callback, Standing
from ekyc.domain.code import Purpose
from ekyc.domain.errors import CodeExpired, LinkInvalid, MailboxMissing, NotAllowedNow, NotFound
from ekyc.domain.events import CUSTOMER, Actor, Event
from ekyc.journey import mailboxes
from ekyc.journey.messages import Post, hand_over
from ekyc.journey.one_time import by_mail, issue, tried
from ekyc.journey.phones import OPEN
from ekyc.journey.ports import Clock
from ekyc.storage import applications, callbacks, calls, codes, tokens
from ekyc.storage import mailboxes as kept
from ekyc.storage.store import Store, Tx

Letter = Callable[[str, str], tuple[str, str]]
"""The link's token, the customer's language → subject and text of the mail."""


async def ask(
    store: Store, clock: Clock, post: Post, letter: Letter, *, staff_id: str, application_id: str
) -> str:
    """Mail the customer of this agent's call a link; the code to be told aloud, said this once.

    Raises `NotFound` when this agent is not in a call with the customer, `NotAllowedNow` before
    both are connected, while somebody is gone and once the code was given back, `MailboxMissing`,
    and what sending a code refuses.
    """
    now, token = clock.now(), tokens.new()
    async with store.begin() as tx:
        call = await _call(tx, staff_id, application_id)
        application = await applications.load(tx, application_id)
        mailbox, to = await mailboxes.known(tx, post.secret, application_id)
        last = await codes.live(tx, application_id, Purpose.CALLBACK)
        message = by_mail(post, application_id, Purpose.CALLBACK, to, now=now)
        digest, actor = tokens.digest(token), Actor(kind="staff", id=staff_id)
        digits = await issue(tx, post, message, last, bound_to=digest, actor=actor)
        asked = Callback(
            id=message.id,
            application_id=application_id,
            call_id=call.id,
            mailbox_id=mailbox.id,
            digest=digest,
            asked_at=now,
            by=staff_id,
        )
        await callbacks.add(tx, asked)
        _wake(tx, call)
    subject, text = letter(token, application.language)
    await hand_over(
        *(store, clock, post, message),
        to=to,
        text=text,
        subject=subject,
        language=application.language,
    )
    return digits


async def _call(tx: Tx, staff_id: str, application_id: str) -> Call:
    """The agent's call with this customer, in which nothing was confirmed yet."""
    call = await calls.of_agent(tx, staff_id)
    if call is None or call.application_id != application_id:
        raise NotFound
    before = await callbacks.of_call(tx, call.id)
    if not talk.is_complete(call) or (before is not None and before.confirmed_at):
        raise NotAllowedNow
    return call


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What the page of a link may know; nothing of the customer but the language."""

    standing: Standing
    tries_left: int
    expires_at: datetime | None
    """None once nothing can be typed any more."""
    language: str


async def by_link(store: Store, clock: Clock, *, token: str) -> Linked:
    """What a callback's link leads to; `LinkInvalid`."""
    async with store.read() as tx:
        callback = await _linked(tx, token)
        application = await applications.load(tx, callback.application_id)
        code = await codes.find(tx, callback.id)
        is_over = await _running(tx, callback) is None
    stands = rules.standing(callback, code, call_is_over=is_over, now=clock.now())
    is_open = code is not None and stands is Standing.OPEN
    return Linked(
        standing=stands,
        tries_left=code.tries_left if code and is_open else 0,
        expires_at=code.expires_at if code and is_open else None,
        language=application.language,
    )


async def _running(tx: Tx, callback: Callback) -> Call | None:
    """The call it was asked for in, until it has ended."""
    call = await calls.find(tx, callback.call_id)
    return None if call is None or call.state is CallState.ENDED else call


async def confirm(store: Store, clock: Clock, *, token: str, secret: bytes, digits: str) -> None:
    """One try at the code told in the call; right, it is a fact with who vouches for the mailbox.

    Raises `LinkInvalid`, `CodeExpired` once the call is over too, `CodeWrong`, `CodeVoid`.
    """
    now = clock.now()
    async with store.begin() as tx:
        callback = await _linked(tx, token)
        call = await _running(tx, callback)
        if call is None:
            raise CodeExpired
        refused = await tried(
            tx,
            await codes.find(tx, callback.id),
            digits,
            bound_to=callback.digest,
            secret=secret,
            actor=CUSTOMER,
            now=now,
        )
        if refused is None:
            await _confirmed(tx, callback, now=now)
        _wake(tx, call)
    if refused is not None:  # outside the transaction: the counted try must stand
        raise refused


async def want(tx: Tx, clock: Clock, *, application_id: str, wanted: bool, actor: Actor) -> None:
    """Have no approval without a callback for this application, or take that back.

    Raises `NotAllowedNow` once it is decided, `MailboxMissing` where it could never be given. The
    same again changes nothing.
    """
    application = await applications.load(tx, application_id)
    if application.stage not in OPEN:
        raise NotAllowedNow
    if await callbacks.is_wanted(tx, application_id) is wanted:
        return
    if wanted and await kept.in_force(tx, application_id) is None:
        raise MailboxMissing
    await applications.set_values(tx, application_id, callback=wanted)
    await tx.tell(
        Event(
            name="callback.wanted",
            application_id=application_id,
            at=clock.now(),
            actor=actor,
            data={"wanted": wanted},
        )
    )


async def _linked(tx: Tx, token: str) -> Callback:
    callback = await callbacks.by_digest(tx, tokens.digest(token))
    if callback is None:
        raise LinkInvalid
    return callback


async def _confirmed(tx: Tx, callback: Callback, *, now: datetime) -> None:
    """The fact: who vouches for the mailbox comes with it."""
    await callbacks.confirm(tx, callback.id, now=now)
    mailbox = await kept.find(tx, callback.mailbox_id)
    data = {"callback": callback.id, "call": callback.call_id, "mailbox": mailbox.id}
    await tx.tell(
        Event(
            name="callback.confirmed",
            application_id=callback.application_id,
            at=now,
            actor=CUSTOMER,
            data=data | {"source": mailbox.source, "as_of": mailbox.as_of},
        )
    )


def _wake(tx: Tx, call: Call) -> None:
    tx.wake(f"desk:{call.agent_id}")
    tx.wake(f"application:{call.application_id}")
