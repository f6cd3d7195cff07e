"""What the customer's pages are told of times held, booked and missed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ekyc.domain import appointment as rules
from ekyc.domain.application import Application, Stage
from ekyc.domain.appointment import Appointment, AppointmentState
from ekyc.domain.call import Call, is_answered
from ekyc.journey import appointed
from ekyc.journey.booking import Day
from ekyc.journey.stage import has_result
from ekyc.settings import Booking
from ekyc.storage import appointments, calls, push, recalls
from ekyc.storage.store import Tx

_CHOOSING = frozenset({Stage.CONFIRMED, Stage.BOOKED, Stage.WAITING})


def offered(days: Sequence[Day], settings: Booking) -> dict[str, Any]:
    """The times that may be chosen, day by day."""
    return {
        "minutes": settings.slot_min - settings.buffer_min,
        "exact_min": settings.exact_min,
        "days": [
            {
                "day": day.day.isoformat(),
                "closed": day.closed,
                "slots": [{"at": slot.at.isoformat(), "free": slot.free} for slot in day.slots],
            }
            for day in days
        ],
    }


async def customer(
    tx: Tx, application: Application, settings: Booking, *, now: datetime
) -> dict[str, Any]:
    """`appointment` and `booking` of the customer's view; after the verdict of the result call."""
    stage, application_id = application.stage, application.id
    talks = settings.result_calls and await has_result(tx, application)
    if stage not in {*_CHOOSING, Stage.IN_CALL} and not talks:
        return {"appointment": None, "booking": None}
    earlier = await appointments.of_application(tx, application_id)
    active = next((one for one in earlier if one.state in rules.ACTIVE), None)
    held = next((one for one in earlier if one.state is AppointmentState.HELD), None)
    call = await calls.of_customer(tx, application_id)
    shown = active and _appointment(active, call, settings, now=now)
    choice = None
    if stage in _CHOOSING or (talks and call is None):
        lapsed = await recalls.lapsed(tx, application_id)
        answered = [one.accepted_at for one in await calls.of_application(tx, application_id)]
        owed = rules.is_owed(earlier, answered)
        choice = {**_booking(earlier, held, settings, owed=owed, now=now), "lapsed": lapsed}
    return {
        "appointment": shown and {**shown, "devices": await push.digests(tx, application_id)},
        "booking": choice,
    }


def _appointment(
    one: Appointment, call: Call | None, settings: Booking, *, now: datetime
) -> dict[str, Any]:
    limits = appointed.limits(settings)
    until = rules.change_until(one, limits)
    reminders = [one.at - timedelta(minutes=minutes) for minutes in settings.remind_min]
    due = one.state is AppointmentState.DUE
    open_ = not due and now <= until
    return {
        "state": one.state.value,
        "at": one.at.isoformat(),
        "minutes": one.minutes,
        "change_until": until.isoformat(),
        "may_cancel": open_,
        "may_move": open_ and one.moves < limits.moves,
        "remind_at": next((at.isoformat() for at in sorted(reminders) if at > now), None),
        "late_min": int(limits.late_s // 60),
        "rings": due and one.answered_at is None,
        "agent_there": due and call is not None and is_answered(call),
        "may_postpone": rules.may_postpone(one, limits),
        "postpone_min": settings.postpone_min,
    }


def _booking(
    earlier: Any, held: Appointment | None, settings: Booking, *, owed: bool, now: datetime
) -> dict[str, Any]:
    missed = AppointmentState.MISSED_BY_CUSTOMER
    misses = sum(one.state is missed for one in earlier)
    last = rules.outcome(earlier)
    told = last if owed or last is missed else None  # what we missed may have been made good
    side = next((side.value for side, state in rules.MISSED.items() if state is told), None)
    is_held = held is not None and held.held_until > now
    return {
        "missed": side,
        "may_book": misses < settings.misses_max,
        "days_ahead": settings.days_ahead,
        "change_until_min": settings.change_until_min,
        "hold": {"at": held.at.isoformat(), "until": held.held_until.isoformat()}
        if is_held and held
        else None,
    }
