"""Who may talk to a call's port: strangers only to be checked, everyone within a budget.

aioice hands every datagram that is no STUN message to DTLS, from any address; one forged alert
sprayed at the port ends a handshake (ASVS 17.2.6). Here only addresses whose connection check has
succeeded reach DTLS or the relay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

import structlog

from ekyc.media.pump import GateState

log = structlog.get_logger(__name__)

Address = tuple[str, int]

_LARGEST_DATAGRAM = 1500  # an Ethernet frame; browsers stay below 1200


class Sort(Enum):
    """What a datagram is, by its first bytes (RFC 7983, RFC 5761 §4)."""

    CHECK = auto()
    HANDSHAKE = auto()
    MEDIA = auto()
    REPORT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What is taken in one second: from the party, and from strangers."""

    packets: int
    octets: int
    stranger_checks: int


@dataclass(slots=True)
class Refused:
    """Datagrams not let in, by reason."""

    strangers: int = 0
    over_budget: int = 0
    malformed: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.strangers + self.over_budget + self.malformed

    def add(self, other: "Refused") -> None:
        """These too."""
        self.strangers += other.strangers
        self.over_budget += other.over_budget
        self.malformed += other.malformed


class Gate:
    """The gate of one socket; `validated` says whether an address has proved to be the party's.

    `expected` says of a connection check whether its sender knows the call at all.
    """

    def __init__(
        self,
        budget: Budget,
        *,
        validated: Callable[[Address], bool],
        expected: Callable[[bytes], bool],
    ) -> None:
        self._validated, self._check_limit = validated, budget.stranger_checks
        self._expected = expected
        self.state = GateState(packet_limit=budget.packets, octet_limit=budget.octets)
        self._checks = self._strangers = 0
        self._checks_since = 0.0
        self.remote: Address | None = None
        """The party's present address: the short way in."""

    @property
    def refused(self) -> Refused:
        """What was not let in so far."""
        state = self.state
        return Refused(
            strangers=self._strangers, over_budget=state.over_budget, malformed=state.malformed
        )

    def admit(self, data: bytes, address: Address, now: float) -> Sort | None:
        """What this datagram is; None when it has to be dropped."""
        if not 2 <= len(data) <= _LARGEST_DATAGRAM:
            self.state.malformed += 1
            return None
        self._turn(now)
        if address != self.remote and not self._validated(address):
            return self._admit_stranger(data)
        if not self.fits(len(data), now):
            return None
        first = data[0]
        if 127 < first < 192:
            return Sort.REPORT if 191 < data[1] < 224 else Sort.MEDIA
        return self._sort(first)

    def _turn(self, now: float) -> None:
        """Each second has its own budget."""
        state = self.state
        if now - state.second >= 1.0:
            state.second, state.packets, state.octets = now, 0, 0
        if now - self._checks_since >= 1.0:
            self._checks_since, self._checks = now, 0

    def fits(self, length: int, now: float) -> bool:
        """Whether a datagram of this length, from the party's present address, is let in."""
        state = self.state
        if now - state.second >= 1.0:
            self._turn(now)
        state.packets += 1
        state.octets += length
        if state.packets > state.packet_limit or state.octets > state.octet_limit:
            state.over_budget += 1
            return False
        if length > _LARGEST_DATAGRAM:
            state.malformed += 1
            return False
        return True

    def refuse(self, error: Exception) -> None:
        """What a stranger sends must not end in the loop's handler, nor fill the log."""
        self.state.malformed += 1
        log.debug("media.datagram-refused", kind=type(error).__name__)

    def _admit_stranger(self, data: bytes) -> Sort | None:
        """A connection check of who knows the call, so many a second; all else is dropped.

        What is dropped unseen costs the party nothing of what its own checks may need.
        """
        if data[0] <= 3 and self._expected(data):
            self._checks += 1
            if self._checks <= self._check_limit:
                return Sort.CHECK
        self._strangers += 1
        return None

    def _sort(self, first: int) -> Sort | None:
        if first <= 3:
            return Sort.CHECK
        if 20 <= first <= 63:
            return Sort.HANDSHAKE
        self.state.malformed += 1
        return None
