"""The agent's verdict, its reasons, and what must stand before an approval."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ekyc.domain.access import Role
from ekyc.domain.application import Stage
from ekyc.domain.call import Call, CallState
from ekyc.domain.errors import ApproveMissing, NotAllowedNow, ReasonMissing
from ekyc.domain.presence import Signal
from ekyc.domain.sequence import STANDARD
from ekyc.domain.still import View


class Verdict(StrEnum):
    """How an application is decided."""

    APPROVE = "approve"
    REJECT = "reject"
    INCOMPLETE = "incomplete"


REASONS: Mapping[Verdict, tuple[str, ...]] = {
    Verdict.APPROVE: (),
    Verdict.REJECT: (
        "document-not-genuine",
        "document-expired",
        "not-same-person",
        "movements-failed",
        "details-differ",
        "prompted-by-others",
        "not-free",
        "customer-withdrew",
    ),
    Verdict.INCOMPLETE: (
        "photograph-unclear",
        "details-to-correct",
        "picture-or-sound-poor",
        "line-dropped",
        "place-unsuitable",
        "document-not-at-hand",
        "unable-to-verify",
        "forced",
    ),
}
"""Reason codes in the order they are offered; sentences stand in the `errors` catalogue as
`reason.<code>`."""

SILENT: Mapping[str, str] = {"not-free": "unable-to-verify", "forced": "unable-to-verify"}
"""Reasons the customer is never told, and what is told instead: whoever forces somebody reads over
the shoulder. The file and the CRM keep the code that was given."""

CHECKLIST = ("face-matches", "card-genuine", "reads-number", "alone", "purpose")
FEATURES = (
    "feature-diffractive",
    "feature-personalisation",
    "feature-material",
    "feature-security-print",
)
"""Classes of what makes a document genuine, ticked by the agent who saw them."""

MOVEMENTS = tuple(direction.value for direction in STANDARD)
"""What an approval needs: every item ticked, every movement passed, or its equivalent set."""


class Need(StrEnum):
    """What a bank may ask of an approval beside movements and checklist, in the order of work."""

    TILT = "tilt"
    FEATURES = "features"
    FINGER = "finger"
    HAND = "hand"
    QUESTIONS = "questions"
    CODE = "code"
    CALLBACK = "callback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What this bank asks of an approval."""

    needs: frozenset[Need]
    questions_right: int
    features: int
    """How many of `FEATURES`."""
    tilt: tuple[View, ...]
    """Photographs of the tilted document."""
    supervised: frozenset[Signal]
    """A supervisor has to clear them (`clearance`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One verdict; a later one does not overwrite it."""

    id: str
    application_id: str
    verdict: Verdict
    reasons: tuple[str, ...]
    note: str
    by: str
    at: datetime


def told(reasons: Sequence[str]) -> tuple[str, ...]:
    """The reasons as the customer reads them, none twice."""
    return tuple(dict.fromkeys(SILENT.get(code, code) for code in reasons))


def approve_missing(
    *,
    stage: Stage,
    met: bool,
    unmoved: Collection[str] = MOVEMENTS,
    unmet: Collection[Need] = (),
    signed: bool = False,
    cleared: bool = True,
    ticked: Collection[str],
) -> tuple[str, ...]:
    """Codes of what still stands between this file and an approval, in the order of work.

    `unmoved` are the movements not made yet (`sequence.missing`), `unmet` what the bank's rules
    ask for and this call does not show yet; `signed`, that the customer gave the silent sign in it;
    `cleared`, that no grave signal of it waits for a supervisor.
    """
    missing = []
    if not met:
        missing.append("call")
    elif stage is not Stage.IN_CALL:
        missing.append("call-over")
    if signed:
        missing.append("sign")
    if not cleared:
        missing.append("clearance")
    missing += [f"movement-{name}" for name in unmoved]
    missing += [need.value for need in Need if need in unmet]
    missing += [f"check-{item}" for item in CHECKLIST if item not in ticked]
    return tuple(missing)


def may_work_on(call: Call, *, staff_id: str, role: Role) -> bool:
    """Whether a call leaves its file to somebody: its agent or, once it ended, a supervisor."""
    if call.agent_id == staff_id:
        return True
    return role is Role.SUPERVISOR and call.state is CallState.ENDED


def judge(
    verdict: Verdict, reasons: Collection[str], *, stage: Stage, missing: Collection[str]
) -> tuple[str, ...]:
    """The reasons in their order when the verdict may stand now.

    Raises `NotAllowedNow` outside a call or a confirmed form, `ApproveMissing` while something is
    missing, `ReasonMissing` when a refusal names no known reason.
    """
    if stage not in {Stage.CONFIRMED, Stage.IN_CALL}:
        raise NotAllowedNow
    if verdict is Verdict.APPROVE:
        if missing:
            raise ApproveMissing
        return ()
    ordered = tuple(code for code in REASONS[verdict] if code in reasons)
    if not ordered or set(reasons) - set(ordered):
        raise ReasonMissing
    return ordered
