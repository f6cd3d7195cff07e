"""The bank takes an application back, wherever its customer stands."""

from ekyc.domain.application import Application, Stage, move
from ekyc.domain.call import EndReason
from ekyc.domain.events import Actor, Event
from ekyc.domain.queue import TicketState
from ekyc.domain.queue import move as move_ticket
from ekyc.journey.ending import end_call
from ekyc.journey.ports import Clock
from ekyc.storage import applications, calls, queue
from ekyc.storage.store import Tx


async def withdraw(tx: Tx, clock: Clock, *, application_id: str, actor: Actor) -> Application:
    """Withdraw the application, and end the call or the wait it is in.

    Raises `NotFound`, and `NotAllowedNow` once it is decided or over.
    """
    now = clock.now()
    withdrawn = move(await applications.load(tx, application_id), Stage.WITHDRAWN, now=now)
    call = await calls.of_customer(tx, application_id)
    if call is not None:
        await end_call(tx, call, EndReason.WITHDRAWN, actor=actor, now=now)
    ticket = await queue.open_ticket(tx, application_id)
    if ticket is not None:
        await queue.save_ticket(tx, ticket, move_ticket(ticket, TicketState.LEFT))
        data = {"ticket": ticket.id, "number": ticket.seq, "attempt": ticket.attempt}
        left = Event(
            name="ticket.left", application_id=application_id, at=now, actor=actor, data=data
        )
        await tx.tell(left)
    await applications.save(tx, withdrawn, actor=actor)
    return withdrawn
