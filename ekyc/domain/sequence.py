"""A random sequence of movements, drawn from a seed that was committed to before the first step.

Nobody can have chosen it: the fingerprint of the seed stands in the file before anything is asked,
the seed itself once the sequence is over, and anybody can draw the same steps from it again
(docs/presence.md has the recipe in words and in twelve lines of Python).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from hmac import digest

from ekyc.domain.movement import MEASURED, Direction

EDITION = "ekyc-sequence-1"
"""Stands in every commitment; another way of drawing gets another name."""

LEAST_POOL = 2
"""With fewer movements no step could differ from the one before."""


class Want(StrEnum):
    """What a customer cannot do; never why: that would be a fact about somebody's health."""

    NO_SIDEWAYS = "no-sideways"
    NO_NODDING = "no-nodding"
    NO_TURNING = "no-turning"
    NO_MOVING = "no-moving"


STANDARD = (Direction.LEFT, Direction.RIGHT, Direction.UP, Direction.DOWN)
"""What an approval needs of everybody else."""

EQUIVALENTS = {
    Want.NO_SIDEWAYS: (Direction.UP, Direction.DOWN, Direction.EYES, Direction.CLOSER),
    Want.NO_NODDING: (Direction.LEFT, Direction.RIGHT, Direction.EYES, Direction.CLOSER),
    Want.NO_TURNING: (Direction.EYES, Direction.SMILE, Direction.CLOSER, Direction.NUMBER),
    Want.NO_MOVING: (Direction.CLOSER, Direction.NUMBER),
}
"""What is asked instead, and counts as much; the last two say nothing of depth."""


def needed(equivalent: str | None) -> tuple[Direction, ...]:
    """The movements an approval needs in a call with this set, or with none chosen."""
    return STANDARD if equivalent is None else EQUIVALENTS[Want(equivalent)]


def missing(
    equivalent: str | None, *, passed: Collection[str], sequenced: bool
) -> tuple[Direction, ...]:
    """Those not made yet; a whole sequence stands for all that is measured."""
    return tuple(
        direction
        for direction in needed(equivalent)
        if direction not in passed and not (sequenced and direction in MEASURED)
    )


class SequenceState(StrEnum):
    """What became of a sequence."""

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One sequence of one call; `seed` is 64 hexadecimal digits, told to nobody while it runs."""

    id: str
    call_id: str
    state: SequenceState
    seed: str
    commitment: str
    pool: tuple[str, ...]
    steps: int
    equivalent: str | None = None
    """The set of the call it was drawn from; none: the usual movements."""
    asked_at: datetime
    ended_at: datetime | None = None


def commitment(seed: str, *, application_id: str, sequence_id: str) -> str:
    """SHA-256, in hexadecimal, of edition, application, sequence and seed, one a line."""
    return sha256("\n".join((EDITION, application_id, sequence_id, seed)).encode()).hexdigest()


def step(
    seed: str, pool: Sequence[Direction], number: int, *, without: Collection[Direction]
) -> Direction | None:
    """Step `number` (the first is 1): one of the pool's movements but for those left out.

    HMAC-SHA256 of the number in decimal digits, keyed with the seed's 32 bytes, read as one large
    number, divided by how many may be chosen: the remainder is the place, in the pool's order. No
    place is likelier than another by more than 2 to the -250th. None when nothing is left.
    """
    choices = [direction for direction in pool if direction not in without]
    if not choices:
        return None
    drawn = int.from_bytes(digest(bytes.fromhex(seed), str(number).encode(), "sha256"), "big")
    return choices[drawn % len(choices)]


def drawn(seed: str, pool: Sequence[Direction], steps: int) -> tuple[Direction, ...]:
    """The whole sequence when every movement can be measured: none comes twice in a row."""
    made: list[Direction] = []
    for number in range(1, steps + 1):
        found = step(seed, pool, number, without=made[-1:])
        if found is None:
            break
        made.append(found)
    return tuple(made)


def following(
    drawing: Drawing, done: Sequence[Direction], unsuitable: Collection[Direction]
) -> Direction | None:
    """What is asked next after the passed ones; a face that could not be measured gets another."""
    pool = tuple(Direction(name) for name in drawing.pool)
    return step(drawing.seed, pool, len(done) + 1, without={*done[-1:], *unsuitable})


def orders(pool: int, steps: int) -> int:
    """How many sequences there are: one in so many is guessed."""
    return pool * int((pool - 1) ** (steps - 1)) if pool else 0
