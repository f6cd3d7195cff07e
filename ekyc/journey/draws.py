"""Reading the facts back: whether each agent who was drawn was drawn by a seed told of before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ekyc.domain import routing
from ekyc.storage import draws
from ekyc.storage.store import Row, Store

_PART = 1000


@dataclass(slots=True)
class Draws:
    """What came of every draw."""

    checked: int = 0
    uncommitted: int = 0
    """Of these, how many had no commitment before: who waited already, or was rung for an
    appointment."""
    broken: list[int] = field(default_factory=list)
    """The numbers of the facts of matches that are not what was committed to."""
    _committed: dict[str, str] = field(default_factory=dict)
    """To the next draw of a ticket."""
    _matched: dict[str, tuple[int, Mapping[str, Any]]] = field(default_factory=dict)
    """Draws whose ring is not told yet, by application."""

    def take(self, facts: Iterable[Row]) -> None:
        """Some more facts, in order."""
        for fact in facts:
            _ACTS[fact["name"]](self, fact)

    def _queued(self, fact: Row) -> None:
        if "commitment" in fact["data"]:
            self._committed[fact["data"]["ticket"]] = fact["data"]["commitment"]

    def _drawn(self, fact: Row) -> None:
        if "seed" in fact["data"]:
            self._matched[fact["application_id"]] = (fact["sequence"], fact["data"])
        else:  # nobody was drawn, and what was committed to was another attempt
            self._committed.pop(fact["data"]["ticket"], None)

    def _rang(self, fact: Row) -> None:
        sequence, told = self._matched.pop(fact["application_id"], (0, None))
        if told is None:
            return
        committed = self._committed.get(told["ticket"])
        self.checked += 1
        self.uncommitted += committed is None
        if not routing.holds(committed, told, agent=fact["data"]["agent"]):
            self.broken.append(sequence)
        self._committed[told["ticket"]] = told["commitment"]


_ACTS = {
    "ticket.queued": Draws._queued,
    "ticket.matched": Draws._drawn,
    "desk.rang": Draws._rang,
}


async def check(store: Store) -> Draws:
    """Every draw the database tells of, from its first fact on."""
    found, after = Draws(), 0
    while True:
        async with store.read() as tx:
            part = await draws.facts(tx, after=after, limit=_PART)
        if not part:
            return found
        found.take(part)
        after = part[-1]["sequence"]
