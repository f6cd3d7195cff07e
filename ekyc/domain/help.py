"""What is offered once pictures failed in a row: a person, instead of another try."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import takewhile


class Way(StrEnum):
    """How a customer goes on without good photographs; the details are typed in each."""

    CALL = "call"
    BOOK = "book"
    TYPE = "type"


def failed_in_a_row(states: Sequence[str]) -> int:
    """Photographs refused since the last accepted one; `states` oldest first."""
    return sum(1 for _ in takewhile(lambda state: state == "refused", reversed(states)))
