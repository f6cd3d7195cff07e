"""The code in the call: sent when the agent asks, given back by the customer on the call's page.

It shows that whoever is seen holds the telephone the bank knows, by a second way. It belongs to
this call alone, and is never read aloud: a telephone call would take the camera.
"""

from datetime import datetime

from ekyc.domain import call as talk
from ekyc.domain.application import Application
from ekyc.domain.call import Call
from ekyc.domain.code import CodeState, Purpose
from ekyc.domain.errors import NotAllowedNow, NotFound
from ekyc.domain.events import CUSTOMER, Actor
from ekyc.domain.message import Channel, Message
from ekyc.journey import mailboxes
from ekyc.journey.messages import Post, Word, hand_over
from ekyc.journey.one_time import by_mail, by_telephone, issue, tried
from ekyc.journey.ports import Clock
from ekyc.storage import applications, calls, codes
from ekyc.storage.store import Store, Tx


async def ask(
    store: Store,
    clock: Clock,
    post: Post,
    word: Word,
    *,
    staff_id: str,
    application_id: str,
    by: Channel = Channel.SMS,
) -> None:
    """Send the customer of this agent's call a code, by mail where no SMS comes through.

    Raises `NotFound` when this agent is not in a call with the customer, `NotAllowedNow` before
    both are connected, while somebody is gone and once a code was given back, `MailboxMissing`, and
    what sending a code refuses.
    """
    now = clock.now()
    async with store.begin() as tx:
        call = await calls.of_agent(tx, staff_id)
        if call is None or call.application_id != application_id:
            raise NotFound
        if not talk.is_complete(call):
            raise NotAllowedNow
        given = await codes.of_call(tx, call.id)
        if given is not None and given.state is CodeState.USED:
            raise NotAllowedNow
        application = await applications.load(tx, application_id)
        last = await codes.live(tx, application_id, Purpose.FINISH)
        message, to = await _addressed(tx, post, application, by, now=now)
        actor = Actor(kind="staff", id=staff_id)
        digits = await issue(tx, post, message, last, bound_to=call.id, actor=actor)
        _wake(tx, call)
    await hand_over(
        *(store, clock, post, message),
        to=to,
        text=word(digits, application, by),
        language=application.language,
    )


async def _addressed(
    tx: Tx, post: Post, application: Application, by: Channel, *, now: datetime
) -> tuple[Message, str]:
    """The message, and where it goes."""
    if by is Channel.MAIL:
        _, to = await mailboxes.known(tx, post.secret, application.id)
        return by_mail(post, application.id, Purpose.FINISH, to, now=now), to
    message = by_telephone(post, application, Purpose.FINISH, by, address="", now=now)
    return message, application.phone


async def confirm(
    store: Store, clock: Clock, *, application_id: str, secret: bytes, digits: str
) -> None:
    """One try at the code of the call that goes on.

    Raises `NotAllowedNow` without a call, `CodeWrong`, `CodeExpired`, `CodeVoid`.
    """
    async with store.begin() as tx:
        call = await calls.of_customer(tx, application_id)
        if call is None or call.live_at is None:
            raise NotAllowedNow
        found = await codes.live(tx, application_id, Purpose.FINISH)
        refused = await tried(
            tx,
            found,
            digits,
            bound_to=call.id,
            secret=secret,
            actor=CUSTOMER,
            now=clock.now(),
        )
        _wake(tx, call)
    if refused is not None:  # outside the transaction: the counted try must stand
        raise refused


def _wake(tx: Tx, call: Call) -> None:
    tx.wake(f"desk:{call.agent_id}")
    tx.wake(f"application:{call.application_id}")
