"""What the customer agreed to, and in which wording."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from ekyc.domain.errors import ConsentsMissing

VERSION = "2026-11-23"
"""Names the wording in the `customer` catalogues; a changed sentence needs a new version."""


class Consent(StrEnum):
    """One thing agreed to; each is asked by itself and none is ticked beforehand."""

    DOCUMENT = "document"
    BIOMETRICS = "biometrics"
    RECORDING = "recording"
    ONLINE = "online"
    PLACE = "place"
    """That the place is recorded in the call: nobody needs to."""


NEEDED = (Consent.DOCUMENT, Consent.BIOMETRICS, Consent.RECORDING, Consent.ONLINE)
"""Without each of these there is no call."""


def asked_besides(*, place: bool) -> tuple[Consent, ...]:
    """What this bank asks that may be left out."""
    return (Consent.PLACE,) if place else ()


def agree(
    given: Iterable[str], *, version: str, optional: Collection[Consent] = ()
) -> tuple[Consent, ...]:
    """What was agreed to, in the wording of today; `ConsentsMissing` unless all needed are given.

    Of what is optional each may be left out; what was not asked nobody can have agreed to.
    """
    chosen = set(given)
    if version != VERSION or not set(NEEDED) <= chosen <= {*NEEDED, *optional}:
        raise ConsentsMissing
    return tuple(kind for kind in Consent if kind in chosen)
