"""What calls a supervisor: a customer's silent sign, and grave signals that wait for four eyes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SIGN_STANDS = timedelta(days=1)
"""A sign nobody looked at is not called out longer: it stays in the file, and at every later
ring."""


class Why(StrEnum):
    """The reason a supervisor is called."""

    SIGN = "sign"
    SIGNALS = "signals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summons:
    """One call that needs a supervisor, until somebody looked."""

    application_id: str
    call_id: str
    agent_id: str
    why: Why
    at: datetime
    """When the sign was given, or the first of the signals raised."""
