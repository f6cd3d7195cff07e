"""A still: a photograph the agent asks for in the call, of the document or of the face.

It is larger and sharper than the picture of the call, and arrives whole where the line carries no
video. Taking and sending it stays the customer's act.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StillOf(StrEnum):
    """What is to be seen on it."""

    DOCUMENT = "document"
    FACE = "face"


class StillState(StrEnum):
    """What became of it; `lapsed` when another was asked for, or the call ended before."""

    ASKED = "asked"
    TAKEN = "taken"
    DECLINED = "declined"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """One still of one call; `original` is the key of its object once it was taken."""

    id: str
    call_id: str
    of: StillOf
    state: StillState
    asked_at: datetime
    ended_at: datetime | None = None
    original: str | None = None
    original_sha256: str | None = None
