"""How alike two faces are, and what follows from it: a hint. The agent decides."""

from enum import StrEnum
from math import sqrt
from operator import mul

Template = tuple[float, ...]
"""Numbers that stand for a face (128 of SFace); two of one person point the same way."""


class Outcome(StrEnum):
    """What a score means; to refer is to leave it to the agent's own eyes."""

    MATCH = "match"
    REFER = "refer"
    NO_MATCH = "no-match"


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
