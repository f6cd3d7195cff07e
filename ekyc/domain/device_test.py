"""The device test before a call: what the server measured, and what only the page can know."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean
from typing import Any

from ekyc.domain.room import Quality


class Network(StrEnum):
    """What the customer's line gave."""

    OK = "ok"
    WEAK = "weak"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A line that is worse than one of these is weak."""

    loss: float
    rtt_ms: float
    kbps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    """The way back, as the page measured what the server sent it."""

    kbps: float
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What only the page can know; None where it was not tried."""

    camera: bool
    microphone: bool
    speaker: bool | None = None
    """Whether the customer heard the chime."""
    light: bool | None = None
    """Whether the picture is bright enough."""
    down: Down | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTest:
    """Devices, light and the way back are the page's word; all else the server measured by itself.

    Picture and sound went to the server as in a call and came back. It keeps calls from failing,
    and is no evidence of who sat there.
    """

    camera: bool
    microphone: bool
    network: Network
    kbps: float
    loss: float
    """Share of packets that never came, 0 to 1."""
    rtt_ms: float | None = None
    fps: float = 0.0
    width: int = 0
    height: int = 0
    sound: bool = False
    """Packets with sound came; nobody listened to what was in them."""
    speaker: bool | None = None
    light: bool | None = None
    down_kbps: float | None = None
    down_loss: float | None = None


def judge(seconds: Sequence[Quality], limits: Limits, page: Page) -> DeviceTest:
    """What the seconds of a test amount to; blocked when picture or sound did not arrive.

    What the page says of the way back can only make a line worse.
    """
    if not seconds:
        return _said(page, network=Network.BLOCKED, kbps=0, loss=1)
    trips = [second.rtt_ms for second in seconds if second.rtt_ms is not None]
    kbps, loss = fmean(s.kbps for s in seconds), fmean(s.loss for s in seconds)
    rtt_ms = fmean(trips) if trips else None
    arrived = any(s.fps > 0 for s in seconds) and any(s.sound for s in seconds)
    ways = [(kbps, loss), *([(page.down.kbps, page.down.loss)] if page.down else [])]
    poor = any(rate < limits.kbps or lost > limits.loss for rate, lost in ways)
    weak = poor or (rtt_ms or 0) > limits.rtt_ms
    return _said(
        page,
        network=(Network.WEAK if weak else Network.OK) if arrived else Network.BLOCKED,
        kbps=round(kbps, 1),
        loss=round(loss, 4),
        rtt_ms=None if rtt_ms is None else round(rtt_ms, 1),
        fps=round(fmean(s.fps for s in seconds), 1),
        width=max(s.width for s in seconds),
        height=max(s.height for s in seconds),
        sound=any(s.sound for s in seconds),
    )


def _said(page: Page, **measured: Any) -> DeviceTest:
    """A measurement with the page's word."""
    down = page.down
    return DeviceTest(
        camera=page.camera,
        microphone=page.microphone,
        speaker=page.speaker,
        light=page.light,
        down_kbps=None if down is None else round(down.kbps, 1),
        down_loss=None if down is None else round(down.loss, 4),
        **measured,
    )


def is_ready(test: DeviceTest | None) -> bool:
    """Whether a call can work; a weak line is a warning, not a refusal."""
    if test is None or test.network is Network.BLOCKED:
        return False
    return test.camera and test.microphone
