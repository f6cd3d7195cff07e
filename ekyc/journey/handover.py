"""From the computer to the telephone, and back.

Whoever sits at the computer is signed in and has confirmed the telephone's number there; the code
it shows is proof of that, so the telephone is not asked again. What the telephone is given ends
when the computer's session would, can be taken back at any moment, and leads nowhere further: a
telephone makes no codes.
"""

from datetime import datetime, timedelta

from ekyc.domain import handover as rules
from ekyc.domain.errors import HandoverExpired, NotAllowedNow
from ekyc.domain.events import CUSTOMER, Event
from ekyc.domain.handover import Device, EndedBy, Handover, HandoverState, Limits, Purpose
from ekyc.journey.ports import Clock
from ekyc.storage import applications, handovers, tokens
from ekyc.storage.store import Store, Tx, new_id


async def offer(
    store: Store, clock: Clock, *, application_id: str, session: str, limits: Limits
) -> tuple[Handover, str]:
    """Make a code in the place of any before; the hand-over and the code's token.

    `session` is the token of whoever asks. Raises `NotAllowedNow` where no telephone is of use or a
    telephone asks, `HandoverBudget`.
    """
    now, token, computer = clock.now(), tokens.new(), tokens.digest(session)
    async with store.begin() as tx:
        application = await applications.load(tx, application_id)
        purpose = rules.purpose_at(application.stage)
        if await handovers.of_telephone(tx, computer) is not None:
            raise NotAllowedNow
        hour_ago = now - timedelta(hours=1)
        rules.require_room(await handovers.offered_since(tx, application_id, hour_ago), limits)
        await end_open(tx, application_id, EndedBy.REPLACED, now=now)
        offered = Handover(
            id=new_id(),
            application_id=application_id,
            purpose=purpose,
            state=HandoverState.OFFERED,
            token=tokens.digest(token),
            computer=computer,
            offered_at=now,
            expires_at=now + limits.life,
        )
        await handovers.add(tx, offered)
        await tx.tell(_fact("handover.offered", offered, now))
    return offered, token


async def take(
    store: Store, clock: Clock, *, token: str, device: Device, own_session: str
) -> tuple[Handover, str]:
    """Trade the code for a session; the hand-over and the session's token.

    `own_session` is the token this browser has already: the computer's own browser is refused with
    `NotAllowedNow`, since its session would be lost. Raises `HandoverUsed` and `HandoverExpired`.
    """
    now, session = clock.now(), tokens.new()
    async with store.begin() as tx:
        offered = await handovers.by_token(tx, tokens.digest(token))
        if offered is None:
            raise HandoverExpired
        if offered.computer == tokens.digest(own_session):
            raise NotAllowedNow
        stage = (await applications.load(tx, offered.application_id)).stage
        digest = tokens.digest(session)
        taken = rules.take(offered, stage=stage, telephone=digest, device=device, now=now)
        until = await applications.session_until(tx, offered.computer, now=now)
        if until is None:
            raise HandoverExpired
        await handovers.save(tx, offered, taken)
        await applications.share_session(
            tx, offered.application_id, digest=digest, expires_at=until
        )
        await tx.tell(_fact("handover.taken", taken, now, device=device.value))
    return taken, session


async def take_back(store: Store, clock: Clock, *, application_id: str) -> None:
    """The journey goes on at the computer; one that is there already stays there."""
    async with store.begin() as tx:
        await end_open(tx, application_id, EndedBy.BACK, now=clock.now())


async def photographed(tx: Tx, application_id: str, *, now: datetime) -> None:
    """All that the camera was wanted for is there: a telephone has done its part."""
    handover = await handovers.open_one(tx, application_id)
    if handover and handover.purpose is Purpose.PHOTOGRAPHS:
        await end_open(tx, application_id, EndedBy.DONE, now=now)


async def end_open(tx: Tx, application_id: str, by: EndedBy, *, now: datetime) -> None:
    """End what is offered or taken, if anything is, and the telephone's session with it."""
    handover = await handovers.open_one(tx, application_id)
    if handover is None:
        return
    await handovers.save(tx, handover, rules.end(handover, now=now))
    if handover.telephone is not None:
        await applications.end_session(tx, handover.telephone)
    await tx.tell(_fact("handover.ended", handover, now, by=by.value))


def _fact(name: str, handover: Handover, at: datetime, **data: object) -> Event:
    return Event(
        name=name,
        application_id=handover.application_id,
        at=at,
        actor=CUSTOMER,
        data={"handover": handover.id, "purpose": handover.purpose.value, **data},
    )


async def is_elsewhere(store: Store, *, application_id: str, session: str) -> bool:
    """Whether the journey goes on on another device than the one whose session has this token."""
    async with store.read() as tx:
        own = await handovers.of_telephone(tx, tokens.digest(session))
        if own is not None:
            return own.state is HandoverState.ENDED
        found = await handovers.open_one(tx, application_id)
    return found is not None and found.state is HandoverState.TAKEN
