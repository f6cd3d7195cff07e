"""The bank takes an application back, wherever its customer stands."""

from ekyc.domain.application import Application, Stage, move
from ekyc.domain.appointment import AppointmentState
from ekyc.domain.call import EndReason
from ekyc.domain.events import Actor
from ekyc.journey import appointed
from ekyc.journey.ending import end_call, leave_line
from ekyc.journey.ports import Clock
from ekyc.storage import applications, appointments, calls, queue
from ekyc.storage.store import Tx


async def withdraw(tx: Tx, clock: Clock, *, application_id: str, actor: Actor) -> Application:
    """Withdraw the application, and end the call, the wait or the appointment it is in.

    Raises `NotFound`, and `NotAllowedNow` once it is decided or over.
    """
    now = clock.now()
    withdrawn = move(await applications.load(tx, application_id), Stage.WITHDRAWN, now=now)
    call = await calls.of_customer(tx, application_id)
    if call is not None:
        await end_call(tx, call, EndReason.WITHDRAWN, actor=actor, now=now)
    if await queue.open_ticket(tx, application_id) is not None:
        await leave_line(tx, application_id, actor=actor, now=now)
    appointment = await appointments.active(tx, application_id)
    if appointment is not None:
        cancelled = AppointmentState.CANCELLED
        await appointed.finish(tx, appointment, cancelled, actor=actor, now=now)
    await applications.save(tx, withdrawn, actor=actor)
    return withdrawn
