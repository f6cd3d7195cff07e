"""How a media worker is: the figures it answers with when it is asked whether it lives."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

LAG_STEPS_S = (0.001, 0.005, 0.01, 0.02, 0.1, 0.5, 2.0)
"""Upper bounds of the steps in which a loop's lag is counted; one step more takes the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """One worker at one moment; what is counted is counted since its start."""

    rooms: int
    tasks: int
    """Work its loop holds."""
    handles: int
    """Open files and sockets."""
    resident_bytes: int
    lags: tuple[int, ...]
    """How often its loop came so late to what was due, for each of `LAG_STEPS_S` and beyond."""
    lag_s: float
    """All of that lateness."""
    datagrams: int
    """Read from its sockets."""
    passed_on: int
    """Packets of media sent to listeners, repeats left out."""
    unsent: int
    """Packets the kernel did not take."""
    refused: Mapping[str, int]
    """Datagrams the guard did not let in, by reason."""

    def to_json(self) -> dict[str, Any]:
        """As it crosses the pipe."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Pulse":
        """What `to_json` made."""
        return cls(**{**said, "lags": tuple(said["lags"])})
