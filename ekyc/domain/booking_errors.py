"""Refusals around appointments and rosters."""

from ekyc.domain.refusal import EkycError


class SlotTaken(EkycError):
    """Somebody else took this time a moment ago; please choose another."""

    code = "slot-taken"


class HoldExpired(EkycError):
    """The time is no longer held for you; please choose again."""

    code = "hold-expired"


class ChangeTooLate(EkycError):
    """It is too late to change or cancel this appointment; please wait for the call."""

    code = "change-too-late"


class MovesUsedUp(EkycError):
    """This appointment was moved too often; please keep the time, or cancel it and call now."""

    code = "moves-used-up"


class BookingsUsedUp(EkycError):
    """Too many appointments were missed; please call now instead."""

    code = "bookings-used-up"


class BookedElsewhere(EkycError):
    """Another application of this telephone number already has an appointment."""

    code = "booked-elsewhere"


class TooManyHolds(EkycError):
    """Too many times were looked at; please wait a while, or call now."""

    code = "too-many-holds"


class PushRefused(EkycError):
    """This browser cannot be rung from here; the link comes by message."""

    code = "push-refused"


class ShiftInvalid(EkycError):
    """These hours overlap, end before they begin, or do not begin and end at a half-hour."""

    code = "shift-invalid"


class RosterConflicts(EkycError):
    """{n} appointments would have no agent; they can be rebooked with the change."""

    code = "roster-conflicts"
