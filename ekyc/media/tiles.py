"""What is seen of one party at a moment, as brightness and colours, in a box of one size."""

from collections.abc import Iterable
from dataclasses import dataclass

import av
import numpy as np
from av.video.plane import VideoPlane
from numpy.typing import NDArray

_STALE_MS = 2_000
"""A picture older than this says nothing about now: the line was gone, or the camera was off."""

Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Planes:
    """4:2:0: brightness of every pixel, colours of every second one each way."""

    y: Plane
    u: Plane
    v: Plane

    @classmethod
    def plain(cls, width: int, height: int) -> "Planes":
        """Black; both even."""
        colours = (height // 2, width // 2)
        black = np.full((height, width), 16, np.uint8)
        return cls(black, np.full(colours, 128, np.uint8), np.full(colours, 128, np.uint8))

    @classmethod
    def of(cls, frame: av.VideoFrame) -> "Planes":
        """A picture's own."""
        y, u, v = (_plane(plane) for plane in frame.planes)
        return cls(y, u, v)

    def put(self, other: "Planes", left: int, top: int) -> None:
        """Lay another on this one; even places."""
        for mine, theirs, step in (
            (self.y, other.y, 1),
            (self.u, other.u, 2),
            (self.v, other.v, 2),
        ):
            height, width = theirs.shape
            mine[top // step :, left // step :][:height, :width] = theirs

    def frame(self) -> av.VideoFrame:
        """For an encoder; the height is a multiple of four."""
        parts = [plane.reshape(-1) for plane in (self.y, self.u, self.v)]
        rows = self.y.shape[0] * 3 // 2
        return av.VideoFrame.from_ndarray(
            np.concatenate(parts).reshape(rows, self.y.shape[1]), format="yuv420p"
        )


def _plane(plane: VideoPlane) -> Plane:
    """Its lines are longer in memory than in the picture."""
    lines = np.frombuffer(bytes(plane), np.uint8).reshape(plane.height, plane.line_size)
    return lines[:, : plane.width]


class View:
    """One party's pictures, asked for from the beginning on; `slate` stands where there is none."""

    def __init__(self, pictures: Iterable[tuple[int, av.VideoFrame]], slate: Planes) -> None:
        self._coming = iter(pictures)
        self._slate = slate
        self._next = next(self._coming, None)
        self._shown: tuple[int, av.VideoFrame] | None = None
        self._fitted: Planes | None = None

    def at(self, ms: int) -> Planes:
        """What this party showed then."""
        while self._next is not None and self._next[0] <= ms:
            self._shown, self._fitted = self._next, None
            self._next = next(self._coming, None)
        if self._shown is None or ms - self._shown[0] > _STALE_MS:
            return self._slate
        if self._fitted is None:
            height, width = self._slate.y.shape
            self._fitted = _fitted(self._shown[1], width, height)
        return self._fitted


def _fitted(frame: av.VideoFrame, width: int, height: int) -> Planes:
    """As large as the box allows, in its middle; the rest is black."""
    scale = min(width / frame.width, height / frame.height)
    wide, high = (max(2, round(side * scale) // 2 * 2) for side in (frame.width, frame.height))
    box = Planes.plain(width, height)
    picture = Planes.of(frame.reformat(width=wide, height=high, format="yuv420p"))
    box.put(picture, (width - wide) // 4 * 2, (height - high) // 4 * 2)
    return box
