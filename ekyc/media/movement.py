"""One asked movement in a running call: watched, judged by the rules, told to the house."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from ekyc.domain import challenge
from ekyc.domain.movement import Direction, Phase, Reason
from ekyc.domain.pose import Baseline, Point, Pose
from ekyc.domain.room import MovementEnded, MovementProgress

CANCELLED, DROPPED = "cancelled", "dropped"
"""Reasons of an end that no rule gave: taken back, or the party was gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of whom."""

    room: str
    party: str
    movement: str
    direction: Direction


class Movement:
    """Runs the rules over one movement's poses; `tell` hears of every change and of the end."""

    def __init__(
        self,
        asked: Asked,
        *,
        baseline: Baseline | None,
        tell: Callable[[MovementProgress | MovementEnded], None],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.asked, self._tell, self._steady = asked, tell, steady
        self._started_s = steady()
        self._step = challenge.ask(asked.direction, at_s=self._started_s, baseline=baseline)
        self._is_over = False
        self._progress()

    @property
    def is_over(self) -> bool:
        """Whether the verdict is told."""
        return self._is_over

    @property
    def baseline(self) -> Baseline | None:
        """The person's own front, once it is measured."""
        return self._step.baseline

    def front(self) -> tuple[Point, ...] | None:
        """The points later pictures are compared with."""
        return self.baseline.points if self.baseline else None

    def seen(self, pose: Pose) -> bool:
        """A picture was measured; whether the movement had never come as far."""
        if self._is_over:
            return False
        before = self._step.peak
        self._step = challenge.observe(self._step, pose)
        self._judged()
        return self._step.peak is not None and (before is None or self._step.peak > before)

    def tick(self, at_s: float) -> None:
        """Time passed, also when nothing was measured."""
        before = self._step
        if not self._is_over:
            self._step = challenge.tick(self._step, at_s)
            if self._step is not before:
                self._judged()

    def end(self, reason: str) -> None:
        """Stop without a verdict of the rules."""
        if not self._is_over:
            self._ended(passed=False, reason=reason, seconds=self._steady() - self._started_s)

    def _judged(self) -> None:
        self._progress()
        if self._step.ended:
            reason: Reason | None = self._step.reason
            self._ended(
                passed=self._step.passed,
                reason=None if reason is None else reason.value,
                seconds=self._step.seconds,
            )

    def _progress(self) -> None:
        yaw, pitch = self._step.angles or (None, None)  # against the own front
        phase: Phase = self._step.phase
        self._tell(
            MovementProgress(
                room=self.asked.room,
                movement=self.asked.movement,
                direction=self.asked.direction.value,
                phase=phase.value,
                fraction=round(self._step.progress, 3),
                yaw_deg=_rounded(yaw, 1),
                pitch_deg=_rounded(pitch, 1),
                extent=_rounded(self._step.extent, 3),
            )
        )

    def _ended(self, *, passed: bool, reason: str | None, seconds: float) -> None:
        self._is_over = True
        self._tell(
            MovementEnded(
                room=self.asked.room,
                movement=self.asked.movement,
                direction=self.asked.direction.value,
                passed=passed,
                reason=reason,
                peak_deg=_rounded(self._step.peak_deg, 2),
                planarity=_rounded(self._step.planarity, 4),
                seconds=round(seconds, 3),
                limits_version=self._step.limits.version,
                series=self._step.series,
                peak=_rounded(self._step.peak, 2),
                threshold=self._step.limits.needed(self.asked.direction),
            )
        )


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)
