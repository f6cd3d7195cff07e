"""The appointment as a file shows it, and whether a call about the result may be booked."""

from ekyc.domain.application import SETTLED
from ekyc.domain.decision import Verdict
from ekyc.journey.customer_file import CustomerFile


def seen(file: CustomerFile) -> dict[str, dict[str, str] | None]:
    """The appointment in force, with its agent's name."""
    one = file.appointment
    if one is None:
        return {"appointment": None}
    agent = file.names.get(one.agent_id, "")
    told = {"at": one.at.isoformat(), "state": one.state.value, "agent": agent}
    return {"appointment": told}


def may_arrange(file: CustomerFile) -> bool:
    """Whether there is a result to talk about."""
    decided = file.decision is not None and file.decision.verdict is not Verdict.INCOMPLETE
    return file.application.stage in SETTLED and decided
