"""One request to verify one customer, and the only table of how it moves.

Everything else that names a stage (pages, webhooks, diagrams) is printed from `TRANSITIONS`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ekyc.domain.errors import NotAllowedNow


class Stage(StrEnum):
    """Where an application stands."""

    OPENED = "opened"
    CONSENTED = "consented"
    PHONE_CONFIRMED = "phone_confirmed"
    DOCUMENTED = "documented"
    CONFIRMED = "confirmed"
    BOOKED = "booked"
    WAITING = "waiting"
    IN_CALL = "in_call"
    DECIDED = "decided"
    REVIEWED = "reviewed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_LEAVE = frozenset({Stage.WITHDRAWN, Stage.EXPIRED})

TRANSITIONS: dict[Stage, frozenset[Stage]] = {
    Stage.OPENED: frozenset({Stage.CONSENTED}) | _LEAVE,
    Stage.CONSENTED: frozenset({Stage.PHONE_CONFIRMED}) | _LEAVE,
    Stage.PHONE_CONFIRMED: frozenset({Stage.DOCUMENTED}) | _LEAVE,
    Stage.DOCUMENTED: frozenset({Stage.DOCUMENTED, Stage.CONFIRMED}) | _LEAVE,  # a re-take
    Stage.CONFIRMED: frozenset(
        {Stage.BOOKED, Stage.WAITING, Stage.DECIDED, Stage.DOCUMENTED}  # decided without a call
    )
    | _LEAVE,
    Stage.BOOKED: frozenset({Stage.WAITING, Stage.CONFIRMED}) | _LEAVE,  # calls now; missed
    Stage.WAITING: frozenset({Stage.IN_CALL, Stage.BOOKED, Stage.CONFIRMED}) | _LEAVE,
    Stage.IN_CALL: frozenset(
        {Stage.DECIDED, Stage.WAITING, Stage.DOCUMENTED, Stage.CONFIRMED}  # nobody met
    )
    | _LEAVE,
    Stage.DECIDED: frozenset({Stage.REVIEWED, Stage.DOCUMENTED}),  # incomplete: again
    Stage.REVIEWED: frozenset({Stage.CLOSED}),
    Stage.CLOSED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
    Stage.EXPIRED: frozenset(),
}


SETTLED = frozenset({Stage.DECIDED, Stage.REVIEWED, Stage.CLOSED})
"""The verdict is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What one row says; personal data beside the stage stays in its own columns."""

    id: str
    reference: str
    """Short number people can say: HS-yymm-nnnn."""
    stage: Stage
    version: int
    """Grows with every move; a save compares it before it swaps."""
    external_id: str
    """The CRM's own number for this customer or request."""
    language: str
    phone: str
    """E.164."""
    phone_source: str
    phone_as_of: str
    name: str
    """As the CRM wrote it; empty when it named none."""
    document_kind: str
    """Empty until chosen."""
    opened_at: datetime
    updated_at: datetime
    slow_speech: bool = False
    """The customer asked to be spoken to slowly."""
    note: str = ""
    form_name: str = ""
    """As the customer confirmed it; empty until then."""

    @property
    def shown_name(self) -> str:
        """What staff call the customer: the form's name, before it the CRM's."""
        return self.form_name or self.name


def move(application: Application, to: Stage, *, now: datetime) -> Application:
    """Take the next step; `NotAllowedNow` when the story has no such step."""
    if to not in TRANSITIONS[application.stage]:
        raise NotAllowedNow
    return replace(application, stage=to, version=application.version + 1, updated_at=now)


def mask_phone(phone: str) -> str:
    """Show two digits at the start and three at the end: +84901234318 → 09•• ••• 318."""
    local = "0" + phone[3:] if phone.startswith("+84") else phone
    if len(local) < 7:
        return "•••"
    return f"{local[:2]}•• ••• {local[-3:]}"
