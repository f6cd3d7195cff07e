"""What people were promised: every step the server said yes to, to be held against the store."""

from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Promise:
    """One answered step; `of` is an id, `what` tells several steps of one id apart."""

    step: str
    of: str
    what: str = ""


@dataclass(slots=True)
class Book:
    """What was promised, and what happened that should not have."""

    promises: list[Promise] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    """Refusals nobody expects: the step and the code."""
    pictures: dict[tuple[str, str], list[datetime]] = field(default_factory=dict)
    """When pictures left a camera's machine, by call and party."""

    def keep(self, step: str, of: str, what: str = "") -> None:
        """The server said yes."""
        self.promises.append(Promise(step, of, what))

    def surprise(self, step: str, code: str) -> None:
        """The server said something no page should have to show."""
        self.surprises.append(f"{step}: {code}")

    def sent(self, call: str, party: str) -> None:
        """Pictures have left."""
        self.pictures.setdefault((call, party), []).append(datetime.now(UTC))
