"""The root of every refusal."""

from collections.abc import Mapping
from typing import ClassVar


class EkycError(Exception):
    """Something went wrong; please try again."""

    code: ClassVar[str] = "error"

    def __init__(self, **values: object) -> None:
        super().__init__(self.code)
        self.values = values
        """What the sentence's placeholders say: counts and limits, never personal data."""
        self.faults: Mapping[str, str] = {}
        """Field name → code of its own sentence in the `errors` catalogue."""


def leaves(root: type[EkycError] = EkycError) -> set[type[EkycError]]:
    """Every error a person or a CRM can meet, the root included."""
    return {root}.union(*(leaves(child) for child in root.__subclasses__()))
