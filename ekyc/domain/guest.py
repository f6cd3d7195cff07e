"""Who is in a call beside its customer and its agent: an interpreter, a colleague, a supervisor.

An interpreter and a colleague share one seat, so that a call never has more than four people. A
guest the customer hears is shown to the customer and recorded; others are not. While a colleague
consults with the agent the customer is on hold: hears and sees nobody, and is told so.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ekyc.domain.call import BOTH, Party
from ekyc.domain.errors import EkycError, NotAllowedNow
from ekyc.domain.room import Seating


class SeatTaken(EkycError):
    """Somebody else is in this seat of the call, or asked into it."""

    code = "seat-taken"


class DeskBusy(EkycError):
    """This colleague cannot be rung at the moment; please choose another."""

    code = "desk-busy"


class Mode(StrEnum):
    """Whom a guest hears, and by whom a guest is heard."""

    TRANSFER = "transfer"  # rings a colleague who is to become the call's agent
    CONSULT = "consult"  # with the agent, while the customer is on hold
    LISTEN = "listen"
    WHISPER = "whisper"  # the agent alone hears
    JOIN = "join"


MODES: dict[Party, frozenset[Mode]] = {
    Party.INTERPRETER: frozenset({Mode.JOIN}),
    Party.COLLEAGUE: frozenset({Mode.TRANSFER, Mode.CONSULT, Mode.JOIN}),
    Party.SUPERVISOR: frozenset({Mode.LISTEN, Mode.WHISPER, Mode.JOIN}),
}
"""What each kind of guest may be asked for, or switch to."""


class GuestState(StrEnum):
    """Where an invitation stands."""

    ASKED = "asked"
    IN = "in"
    LEFT = "left"
    TOOK = "took"  # became the call's agent
    DECLINED = "declined"
    MISSED = "missed"
    CANCELLED = "cancelled"


OPEN = frozenset({GuestState.ASKED, GuestState.IN})
TRANSITIONS: dict[GuestState, frozenset[GuestState]] = {
    GuestState.ASKED: frozenset(GuestState) - {GuestState.ASKED, GuestState.LEFT},
    GuestState.IN: frozenset({GuestState.LEFT, GuestState.TOOK}),
    GuestState.LEFT: frozenset(),
    GuestState.TOOK: frozenset(),
    GuestState.DECLINED: frozenset(),
    GuestState.MISSED: frozenset(),
    GuestState.CANCELLED: frozenset(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """One invitation into a call, and what became of it."""

    id: str
    call_id: str
    application_id: str
    kind: Party
    mode: Mode
    state: GuestState
    version: int
    staff_id: str | None
    """None: somebody from outside, who comes by a link."""
    token: str | None
    """Digest of the link's token."""
    asked_by: str
    note: str
    """What the agent wants the colleague to know, or which language is to be interpreted."""
    asked_at: datetime
    in_at: datetime | None = None
    gone_at: datetime | None = None
    """Since when a guest who is in is not connected; None while connected."""
    ended_at: datetime | None = None


def move(guest: Guest, to: GuestState, *, now: datetime) -> Guest:
    """Take the next step; `NotAllowedNow` when the table has no such step."""
    if to not in TRANSITIONS[guest.state]:
        raise NotAllowedNow
    moved = replace(guest, state=to, version=guest.version + 1)
    if to is GuestState.IN:
        return replace(moved, in_at=now, gone_at=now)
    return replace(moved, ended_at=now)


def switch(guest: Guest, mode: Mode) -> Guest:
    """Another mode of the same guest; `NotAllowedNow` for one that is not for this kind."""
    if guest.state is not GuestState.IN or mode not in MODES[guest.kind] - {Mode.TRANSFER}:
        raise NotAllowedNow
    return replace(guest, mode=mode, version=guest.version + 1)


def connect(guest: Guest) -> Guest:
    """The guest's media flow; the same guest comes back when they did before."""
    if guest.state is not GuestState.IN or guest.gone_at is None:
        return guest
    return replace(guest, gone_at=None, version=guest.version + 1)


def drop(guest: Guest, *, now: datetime) -> Guest:
    """The guest's line broke; the same guest comes back when it was before."""
    if guest.state is not GuestState.IN or guest.gone_at is not None:
        return guest
    return replace(guest, gone_at=now, version=guest.version + 1)


def check(kind: Party, mode: Mode, *, open: Collection[Guest]) -> None:
    """`NotAllowedNow` for what this kind of guest cannot be, `SeatTaken` while the seat is."""
    if mode not in MODES[kind]:
        raise NotAllowedNow
    if any(_seat(guest.kind) == _seat(kind) for guest in open):
        raise SeatTaken


def is_heard(guest: Guest) -> bool:
    """Whether the customer hears and sees this guest."""
    return guest.state is GuestState.IN and guest.mode is Mode.JOIN


def is_held(guests: Collection[Guest]) -> bool:
    """Whether the customer is on hold: a colleague consults with the agent."""
    return any(one.state is GuestState.IN and one.mode is Mode.CONSULT for one in guests)


def may_know(party: Party, guest: Guest) -> bool:
    """Whether a party's page is told of this guest: whoever hears the guest, and nobody else.

    Nobody is told of a supervisor who listens; the file says it.
    """
    if party == guest.kind or is_heard(guest):
        return True
    if party is Party.AGENT:
        return guest.mode in {Mode.CONSULT, Mode.WHISPER}
    return party is not Party.CUSTOMER and guest.mode is Mode.CONSULT


_SEATS = (Party.CUSTOMER, Party.AGENT, Party.COLLEAGUE, Party.SUPERVISOR)


def _seat(kind: Party) -> Party:
    """An interpreter sits where a colleague would."""
    return Party.COLLEAGUE if kind is Party.INTERPRETER else kind


def seating(guests: Sequence[Guest]) -> Seating:
    """Who hears whom. Each listener's receive pairs are the other seats in their order."""
    here = {_seat(guest.kind): guest for guest in guests if guest.state is GuestState.IN}
    names = {party: party.value for party in BOTH}
    names |= {seat: guest.kind.value for seat, guest in here.items()}
    held = is_held(guests)
    hears = {
        names[ear]: [
            names[voice] if _reaches(voice, ear, here, held) else "" for voice in _others(ear)
        ]
        for ear in _SEATS
        if ear in names
    }
    heard = [guest.kind.value for guest in here.values() if is_heard(guest)]
    return Seating(
        parties=[guest.kind.value for guest in here.values()],
        hears=hears,
        recorded=[*(party.value for party in BOTH), *heard],
    )


def pair_of(party: Party, listener: Party) -> int:
    """In which of its receive pairs a listener has this party."""
    return _others(_seat(listener)).index(_seat(party))


def _others(ear: Party) -> list[Party]:
    return [seat for seat in _SEATS if seat is not ear]


def _reaches(voice: Party, ear: Party, here: dict[Party, Guest], held: bool) -> bool:
    if voice not in BOTH and voice not in here:
        return False
    if ear is Party.CUSTOMER and held:
        return False
    if voice in BOTH or is_heard(here[voice]):
        return True
    mode = here[voice].mode
    return mode is Mode.CONSULT or (mode is Mode.WHISPER and ear is Party.AGENT)
