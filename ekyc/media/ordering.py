"""Packets in the order they were sent: waits a little for the late, gives up the lost."""

from collections.abc import Callable
from typing import Protocol


class Next(Protocol):
    """Takes the next packet in order."""

    def __call__(self, timestamp: int, marker: bool, payload: bytes, at: float, /) -> None: ...


class Ordering:
    """Hands packets on in order; what does not come within `patience` is given up.

    Every packet counts, those without a payload too: a browser probes with padding that uses up
    sequence numbers.
    """

    def __init__(
        self, *, deliver: Next, lost: Callable[[], None], patience: int, patience_s: float
    ) -> None:
        self._deliver, self._lost = deliver, lost
        self._patience, self._patience_s = patience, patience_s
        self._next: int | None = None
        self._early: dict[int, tuple[int, bool, bytes, float]] = {}
        self._waiting_since = 0.0

    def push(self, index: int, timestamp: int, marker: bool, payload: bytes, at: float) -> None:
        """Take the packet with this running number (a sequence number that never wraps)."""
        if self._next is None:
            self._next = index
        if index == self._next:
            self._next += 1
            self._deliver(timestamp, marker, payload, at)
            if self._early:
                self._drain(at)
        elif index > self._next:
            self._keep(index, (timestamp, marker, payload, at), at)

    def _keep(self, index: int, packet: tuple[int, bool, bytes, float], at: float) -> None:
        if not self._early:
            self._waiting_since = at
        self._early[index] = packet
        if len(self._early) > self._patience or at - self._waiting_since > self._patience_s:
            self._lost()
            self._next = min(self._early)
            self._drain(at)

    def _drain(self, at: float) -> None:
        assert self._next is not None  # push() has set it
        while (packet := self._early.pop(self._next, None)) is not None:
            self._next += 1
            self._deliver(*packet)
        self._waiting_since = at
