"""What the CRM is told of the movements a customer was asked for."""

from datetime import datetime

from pydantic import BaseModel

from ekyc.domain.call import Movement
from ekyc.domain.sequence import Drawing, SequenceState


class MovedOut(BaseModel):
    """One movement, as measured, or as the agent judged a number said aloud."""

    id: str
    direction: str
    state: str
    reason: str | None
    asked_at: datetime
    peak_deg: float | None
    """Of a turn of the head, degrees."""
    peak: float | None
    """Of any measured movement, in the unit of `threshold`."""
    threshold: float | None
    """What was needed: degrees of a turn, else a share or a score."""
    planarity: float | None
    limits_version: str | None
    number: str | None
    """What was to be said aloud."""
    sequence: str | None
    """The random sequence it was a step of."""
    seconds: float | None


class SequenceOut(BaseModel):
    """A random sequence: what was committed to, and what shows that it was drawn so."""

    id: str
    state: str
    """running, passed or failed."""
    commitment: str
    seed: str | None
    """Null while it runs."""
    pool: list[str]
    steps: int
    asked_at: datetime
    ended_at: datetime | None


def moved_out(moved: Movement) -> MovedOut:
    """One movement; its series stays in the file."""
    return MovedOut(
        id=moved.id,
        direction=moved.direction,
        state=moved.state.value,
        reason=moved.reason,
        asked_at=moved.asked_at,
        peak_deg=moved.peak_deg,
        peak=moved.peak,
        threshold=moved.threshold,
        planarity=moved.planarity,
        limits_version=moved.limits_version,
        number=moved.number,
        sequence=moved.sequence_id,
        seconds=moved.seconds,
    )


def sequence_out(row: Drawing) -> SequenceOut:
    """A sequence; its seed once it is over."""
    is_over = row.state is not SequenceState.RUNNING
    return SequenceOut(
        id=row.id,
        state=row.state.value,
        commitment=row.commitment,
        seed=row.seed if is_over else None,
        pool=list(row.pool),
        steps=row.steps,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
    )
