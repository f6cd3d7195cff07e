"""Who comes to a call, what they do and before which camera: drawn from a seed and a number."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from ekyc.bench.attacks.heads import Person
from ekyc.domain.movement import AXES, Direction
from ekyc.domain.sequence import EQUIVALENTS, STANDARD, Want, drawn

STEPS: Final = 4


class Kind(StrEnum):
    """Who comes. All but the first are attacks."""

    GENUINE = "genuine"
    STILL = "still"  # a picture, held and moved about
    FLAT = "flat"  # a print or screen, turned as asked
    BENT = "bent"  # the same, bent around a cylinder
    WRONG_ORDER = "wrong-order"  # a head that turns at once, but elsewhere
    MIRRORED = "mirrored"  # a head that obeys, left for right
    REPLAYED = "replayed"  # a film of a head in an order of its own
    SWAPPED = "swapped"  # somebody else obeys, after a rejoin
    STRANGER = "stranger"  # somebody else than the portrait, from the first moment


ATTACKS: Final = tuple(kind for kind in Kind if kind is not Kind.GENUINE)

POOLS: Final = (
    STANDARD,
    STANDARD,
    STANDARD,
    (*STANDARD, Direction.EYES, Direction.SMILE, Direction.CLOSER),
    EQUIVALENTS[Want.NO_SIDEWAYS],
    EQUIVALENTS[Want.NO_NODDING],
)
"""What genuine sequences are drawn from; attacks are asked for turns alone, as shipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Temper:
    """How somebody moves: seconds, degrees, and shares; each draws a little about it."""

    reaction_s: float
    ramp_s: float
    hold_s: float
    sideways_deg: float
    up_deg: float
    down_deg: float
    leak_deg: float
    """What a turn adds of the other axis, and half of it of roll."""
    sway_deg: float
    front_yaw_deg: float
    front_pitch_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The camera, its light, and the line behind it."""

    fps: int
    kbps: int
    look_every_s: float
    """Between two measured pictures."""
    gain: float
    warm: float
    noise: float
    zoom: float
    right_px: float
    down_px: float
    shake_px: float
    delay_s: float
    jitter_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run."""

    kind: Kind
    seed: int
    number: int
    person: Person
    """Who is before the camera."""
    claimed: Person
    """Whose portrait is in the file, and who began a call that is swapped."""
    sequence: str
    """The seed of what is asked."""
    pool: tuple[Direction, ...]
    temper: Temper
    scene: Scene
    screen_px: float | None
    """The grid of a screen that is held before the camera; none: paper, or a head."""
    radius: float
    """Of the cylinder, face widths."""
    is_upright: bool | None
    """How the cylinder stands; none: as each asked turn suits it best."""
    tilt_deg: float
    """How far the print is turned, sideways; two thirds of it up and down."""

    @property
    def chance(self) -> np.random.Generator:
        """For what is drawn while it runs: the same each time."""
        return np.random.default_rng([*_entropy(self.kind, self.seed, self.number), 1])


def plan(kind: Kind, *, seed: int, number: int) -> Plan:
    """The run of this number among those of its kind."""
    chance = np.random.default_rng([*_entropy(kind, seed, number), 0])
    is_another = kind in {Kind.SWAPPED, Kind.STRANGER}
    person = _person(chance, ends=2 if is_another else 3)
    pool = POOLS[int(chance.integers(len(POOLS)))] if kind is Kind.GENUINE else STANDARD
    is_print = kind in {Kind.FLAT, Kind.BENT}
    upright = (True, False, None)[int(chance.integers(3))]
    return Plan(
        kind=kind,
        seed=seed,
        number=number,
        person=person,
        claimed=_other(chance, person) if is_another else person,
        sequence=_sequence(chance, pool, sideways=kind is Kind.MIRRORED),
        pool=pool,
        temper=_temper(chance),
        scene=_scene(chance),
        screen_px=float(chance.uniform(2.2, 5.0)) if _is_screen(kind, chance) else None,
        radius=float(chance.uniform(0.5, 2.0)),
        is_upright=upright,
        tilt_deg=float(chance.uniform(28, 62) if is_print else 0.0),
    )


def _entropy(kind: Kind, seed: int, number: int) -> tuple[int, int, int]:
    return list(Kind).index(kind), seed, number


def _person(chance: np.random.Generator, *, ends: int) -> Person:
    """One of the two portraits or, in a third of all where three are wanted, between them."""
    blends = (0.0, 1.0, float(chance.uniform(0.2, 0.8)))
    return Person(
        blend=blends[int(chance.integers(ends))],
        wide=float(chance.uniform(0.93, 1.07)),
        deep=float(chance.uniform(0.9, 1.1)),
        is_mirrored=bool(chance.integers(2)),
    )


def _other(chance: np.random.Generator, person: Person) -> Person:
    """The other portrait: a blend would be like both."""
    return Person(blend=1.0 - person.blend, is_mirrored=bool(chance.integers(2)))


def _sequence(chance: np.random.Generator, pool: tuple[Direction, ...], *, sideways: bool) -> str:
    """A mirror shows nothing in a sequence without a sideways turn (2 of 108): another is drawn."""
    while True:
        seed = chance.bytes(32).hex()
        steps = [AXES.get(direction) for direction in drawn(seed, pool, STEPS)]
        if not sideways or any(axis is not None and axis.sideways for axis in steps):
            return seed


def _temper(chance: np.random.Generator) -> Temper:
    return Temper(
        reaction_s=float(chance.uniform(0.25, 1.2)),
        ramp_s=float(chance.uniform(0.45, 1.3)),
        hold_s=float(chance.uniform(0.7, 1.6)),
        sideways_deg=float(chance.uniform(24, 36)),
        up_deg=float(chance.uniform(14, 22)),
        down_deg=float(chance.uniform(14, 24)),
        leak_deg=float(np.clip(chance.normal(0, 3), -7, 7)),
        sway_deg=float(chance.uniform(0.2, 1.0)),
        front_yaw_deg=float(np.clip(chance.normal(0, 3), -7, 7)),
        front_pitch_deg=float(np.clip(chance.normal(0, 4), -8, 8)),
    )


def _scene(chance: np.random.Generator) -> Scene:
    return Scene(
        fps=int(chance.choice([10, 12, 15])),
        kbps=int(chance.integers(300, 1001)),
        look_every_s=float(chance.uniform(1 / 9, 1 / 8)),
        gain=float(chance.uniform(0.4, 1.15)),
        warm=float(chance.uniform(0.88, 1.12)),
        noise=float(chance.uniform(0.5, 5.0)),
        zoom=float(chance.uniform(0.75, 1.15)),
        right_px=float(chance.uniform(-50, 50)),
        down_px=float(chance.uniform(-20, 20)),
        shake_px=float(chance.uniform(0, 1.5)),
        delay_s=float(chance.uniform(0.02, 0.15)),
        jitter_s=float(chance.uniform(0.0, 0.05)),
    )


def _is_screen(kind: Kind, chance: np.random.Generator) -> bool:
    """Half of all that is shown instead of a head is on a screen."""
    half = bool(chance.integers(2))
    return half and kind in {Kind.STILL, Kind.FLAT, Kind.BENT, Kind.REPLAYED}
