"""A still: a photograph the agent asks for in the call, of the document or of the face.

It is larger and sharper than the picture of the call, and arrives whole where the line carries no
video. Taking and sending it stays the customer's act. A still may be asked for in one view: the
document tilted so that its features change, a finger laid over it, a hand held before the face.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class StillOf(StrEnum):
    """What is to be seen on it."""

    DOCUMENT = "document"
    FACE = "face"


class StillState(StrEnum):
    """What became of it; `lapsed` when another was asked for, or the call ended before."""

    ASKED = "asked"
    TAKEN = "taken"
    DECLINED = "declined"
    LAPSED = "lapsed"


class View(StrEnum):
    """How what is photographed is to be held; sides are the customer's own."""

    LEVEL = "level"
    LEFT = "left"
    RIGHT = "right"
    AWAY = "away"
    """The upper edge goes away from the camera, `near` towards it."""
    NEAR = "near"
    FINGER = "finger"
    HAND = "hand"


TILTS: Final = (View.LEVEL, View.LEFT, View.RIGHT, View.AWAY, View.NEAR)
JUDGED: Final = frozenset({View.FINGER, View.HAND})
"""Shown on command: the agent says whether it looked genuine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """One still of one call; `original` is the key of its object once it was taken."""

    id: str
    call_id: str
    of: StillOf
    state: StillState
    asked_at: datetime
    ended_at: datetime | None = None
    original: str | None = None
    original_sha256: str | None = None
    view: View | None = None
    following: tuple[View, ...] = ()
    """Views that are asked for one after another once this one was taken."""
    passed: bool | None = None
    """What the agent made of a view on command."""


def shown_on(view: View) -> StillOf:
    """What is photographed for it."""
    return StillOf.FACE if view is View.HAND else StillOf.DOCUMENT


def taken(stills: Sequence[Still]) -> frozenset[View]:
    """The views there is a photograph of."""
    return frozenset(
        still.view for still in stills if still.view and still.state is StillState.TAKEN
    )


def passed(stills: Sequence[Still]) -> frozenset[View]:
    """The views on command the newest judged photograph of which passed."""
    last = {still.view: still.passed for still in stills if still.passed is not None}
    return frozenset(view for view, good in last.items() if good and view is not None)


def is_tilted(stills: Sequence[Still], wanted: Collection[View]) -> bool:
    """Whether the document was photographed in each of these views."""
    return set(wanted) <= taken(stills)
