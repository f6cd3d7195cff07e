"""What the customer agreed to, and in which wording."""

from collections.abc import Iterable
from enum import StrEnum

from ekyc.domain.errors import ConsentsMissing

VERSION = "2026-11"
"""Names the wording in the `customer` catalogues; a changed sentence needs a new version."""


class Consent(StrEnum):
    """One thing agreed to; each is asked by itself and none is ticked beforehand."""

    DOCUMENT = "document"
    BIOMETRICS = "biometrics"
    RECORDING = "recording"
    ONLINE = "online"


def agree(given: Iterable[str], *, version: str) -> tuple[Consent, ...]:
    """Every consent, each given, in the wording of today; else `ConsentsMissing`."""
    if version != VERSION or set(given) != set(Consent):
        raise ConsentsMissing
    return tuple(Consent)
