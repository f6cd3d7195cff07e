"""The code in the call: sent when the agent asks, given back by the customer on the call's page.

It shows that whoever is seen holds the telephone the bank knows, by a second way. It belongs to
this call alone, and is never read aloud: a telephone call would take the camera.
"""

from ekyc.domain import call as talk
from ekyc.domain.call import Call
from ekyc.domain.code import CodeState, Purpose
from ekyc.domain.errors import NotAllowedNow, NotFound
from ekyc.domain.events import CUSTOMER, Actor
from ekyc.domain.message import Channel
from ekyc.journey.messages import Post, Word, hand_over
from ekyc.journey.one_time import by_telephone, issue, tried
from ekyc.journey.ports import Clock
from ekyc.storage import applications, calls, codes
from ekyc.storage.store import Store, Tx


async def ask(
    store: Store, clock: Clock, post: Post, word: Word, *, staff_id: str, application_id: str
) -> None:
    """Send the customer of this agent's call a code.

    Raises `NotFound` when this agent is not in a call with the customer, `NotAllowedNow` before
    both are connected, while somebody is gone and once a code was given back, and what sending a
    code refuses.
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
        message = by_telephone(post, application, Purpose.FINISH, Channel.SMS, address="", now=now)
        actor = Actor(kind="staff", id=staff_id)
        digits = await issue(tx, post, message, last, bound_to=call.id, actor=actor)
        _wake(tx, call)
    await hand_over(
        *(store, clock, post, message),
        to=application.phone,
        text=word(digits, application.language, Channel.SMS),
        language=application.language,
    )


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
