"""Movements of the face that are no turns: eyes closed, a smile, coming closer.

Each is measured against the person's own quiet face, never against anybody else's: eyes and mouths
differ more between people than between a neutral face and a smiling one.
"""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from ekyc.domain.movement import Direction, Limits
from ekyc.domain.pose import Features, Head


def extent(direction: Direction, features: Features, own: Features) -> float:
    """How far a face has gone from its own quiet one: 0 there, more towards what is asked.

    For eyes the share by which the less closed one is shut, for a smile the rise of its score, for
    coming closer the share by which the face has grown.
    """
    return _EXTENTS[direction](features, own)


def is_suitable(direction: Direction, own: Features, limits: Limits) -> bool:
    """Whether this face can be measured doing it: a mouth that smiles already cannot rise."""
    if direction is Direction.SMILE:
        return own.smile <= limits.smile_neutral
    if direction is Direction.EYES:
        return min(own.eyes) >= limits.eyes_open
    return own.size <= limits.closer_size


def quiet(calm: Sequence[Head]) -> Features | None:
    """The features of a face while its front was measured; None where they were not."""
    known = [head.features for head in calm if head.features is not None]
    if not known:
        return None
    return Features(
        eyes=(median(f.eyes[0] for f in known), median(f.eyes[1] for f in known)),
        smile=median(f.smile for f in known),
        size=median(f.size for f in known),
    )


def _closed(now: Features, own: Features) -> float:
    return 1.0 - max(n / o if o > 0 else 1.0 for n, o in zip(now.eyes, own.eyes, strict=True))


_EXTENTS: Mapping[Direction, Callable[[Features, Features], float]] = {
    Direction.EYES: _closed,
    Direction.SMILE: lambda now, own: now.smile - own.smile,
    Direction.CLOSER: lambda now, own: now.size / own.size - 1.0,
}
