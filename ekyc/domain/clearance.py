"""Four eyes: grave signals of a call stand before an approval until a supervisor cleared them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ekyc.domain.errors import NotAllowed, NoteMissing, NotFound
from ekyc.domain.presence import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """A supervisor looked at these signals of a call and said why they need not stop an approval.

    It names each signal by its id: one that is raised later needs a look of its own.
    """

    id: str
    application_id: str
    call_id: str
    signals: tuple[str, ...]
    note: str
    by: str
    at: datetime


def uncleared(
    raised: Mapping[str, Signal],
    clearances: Collection[Clearance],
    *,
    supervised: Collection[Signal],
    agent_id: str,
) -> tuple[str, ...]:
    """Ids of the signals of a call nobody but its agent looked at; `raised` by their ids."""
    looked = {id for one in clearances if one.by != agent_id for id in one.signals}
    return tuple(id for id, kind in raised.items() if kind in supervised and id not in looked)


def check(
    signals: Sequence[str], note: str, *, open: Collection[str], by: str, agent_id: str
) -> str:
    """The note as it is kept, when this look may stand.

    Raises `NotAllowed` for the agent of the call, `NotFound` for signals that do not wait for a
    look in it, `NoteMissing` when nothing is said.
    """
    if by == agent_id:
        raise NotAllowed
    if not signals or not set(signals) <= set(open):
        raise NotFound
    if not note.strip():
        raise NoteMissing
    return note.strip()
