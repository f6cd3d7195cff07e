"""RTP time stamps on the call's own clock, so that both parties' recordings run in step."""

_SOON_MS, _FAR_MS = 15.0, 1_000.0
_CORRECTION_MS = 20.0  # per sender report, about once a second: nobody sees or hears it
_JUMP_MS = 1_000.0  # a camera that paused goes on late; a queue in the network stays below


class Track:
    """One stream's times: anchored where its first packet arrived, re-anchored after a pause."""

    def __init__(self, rate: int) -> None:
        self._rate = rate / 1000
        self._stamp: int | None = None
        self._running = 0
        self._anchor_ms = 0.0
        self._last_ms = -1
        self.offset_ms: float | None = None
        """From the sender's own clock to the call's, once a sender report has come."""

    def ms(self, timestamp: int, arrived_ms: float) -> int:
        """The call's time of a packet, in ms; never the same twice, never backwards."""
        running = self._extend(timestamp)
        at_ms = self._anchor_ms + running / self._rate
        if self._stamp is None or abs(arrived_ms - at_ms) > _JUMP_MS:
            self._anchor_ms = arrived_ms - running / self._rate
            at_ms = arrived_ms
        self._stamp, self._running = timestamp, running
        ms = round(at_ms)
        if ms <= self._last_ms:  # -1 before the first: never below zero
            ms = self._last_ms + 1
        self._last_ms = ms
        return ms

    def reported(self, ntp: int, timestamp: int) -> None:
        """A sender report says what the sender's clock showed at a time stamp."""
        if self._stamp is not None:
            sender_ms = (ntp >> 32) * 1000 + ((ntp & 0xFFFFFFFF) * 1000 >> 32)
            self.offset_ms = self._at(self._extend(timestamp)) - sender_ms

    def restart(self) -> None:
        """The next packet comes from a new connection, whose numbers mean nothing here."""
        self._stamp, self._running, self.offset_ms = None, 0, None

    def align(self, other: "Track") -> None:
        """Move a little towards the other stream of the same sender, if their clocks disagree."""
        if self.offset_ms is None or other.offset_ms is None:
            return
        skew = other.offset_ms - self.offset_ms
        if _SOON_MS < abs(skew) < _FAR_MS:
            step = max(-_CORRECTION_MS, min(_CORRECTION_MS, skew))
            self._anchor_ms += step
            self.offset_ms += step

    def _extend(self, timestamp: int) -> int:
        if self._stamp is None:
            return 0
        return self._running + ((timestamp - self._stamp + 0x80000000) & 0xFFFFFFFF) - 0x80000000

    def _at(self, running: int) -> float:
        return self._anchor_ms + running / self._rate
