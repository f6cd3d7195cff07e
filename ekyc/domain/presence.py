"""Who was before the customer's camera: what a call's looks add up to, and what they make doubtful.

A signal decides nothing. It says what was seen and is shown to the agent, who looks and decides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import dist, hypot

from ekyc.domain.likeness import Template, likeness, mean
from ekyc.domain.movement import AXES, Direction
from ekyc.domain.room import Glanced

Series = tuple[tuple[float | None, ...], ...]
"""As `room.MovementEnded` carries it: seconds, yaw, pitch, planarity, and more."""


class Signal(StrEnum):
    """What was noticed, the gravest first; its sentence is `signal.<code>` in the catalogue."""

    ANOTHER_PERSON = "another-person"
    NO_MATCH = "no-match"
    FLAT = "flat-picture"
    FROZEN = "frozen-picture"
    OWN_NET = "own-net"
    SEVERAL_FACES = "several-faces"
    VIRTUAL_CAMERA = "virtual-camera"
    TOO_QUICK = "too-quick"
    TOO_BRIGHT = "too-bright"
    TOO_DARK = "too-dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every threshold here; `version` goes into the file with each signal.

    same_at: of the demo's two people, one alone scored over .80 between two looks at a call, both
    together under .30. frozen_share, dark_level and reaction_s were chosen, not measured.
    """

    version: str = "2026-11.1"
    same_at: float = 0.40
    in_a_row: int = 2
    templates: int = 3
    bright_share: float = 0.4
    dark_level: float = 35.0
    frozen_share: float = 0.0015
    frozen_looks: int = 3
    reaction_s: float = 0.15
    reaction_deg: float = 6.0
    flat_turn_deg: float = 3.0
    flat_planarity: float = 0.02
    genuine_below: float = 0.5


LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A signal that was not there at the last look; `figure` is what it rests on."""

    signal: Signal
    figure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the looks at one person's camera came to so far."""

    limits: Limits = LIMITS
    connection: int = 0
    templates: tuple[Template, ...] = ()
    """Of the first looks of the call: whom it began with."""
    here: tuple[Template, ...] = ()
    """Of the first looks of this connection: who is there now, to be compared with portraits."""
    row: Mapping[Signal, int] = field(default_factory=dict)
    """For how many looks in a row each doubt was there."""
    points: tuple[tuple[float, float], ...] = ()
    is_fresh: bool = False
    """Whether those of this connection became complete with the newest look."""

    @property
    def template(self) -> Template | None:
        """Of the person the call began with, once enough looks were good."""
        return mean(list(self.templates)) if self.is_known else None

    @property
    def newest(self) -> Template | None:
        """Of the person who connected last, once enough looks were good."""
        return mean(list(self.here)) if len(self.here) >= self.limits.templates else None

    @property
    def is_known(self) -> bool:
        """Whether later looks can be compared."""
        return len(self.templates) >= self.limits.templates


def begun_with(template: Template) -> Seen:
    """A call that goes on after nobody looked for a while, and whom it began with."""
    return Seen(templates=(template,) * LIMITS.templates)


def observe(seen: Seen, look: Glanced) -> tuple[Seen, tuple[Raised, ...]]:
    """One more look, and the signals that it raised for the first time in this row.

    A doubt has to last for some looks: a turned head, a picture on the wall found once, or a torn
    frame is no signal.
    """
    if look.connection != seen.connection:
        seen = replace(seen, connection=look.connection, row={}, points=(), here=())
    doubts = dict(_doubts(seen, look))
    row = {s: seen.row.get(s, 0) for s in Signal if s not in doubts and not _tells(s, look)}
    row |= {s: seen.row.get(s, 0) + 1 for s in doubts}
    raised = tuple(
        Raised(signal=signal, figure=round(figure, 4))
        for signal, figure in doubts.items()
        if row[signal] == _needed(signal, seen.limits)
    )
    after = replace(
        seen,
        row=row,
        templates=_grown(seen.templates, look, seen.limits),
        here=_grown(seen.here, look, seen.limits),
        points=look.points or seen.points,
    )
    return replace(after, is_fresh=after.here != seen.here and after.newest is not None), raised


def _needed(signal: Signal, limits: Limits) -> int:
    return limits.frozen_looks if signal is Signal.FROZEN else limits.in_a_row


def _tells(signal: Signal, look: Glanced) -> bool:
    """Whether a look can end a doubt; one without a face near the front leaves it as it was."""
    return signal is not Signal.ANOTHER_PERSON or bool(look.template)


def _grown(templates: tuple[Template, ...], look: Glanced, limits: Limits) -> tuple[Template, ...]:
    """With this look's, while some are wanted; a face unlike the first is not the same person."""
    if len(templates) >= limits.templates or not look.template:
        return templates
    if templates and likeness(templates[0], look.template) < limits.same_at:
        return templates
    return (*templates, look.template)


def _doubts(seen: Seen, look: Glanced) -> Iterator[tuple[Signal, float]]:
    limits = seen.limits
    if look.faces > 1:
        yield Signal.SEVERAL_FACES, float(look.faces)
    if seen.templates and look.template:
        alike = likeness(mean(list(seen.templates)), look.template)
        if alike < limits.same_at:
            yield Signal.ANOTHER_PERSON, alike
    if look.bright is not None and look.bright > limits.bright_share:
        yield Signal.TOO_BRIGHT, look.bright
    if look.light is not None and look.light < limits.dark_level:
        yield Signal.TOO_DARK, look.light
    moved = _moved(seen.points, look.points)
    if moved is not None and moved < limits.frozen_share:
        yield Signal.FROZEN, moved
    if look.genuine is not None and look.genuine < limits.genuine_below:
        yield Signal.OWN_NET, look.genuine


def _moved(
    before: tuple[tuple[float, float], ...], now: tuple[tuple[float, float], ...]
) -> float | None:
    """How far eyes, nose and mouth moved since the last look, in distances between the eyes."""
    if not before or len(before) != len(now):
        return None
    eyes = hypot(before[0][0] - before[1][0], before[0][1] - before[1][1])
    return max(map(dist, before, now)) / eyes if eyes else None


def of_movement(
    direction: str, series: Series, *, reason: str | None, limits: Limits = LIMITS
) -> tuple[Raised, ...]:
    """What an asked movement makes doubtful: answered before anybody could, or turned as a flat
    picture turns (angles that stay small, and points that one plane explains)."""
    if direction not in set(AXES) or not series:
        return ()
    way = AXES[Direction(direction)]
    turns = [
        (seconds, way.sign * turn, flat)
        for seconds, yaw, pitch, flat, *_ in series
        if seconds is not None and (turn := yaw if way.sideways else pitch) is not None
    ]
    found = []
    first = next((t for t, turn, _ in turns if turn >= limits.reaction_deg), None)
    if first is not None and first < limits.reaction_s:
        found.append(Raised(signal=Signal.TOO_QUICK, figure=round(first, 3)))
    if reason is not None and (flat := _flat(turns, reason, limits)) is not None:
        found.append(Raised(signal=Signal.FLAT, figure=round(flat, 4)))
    return tuple(found)


def _flat(
    turns: list[tuple[float, float, float | None]], reason: str, limits: Limits
) -> float | None:
    """The planarity at the furthest turn, if it was that of something flat."""
    measured = [(turn, flat) for _, turn, flat in turns if flat is not None]
    if not measured:
        return None
    turn, flat = max(measured)
    shortfall = turn >= limits.flat_turn_deg and flat < limits.flat_planarity
    return flat if reason == "flat" or shortfall else None


VIRTUAL = frozenset(
    {"obs", "virtual", "manycam", "snap camera", "xsplit", "droidcam", "iriun", "splitcam"}
    | {"camtwist", "mmhmm", "e2esoft", "vcam", "v4l2loopback", "avatarify", "deepfacelive"}
)
"""Parts of names that programs give to cameras that are none (some turn a telephone into one)."""


def names_a_program(label: str) -> bool:
    """Whether a camera's name is that of a program; weak: names can be chosen."""
    return any(part in label.casefold() for part in VIRTUAL)
