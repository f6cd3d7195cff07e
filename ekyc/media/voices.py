"""The voices of a call, mixed: each sound at its place on the call's clock."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000
PACKET = 960
"""Samples in 20 ms, which is one packet of Opus."""

_SLACK = 40 * RATE // 1000
"""Times in a file are whole milliseconds: sound that is no farther off goes on without a seam."""

Samples = NDArray[np.int16]


class Voice:
    """One party's sound, asked for from the beginning on."""

    def __init__(self, sounds: Iterable[tuple[int, av.AudioFrame]]) -> None:
        self._coming = _placed(sounds)
        self._held: deque[tuple[int, Samples]] = deque()
        self._until = 0  # so far the coming ones were looked at
        self._is_over = False

    def take(self, at: int, count: int) -> NDArray[np.int32]:
        """So many samples from there; silence where nothing was said."""
        while not self._is_over and self._until < at + count:
            self._hold()
        out = np.zeros(count, np.int32)
        while self._held and self._held[0][0] < at + count:
            begins, samples = self._held[0]
            first, last = max(begins, at), min(begins + len(samples), at + count)
            if first < last:
                out[first - at : last - at] = samples[first - begins : last - begins]
            if begins + len(samples) > at + count:
                break
            self._held.popleft()
        return out

    def _hold(self) -> None:
        found = next(self._coming, None)
        if found is None:
            self._is_over = True
            return
        self._held.append(found)
        self._until = found[0] + len(found[1])


def _placed(sounds: Iterable[tuple[int, av.AudioFrame]]) -> Iterator[tuple[int, Samples]]:
    """Samples with their number on the call's clock: without seams, never twice."""
    expected = 0
    for at_ms, frame in sounds:
        samples = np.asarray(frame.to_ndarray()[0], np.int16)
        at = at_ms * RATE // 1000
        if abs(at - expected) <= _SLACK:
            at = expected
        elif at < expected:
            samples, at = samples[expected - at :], expected
        if len(samples):
            expected = at + len(samples)
            yield at, samples


def mixed(voices: Sequence[Voice], at: int, count: int) -> Samples:
    """All of them at once."""
    together = sum((voice.take(at, count) for voice in voices), np.zeros(count, np.int32))
    return np.asarray(np.clip(together, -32_768, 32_767), np.int16)
