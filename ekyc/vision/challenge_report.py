"""The verdict on a recorded video, as `ekyc challenge` prints it: the rules of a call, offline."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from ekyc.domain import challenge
from ekyc.domain.challenge import Step
from ekyc.domain.movement import Direction
from ekyc.domain.pose import Point, Pose
from ekyc.vision.face import FaceReader, Rgb

FPS: Final = 9.0
"""Pictures measured a second, as `media.movement_fps` is shipped."""

WIDTH: Final = 320
HEIGHT: Final = 240
VIDEO_ENDED: Final = "video-ended"
NOT_ASKED: Final = "not-asked"
"""Reasons no rule gave: nothing came any more; an earlier step had failed."""


class NoVideo(Exception):
    """The file is no video anybody here can read."""


def challenge_report(
    video: Path, sequence: Sequence[Direction], *, fps: float = FPS
) -> dict[str, Any]:
    """Whether the person in the video made these movements in this order, and what was measured.

    Each is asked for as soon as the one before it has passed, as in a random sequence; the first
    that fails ends it. Blocks for about 15 ms of processor time a measured picture. Raises
    `NoVideo`.
    """
    steps: list[Step] = []
    series: list[dict[str, Any]] = []
    with FaceReader() as faces:
        for at_s, picture in pictures(video, fps):
            if not steps or steps[-1].passed:
                if len(steps) == len(sequence):
                    break
                baseline = steps[-1].baseline if steps else None
                steps.append(challenge.ask(sequence[len(steps)], at_s=at_s, baseline=baseline))
            pose = Pose.of(faces.read(picture, front=_front(steps[-1])).to_json(), at_s)
            series.append(_point(pose))
            steps[-1] = challenge.observe(steps[-1], pose)
            if steps[-1].ended and not steps[-1].passed:
                break
    told = [_told(step) for step in steps]
    told += [_unasked(direction) for direction in sequence[len(steps) :]]
    passed = bool(told) and all(step["passed"] for step in told)
    return {"passed": passed, "steps": told, "series": series}


def pictures(video: Path, fps: float) -> Iterator[tuple[float, Rgb]]:
    """Seconds and RGB pictures, at most so many a second, no larger than in a call."""
    film = cv2.VideoCapture(str(video))
    try:
        if not film.isOpened():
            raise NoVideo
        due_s, rate = 0.0, film.get(cv2.CAP_PROP_FPS) or 25.0
        for number in range(1 << 31):
            if not film.grab():
                return
            told_s = film.get(cv2.CAP_PROP_POS_MSEC) / 1000
            at_s = told_s if told_s > 0 or number == 0 else number / rate
            if at_s + 1e-6 < due_s:
                continue
            due_s = max(due_s + 1 / fps, at_s)
            is_whole, picture = film.retrieve()
            if is_whole:
                yield at_s, _small(picture)
    finally:
        film.release()


def _small(picture: Any) -> Rgb:
    height, width = picture.shape[:2]
    scale = min(1.0, WIDTH / width, HEIGHT / height)
    size = max(2, round(width * scale)), max(2, round(height * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(small[..., ::-1]).astype(np.uint8)


def _front(step: Step) -> tuple[Point, ...] | None:
    return step.baseline.points if step.baseline else None


def _point(pose: Pose) -> dict[str, Any]:
    return {
        "t_s": round(pose.at_s, 3),
        "yaw_deg": pose.yaw_deg,
        "pitch_deg": pose.pitch_deg,
        "planarity": pose.planarity,
    }


def _told(step: Step) -> dict[str, Any]:
    reason = step.reason.value if step.reason else None
    return {
        "move": step.direction.value,
        "passed": step.passed,
        "reason": reason if step.ended else VIDEO_ENDED,
        "peak_deg": step.peak_deg,
        "planarity": step.planarity,
        "seconds": round(step.seconds, 2),
    }


def _unasked(direction: Direction) -> dict[str, Any]:
    nothing = {"peak_deg": None, "planarity": None, "seconds": 0.0}
    return {"move": direction.value, "passed": False, "reason": NOT_ASKED, **nothing}


def line(step: Mapping[str, Any]) -> str:
    """One step for a person to read."""
    peak = "" if step["peak_deg"] is None else f", peak {step['peak_deg']:.1f}°"
    verdict = "passed" if step["passed"] else step["reason"]
    return f"{step['move']}: {verdict}{peak}, {step['seconds']:.1f} s"
