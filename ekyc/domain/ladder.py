"""The ladder of a bad line: sound first, then a lower picture, and back up without flapping.

The customer's picture is the evidence: the agent's picture goes before it, it is never withheld,
and never lowered for the agent's line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import exp

from ekyc.domain.call import Party


class Step(StrEnum):
    """What a party's line carries, from the best to the worst."""

    FULL = "full"
    LOW = "low"
    """Smaller pictures."""
    SOUND = "sound"
    """To the customer sound alone; the customer's picture stays low."""
    LEAST = "least"
    """And of the customer's picture the least a recording needs."""


_DOWN = tuple(Step)
_HEIGHT = {step: height for height, step in enumerate(_DOWN)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """What was measured of a line lately: both ways, whichever is worse."""

    loss: float
    """Share of packets that did not come, 0 to 1."""
    rtt_ms: float | None
    kbps: float
    """What came from the party."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The rules in force.

    The bounds for less are well above those for more, and a step up that had to be taken back makes
    the next one wait twice as long: so a line at the edge of what it carries is left in peace.
    """

    low_loss: float
    sound_loss: float
    good_loss: float
    low_rtt_ms: float
    sound_rtt_ms: float
    good_rtt_ms: float
    starved_kbps: float
    down_s: float
    up_s: float
    longest_up_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Where a party's line stands, and the short history that decides about the next step."""

    step: Step = Step.FULL
    loss: float = 0.0
    rtt_ms: float = 0.0
    """Both smoothed, so that one bad second is none."""
    bad_s: float = 0.0
    good_s: float = 0.0
    """How long it has been too bad for this step, or good enough for the next one up."""
    stood_s: float = 0.0
    """Since the last step."""
    has_risen: bool = False
    """The last step was one up."""
    falls: int = 0
    """Steps up that had to be taken back, lately."""


def observe(ladder: Ladder, second: Second, *, seconds: float, limits: Limits) -> Ladder:
    """The ladder after these seconds: the same step, or the one beside it."""
    seen = _smoothed(ladder, second, seconds, limits)
    is_bad = _is_bad(seen, second.kbps, limits)
    is_good = seen.loss <= limits.good_loss and seen.rtt_ms <= limits.good_rtt_ms
    seen = replace(
        seen,
        bad_s=ladder.bad_s + seconds if is_bad else 0.0,
        good_s=ladder.good_s + seconds if is_good else 0.0,
        stood_s=ladder.stood_s + seconds,
    )
    if seen.has_risen and seen.stood_s >= limits.longest_up_s and not is_bad:
        seen = replace(seen, falls=0)
    if seen.bad_s >= limits.down_s and seen.step is not _DOWN[-1]:
        falls = seen.falls + 1 if seen.has_risen else seen.falls
        return _stepped(seen, +1, falls=falls)
    if seen.good_s >= patience_s(seen, limits) and seen.step is not _DOWN[0]:
        return _stepped(seen, -1, falls=seen.falls)
    return seen


def patience_s(ladder: Ladder, limits: Limits) -> float:
    """How long a line must be good before it carries more."""
    doubled = limits.up_s * 2.0 ** min(ladder.falls, 30)
    return max(limits.up_s, min(doubled, limits.longest_up_s))


def _smoothed(ladder: Ladder, second: Second, seconds: float, limits: Limits) -> Ladder:
    weight = 1 - exp(-2 * seconds / limits.down_s)
    rtt_ms = ladder.rtt_ms if second.rtt_ms is None else second.rtt_ms
    return replace(
        ladder,
        loss=ladder.loss + weight * (second.loss - ladder.loss),
        rtt_ms=ladder.rtt_ms + weight * (rtt_ms - ladder.rtt_ms),
    )


def _is_bad(seen: Ladder, kbps: float, limits: Limits) -> bool:
    """Whether this step asks too much of the line.

    A small bit rate alone is no bad line: a camera may be dark, a page in the background.
    """
    is_full = seen.step is Step.FULL
    loss, rtt_ms = (
        (limits.low_loss, limits.low_rtt_ms)
        if is_full
        else (limits.sound_loss, limits.sound_rtt_ms)
    )
    is_starved = kbps < limits.starved_kbps and (
        seen.loss > limits.good_loss or seen.rtt_ms > limits.good_rtt_ms
    )
    return seen.loss > loss or seen.rtt_ms > rtt_ms or is_starved


def _stepped(seen: Ladder, by: int, *, falls: int) -> Ladder:
    return replace(
        seen,
        step=_DOWN[_HEIGHT[seen.step] + by],
        bad_s=0.0,
        good_s=0.0,
        stood_s=0.0,
        has_risen=by < 0,
        falls=falls,
    )


def ceiling_kbps(
    source: str, steps: Mapping[str, Step], *, low_kbps: int, least_kbps: int
) -> int | None:
    """What a party's camera may send at most; None: whatever is allowed anyway."""
    if source == Party.CUSTOMER:
        caps = {Step.LOW: low_kbps, Step.SOUND: low_kbps, Step.LEAST: least_kbps}
        return caps.get(steps.get(source, Step.FULL))
    if not is_shown(source, Party.CUSTOMER, steps):
        return least_kbps
    is_low = Step.LOW in {steps.get(source), steps.get(Party.CUSTOMER)}
    return low_kbps if is_low else None


def is_shown(source: str, listener: str, steps: Mapping[str, Step]) -> bool:
    """Whether a party's picture is passed on to this one: the customer's always."""
    lines = (steps.get(source, Step.FULL), steps.get(listener, Step.FULL))
    return source == Party.CUSTOMER or all(line in {Step.FULL, Step.LOW} for line in lines)
