"""Whether a photographed side counts: which side it is, of which document, and whose.

The picture itself was judged before. Here a side photographed in the other's place is put right,
a document the bank does not take is refused, and so are two sides that do not belong together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ekyc.domain import citizen
from ekyc.domain.comparison import DOUBT_BELOW
from ekyc.domain.document import (
    FaultCode,
    Kind,
    Side,
    SideReading,
    Source,
    form_of,
    normalised,
)
from ekyc.domain.names import distance, words

IDENTITY: Final = ("number", "full_name", "birth_date")
PROOFS: Final = 2
"""Of number, name and birth: so many must differ before two sides are two people's. One alone may
be a misread, or a card that was tampered with: that is the agent's to see, as a conflict."""

APART: Final = 3
"""Letters or digits by which values differ that cannot be one value misread."""

_CODED: Final = (Source.QR, Source.MRZ, Source.OCR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the bank takes: kinds, the last day of the CMND, and specimens only in a demo."""

    kinds: frozenset[Kind]
    cmnd_until: date
    demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a photograph belongs: the side it shows, its document, and what speaks against it."""

    side: Side
    kind: Kind
    faults: tuple[FaultCode, ...]


def place(
    taken: SideReading,
    *,
    asked: Side,
    chosen: Kind,
    others: Mapping[Side, SideReading],
    policy: Policy,
    today: date,
) -> Place:
    """Where this photograph belongs; `others` are the sides accepted so far.

    A picture that is no good stays where it was asked for, with its own faults. So does one that
    is refused: the side it would have taken the place of stays accepted.
    """
    own = tuple(fault.code for fault in taken.faults)
    side = _side(taken)
    if not taken.ok or side is None:
        return Place(side=asked, kind=chosen, faults=own or (FaultCode.UNKNOWN_DOCUMENT,))
    refused = _refused(taken, policy, today) or _beside(taken, side, asked, others)
    if refused:
        return Place(side=asked, kind=chosen, faults=(refused,))
    return Place(side=side, kind=taken.kind, faults=())


def _side(taken: SideReading) -> Side | None:
    """The side it shows; of a document of one side that one."""
    sides = form_of(taken.kind).sides
    return sides[0] if len(sides) == 1 else taken.side


def _refused(taken: SideReading, policy: Policy, today: date) -> FaultCode | None:
    """Documents the bank does not take, or not any more."""
    over = ended(taken, cmnd_until=policy.cmnd_until, today=today)
    if over is not FaultCode.CMND_ENDED and taken.kind not in policy.kinds:
        return FaultCode.WRONG_KIND
    if over:
        return over
    if not policy.demo and citizen.is_specimen(_sure(taken, "number") or ""):
        return FaultCode.SPECIMEN
    return None


def ended(taken: SideReading, *, cmnd_until: date, today: date) -> FaultCode | None:
    """Why this document counts no more: its kind's last day is over, or surely its own."""
    if taken.kind is Kind.CMND and today > cmnd_until:
        return FaultCode.CMND_ENDED
    until = _sure(taken, "expiry_date")
    over = until is not None and until != citizen.NO_EXPIRY and until < today.isoformat()
    return FaultCode.EXPIRED if over else None


def _beside(
    taken: SideReading, side: Side, asked: Side, others: Mapping[Side, SideReading]
) -> FaultCode | None:
    """What speaks against this side beside those accepted so far."""
    if side is not asked and side in others:
        return FaultCode.WRONG_SIDE
    other = next((each for known, each in others.items() if known is not side), None)
    return None if other is None else apart(taken, other)


def apart(one: SideReading, other: SideReading) -> FaultCode | None:
    """Why two sides are not of one document."""
    if other.kind is not one.kind:
        return FaultCode.KINDS_DIFFER
    return FaultCode.OTHER_PERSON if are_two_people(one, other) else None


def are_two_people(one: SideReading, other: SideReading) -> bool:
    """Whether number, name and birth of two sides say so, as far as both tell them surely."""
    told = [(name, _sure(one, name), _sure(other, name)) for name in IDENTITY]
    return sum(_differ(name, a, b) for name, a, b in told if a and b) >= PROOFS


def _differ(name: str, one: str, other: str) -> bool:
    if name == "birth_date":
        return one != other
    one, other = "".join(words(one)), "".join(words(other))
    if name == "full_name":  # a long name is cut off in the zone
        short = min(len(one), len(other))
        one, other = one[:short], other[:short]
    return distance(one, other) >= APART


def _sure(reading: SideReading, name: str) -> str | None:
    """What the most trusted source of this side says, if it is sure of it."""
    said = reading.candidates.get(name, {})
    for source in _CODED:
        if source in said and said[source].confidence >= DOUBT_BELOW:
            return normalised(name, said[source].value)
    return None
