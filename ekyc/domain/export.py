"""An export: both parties of a call in one film, made when somebody asks, kept for some days."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ExportState(StrEnum):
    """Where the film stands."""

    DUE = "due"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    REMOVED = "removed"


TRANSITIONS: dict[ExportState, frozenset[ExportState]] = {
    ExportState.DUE: frozenset({ExportState.RUNNING, ExportState.FAILED}),
    # Running again: the server was stopped half-way.
    ExportState.RUNNING: frozenset({ExportState.RUNNING, ExportState.FINISHED, ExportState.FAILED}),
    ExportState.FINISHED: frozenset({ExportState.REMOVED}),
    ExportState.FAILED: frozenset(),
    ExportState.REMOVED: frozenset(),
}
UNFINISHED = frozenset({ExportState.DUE, ExportState.RUNNING})
STANDING = UNFINISHED | {ExportState.FINISHED}
"""Whoever asks again is given this one."""


class Problem(StrEnum):
    """Why there is no film; part of the key of its sentence."""

    NOTHING = "nothing"
    TIMEOUT = "timeout"
    TOO_LARGE = "too-large"
    DAMAGED = "damaged"
    NO_ROOM = "no-room"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One film of one call."""

    id: str
    call_id: str
    state: ExportState
    asked_by: str
    """The id of a member of staff."""
    asked_at: datetime
    language: str
    """Of the words in the film."""
    percent: int = 0
    problem: Problem | None = None
    expires_at: datetime | None = None
    duration_ms: int | None = None
    size_bytes: int | None = None
    """As it is downloaded; `sha256` too."""
    sha256: str | None = None
    object_key: str | None = None
    index_key: str | None = None


def may_move(export: Export, to: ExportState) -> bool:
    """Whether the table says so."""
    return to in TRANSITIONS[export.state]
