"""Every fact, written once with the change that made it true: audit trail, outbox and webhook.

Names are past tense and stable for ever, because the CRM depends on them. Data carries ids,
codes and counts; never a name, a number, an address or a token.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

NAMES = frozenset(
    {
        "application.opened",
        "application.moved",
        "application.reminded",
        "application.deleted",
        "session.opened",
        "speech.wished",
        "consent.given",
        "phone.registered",
        "mailbox.registered",
        "callback.wanted",
        "callback.confirmed",
        "code.sent",
        "code.delivered",
        "code.failed",
        "code.refused",
        "code.confirmed",
        "document.chosen",
        "document.read",
        "document.refused",
        "help.asked",
        "handover.offered",
        "handover.taken",
        "handover.ended",
        "application.confirmed",
        "application.flagged",
        "chip.given",
        "portrait.given",
        "precheck.made",
        "booking.made",
        "booking.moved",
        "booking.cancelled",
        "booking.reminded",
        "booking.due",
        "booking.rung",
        "booking.notified",
        "booking.accepted",
        "booking.postponed",
        "booking.declined",
        "booking.answered",
        "booking.missed",
        "push.subscribed",
        "push.ended",
        "ticket.queued",
        "ticket.parked",
        "ticket.returned",
        "ticket.left",
        "ticket.matched",
        "ticket.rerouted",
        "recall.asked",
        "recall.made",
        "recall.notified",
        "recall.delivered",
        "recall.failed",
        "recall.refused",
        "recall.lapsed",
        "priority.given",
        "priority.taken",
        "alert.raised",
        "alert.repeated",
        "alert.acknowledged",
        "alert.ended",
        "desk.rang",
        "desk.missed",
        "desk.declined",
        "call.started",
        "call.live",
        "call.dropped",
        "call.resumed",
        "call.switched",
        "call.stepped",
        "call.ended",
        "call.transferred",
        "guest.asked",
        "guest.joined",
        "guest.switched",
        "guest.left",
        "guest.declined",
        "guest.missed",
        "guest.cancelled",
        "notice.given",
        "identification.passed",
        "identification.failed",
        "authorisation.asked",
        "authorisation.shown",
        "authorisation.confirmed",
        "authorisation.refused",
        "authorisation.declined",
        "authorisation.lapsed",
        "contact.entered",
        "contact.missed",
        "camera.asked",
        "face.compared",
        "signal.raised",
        "signals.cleared",
        "movement.asked",
        "movement.passed",
        "movement.failed",
        "sequence.committed",
        "sequence.revealed",
        "equivalent.chosen",
        "questions.drawn",
        "question.passed",
        "question.failed",
        "place.told",
        "still.asked",
        "still.taken",
        "still.declined",
        "still.lapsed",
        "still.passed",
        "still.failed",
        "sign.given",
        "supervisor.called",
        "recording.interrupted",
        "recording.finished",
        "checklist.ticked",
        "note.written",
        "decision.made",
        "decision.missed",
        "file.viewed",
        "recording.viewed",
        "export.asked",
        "export.finished",
        "export.failed",
        "export.fetched",
        "export.removed",
        "result.fetched",
        "result.presented",
        "media.fetched",
        "webhook.delivered",
        "webhook.failed",
        "webhook.replayed",
        "staff.signed_in",
        "staff.disabled",
        "staff.reset",
        "staff.taught",
        "roster.changed",
        "roster.published",
        "booking.reassigned",
        "calendar.opened",
        "calendar.closed",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it; `id` is a row's id, never a name."""

    kind: str
    """customer, staff, crm or system."""
    id: str = ""


SYSTEM = Actor(kind="system")
CUSTOMER = Actor(kind="customer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact about one application, not yet numbered."""

    name: str
    application_id: str
    at: datetime
    actor: Actor
    data: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a name nobody has promised to keep."""
        if self.name not in NAMES:
            raise ValueError(self.name)
