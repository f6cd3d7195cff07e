"""The head before an actor's camera: still until asked, then it does as asked."""

import time
from typing import Any

from ekyc.demo.face import Rgb
from ekyc.demo.frames import PATH_S, FrameBook
from ekyc.domain.movement import Direction, Phase


class Head:
    """Obeys the prompts of the call; `frame` gives the picture of this moment."""

    def __init__(self, book: FrameBook) -> None:
        self._book = book
        self._turning: tuple[Direction, float] | None = None
        self._obeyed: set[str] = set()

    def hear(self, message: dict[str, Any]) -> None:
        """A `movement` message: move once, when it is asked for, not while measuring front."""
        if message.get("phase") == Phase.MOVE and message["id"] not in self._obeyed:
            self._obeyed.add(message["id"])
            self._turning = Direction(message["direction"]), time.monotonic()

    def frame(self) -> Rgb:
        """(480, 640, 3) RGB, not to be written to."""
        if self._turning is None:
            return self._book.front
        direction, since_s = self._turning
        elapsed_s = time.monotonic() - since_s
        if elapsed_s > PATH_S:
            self._turning = None
        return self._book.moment(direction, elapsed_s)
