"""Who may serve whom, and who does among several: groups, languages, and an honest draw.

A customer belongs to the first group whose marks fit; an agent serves whoever's language they speak
and whose group's skill they have. After the group's time others help, so that nobody waits for a
skill that is not there.

Where agents are drawn, nobody can choose who meets whom, the server included: when a customer takes
a place the server tells a commitment to a seed, before anybody knows who will be free; when it
rings it tells the seed, and who was free. From both anybody draws the same agent again.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any

EDITION = "ekyc-allocation-1"
"""Stands in every commitment; another way of drawing gets another name."""

SEED_BYTES = 32

SKILL = "[a-z0-9-]{1,24}"
"""How a skill is written."""


def is_skill(text: str) -> bool:
    """Whether this is a skill's name."""
    return re.fullmatch(SKILL, text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Customers who need agents with one skill; an empty mark fits everybody."""

    name: str
    languages: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    skill: str = ""
    """What an agent must have; empty: nothing."""
    overflow_s: float = 0
    """After this wait the agents of `overflow` help; 0: never."""
    overflow: str = ""
    """Another group's name; empty: every agent helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """The groups in order, and after which wait an agent of another language helps (0: never)."""

    groups: tuple[Group, ...] = ()
    any_language_s: float = 0

    def skill_of(self, group: str) -> str:
        """What an agent must have for a group; nothing for one that is gone."""
        return next((one.skill for one in self.groups if one.name == group), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """What of an application decides its group."""

    language: str
    product: str = ""
    region: str = ""
    vulnerable: bool = False
    """Goes before those who come first; set by the bank or an agent, who do not say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talents:
    """Which languages an agent speaks with customers, and what else they can do."""

    speaks: frozenset[str]
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place somebody has in line or might have, as far as it is routed."""

    group: str
    """Empty: no group."""
    language: str
    """The customer's."""
    since: datetime
    """Since when the customer waits: since the place was taken, or the last call broke off."""


def group_of(routes: Routes, wants: Wants) -> str:
    """The first group whose marks all fit; empty when none does."""
    for group in routes.groups:
        marks = (
            (group.languages, wants.language),
            (group.products, wants.product),
            (group.regions, wants.region),
        )
        if all(not wanted or given in wanted for wanted, given in marks):
            return group.name
    return ""


def serves(routes: Routes, talents: Talents, place: Place, *, now: datetime) -> bool:
    """Whether this agent may serve this customer now."""
    waited_s = (now - place.since).total_seconds()
    helps = 0 < routes.any_language_s <= waited_s
    if place.language not in talents.speaks and not helps:
        return False
    return any(
        not skill or skill in talents.skills for skill in _skills(routes, place.group, waited_s)
    )


def _skills(routes: Routes, name: str, waited_s: float) -> Iterable[str]:
    """Any of these is enough; an empty one is everybody's."""
    yield routes.skill_of(name)
    for group in routes.groups:
        if group.name == name and 0 < group.overflow_s <= waited_s:
            yield routes.skill_of(group.overflow)


def helped_since(routes: Routes, *, now: datetime) -> tuple[datetime, ...]:
    """Whoever waits since before one of these may be served by more agents; the latest first."""
    times = {routes.any_language_s, *(group.overflow_s for group in routes.groups)}
    return tuple(now - timedelta(seconds=seconds) for seconds in sorted(times) if seconds)


def _seed(secret: str, attempt: int) -> str:
    """The seed of one attempt: HMAC-SHA256 of its number, keyed with the ticket's secret."""
    return digest(bytes.fromhex(secret), str(attempt).encode(), "sha256").hex()


def commitment(secret: str, *, ticket_id: str, attempt: int) -> str:
    """What is told before the attempt of a ticket with this secret."""
    return _commit(_seed(secret, attempt), ticket_id=ticket_id, attempt=attempt)


def _commit(seed: str, *, ticket_id: str, attempt: int) -> str:
    """SHA-256, in hexadecimal, of edition, ticket, attempt and seed, one a line."""
    return sha256("\n".join((EDITION, ticket_id, str(attempt), seed)).encode()).hexdigest()


def draw(secret: str, pool: Collection[str], *, attempt: int) -> str:
    """Who of several is rung: the attempt's seed as one number, divided by how many there are.

    The remainder is the place in the order of their ids.
    """
    return _drawn(_seed(secret, attempt), sorted(pool))


def _drawn(seed: str, pool: Sequence[str]) -> str:
    return pool[int(seed, 16) % len(pool)]


def disclosed(
    secret: str, pool: Collection[str], *, ticket_id: str, attempt: int
) -> dict[str, object]:
    """What is told once the attempt was drawn, the next one's commitment with it."""
    return {
        "seed": _seed(secret, attempt),
        "pool": sorted(pool),
        "commitment": commitment(secret, ticket_id=ticket_id, attempt=attempt + 1),
    }


def holds(committed: str | None, told: Mapping[str, Any], *, agent: str) -> bool:
    """Whether a draw is what was committed to: `told` is the fact of the match, `agent` who rang.

    Without a commitment (the customer waited already when agents began to be drawn) the draw
    alone is checked.
    """
    seed, pool = told["seed"], told["pool"]
    opened = _commit(seed, ticket_id=told["ticket"], attempt=told["attempt"])
    kept = committed is None or compare_digest(committed, opened)
    return kept and list(pool) == sorted(pool) and _drawn(seed, pool) == agent
