"""What a customer's browsers are told, whatever it is about; looked at again when it is time."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ekyc.jobs.booking import Desk
from ekyc.storage.store import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell, as it is true now."""

    application_id: str
    about: str
    """The id of what it is about: a newer notice takes an undelivered one's place."""
    language: str
    sentence: str
    """Its key among the messages."""
    values: Mapping[str, str]
    rings: bool
    """Whether the device rings until somebody answers."""
    link_until: datetime
    """How long the link in it is good."""
    worth_s: int
    """How long a device that is switched off should still be told."""
    notified: str
    """The fact of its being handed over."""
    note: Callable[[Tx, str, Mapping[str, object]], Awaitable[None]]
    """Tells a fact of this name about it."""


Look = Callable[[Desk, Tx, Mapping[str, Any], datetime], Awaitable[Notice | None]]
"""The notice a job's payload asks for; None when it is not true any more."""
