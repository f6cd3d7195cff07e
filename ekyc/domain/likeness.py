"""How alike two faces are, and what follows from it: a hint. The agent decides."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import sqrt
from operator import mul

MODEL = "sface-2021dec-int8bq"
"""Stands beside every score: templates of two models cannot be compared."""

Template = tuple[float, ...]
"""Numbers that stand for a face (128 of SFace); two of one person point the same way."""


class Outcome(StrEnum):
    """What a score means; to refer is to leave it to the agent's own eyes."""

    MATCH = "match"
    REFER = "refer"
    NO_MATCH = "no-match"


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """The largest face of a picture: its width there, and cut out with what is around it."""

    template: Template
    face_px: float
    picture: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One portrait compared with the face before the camera; pictures are keys of objects."""

    id: str
    application_id: str
    call_id: str
    portrait_id: str
    of: str
    """One of `portrait.PortraitOf`."""
    at: datetime
    score: float | None
    """None where the portrait shows no face that could be found."""
    outcome: Outcome
    match_at: float
    refer_at: float
    min_px: int
    model: str
    looks: int
    """How many pictures of the call the live template is the mean of."""
    face_px: float | None
    """Of the portrait's face."""
    live: str
    portrait: str | None
    template: str | None = None
    """The live template, sealed, where the settings keep it."""

    @property
    def is_too_small(self) -> bool:
        """Too few pixels for an answer: a closer photograph is wanted."""
        return self.face_px is not None and self.face_px < self.min_px


def judge(score: float | None, *, match_at: float, refer_at: float) -> Outcome:
    """The outcome of a score; where there is none, a person has to look."""
    if score is None:
        return Outcome.REFER
    if score >= match_at:
        return Outcome.MATCH
    return Outcome.REFER if score >= refer_at else Outcome.NO_MATCH


def likeness(one: Template, other: Template) -> float:
    """The cosine of the angle between two templates, -1 to 1; 0 where one is empty."""
    length = sqrt(sum(map(mul, one, one)) * sum(map(mul, other, other)))
    return sum(map(mul, one, other)) / length if length else 0.0


def mean(templates: list[Template]) -> Template:
    """The direction in the middle of several templates of one face."""
    return tuple(sum(column) / len(templates) for column in zip(*templates, strict=True))
