"""Queries on who is or was in a call beside its customer and its agent."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.call import Party
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.guest import OPEN, Guest, GuestState, Mode
from ekyc.storage import schema
from ekyc.storage.store import Tx

_g = schema.guests
_OPEN = [state.value for state in OPEN]


def _guest(row: sa.RowMapping) -> Guest:
    kinds = {"kind": Party(row["kind"]), "mode": Mode(row["mode"])}
    return Guest(**{**row, **kinds, "state": GuestState(row["state"])})


async def add(tx: Tx, guest: Guest) -> None:
    """Somebody asked in; an index refuses who is asked into another call already."""
    await tx.connection.execute(sa.insert(_g).values(**asdict(guest)))
    _wake(tx, guest)


async def save(tx: Tx, moved: Guest) -> None:
    """Compare the version, then swap; `NotAllowedNow` when somebody was faster."""
    update = sa.update(_g).where(_g.c.id == moved.id, _g.c.version == moved.version - 1)
    if (await tx.connection.execute(update.values(**asdict(moved)))).rowcount != 1:
        raise NotAllowedNow
    _wake(tx, moved)


def _wake(tx: Tx, guest: Guest) -> None:
    tx.wake(f"call:{guest.call_id}")
    tx.wake(f"desk:{guest.asked_by}")
    if guest.staff_id is not None:
        tx.wake(f"desk:{guest.staff_id}")


async def find(tx: Tx, guest_id: str) -> Guest | None:
    """One invitation."""
    query = sa.select(_g).where(_g.c.id == guest_id)
    return _one((await tx.connection.execute(query)).mappings().one_or_none())


async def by_token(tx: Tx, digest: str) -> Guest | None:
    """The invitation of this link."""
    query = sa.select(_g).where(_g.c.token == digest)
    return _one((await tx.connection.execute(query)).mappings().one_or_none())


def _one(row: sa.RowMapping | None) -> Guest | None:
    return None if row is None else _guest(row)


async def of_call(tx: Tx, call_id: str) -> Sequence[Guest]:
    """Every invitation into a call, oldest first."""
    query = sa.select(_g).where(_g.c.call_id == call_id).order_by(_g.c.asked_at, _g.c.id)
    return [_guest(row) for row in (await tx.connection.execute(query)).mappings()]


async def open_in(tx: Tx, call_id: str) -> Sequence[Guest]:
    """Who is in a call, or asked into it, oldest first."""
    return [guest for guest in await of_call(tx, call_id) if guest.state in OPEN]


async def open_now(tx: Tx) -> Mapping[str, Sequence[Guest]]:
    """Who is in a call or asked into it, oldest first, of every call with such."""
    query = sa.select(_g).where(_g.c.state.in_(_OPEN)).order_by(_g.c.asked_at, _g.c.id)
    found: dict[str, list[Guest]] = {}
    for row in (await tx.connection.execute(query)).mappings():
        found.setdefault(row["call_id"], []).append(_guest(row))
    return found


async def of_staff(tx: Tx, staff_id: str) -> Guest | None:
    """The call somebody of the staff is in, or asked into, as a guest."""
    query = sa.select(_g).where(_g.c.staff_id == staff_id, _g.c.state.in_(_OPEN))
    return _one((await tx.connection.execute(query)).mappings().one_or_none())


async def staff_in(tx: Tx) -> frozenset[str]:
    """Everybody of the staff who is in a call, or asked into one, as a guest."""
    query = sa.select(_g.c.staff_id).where(_g.c.staff_id.is_not(None), _g.c.state.in_(_OPEN))
    return frozenset((await tx.connection.execute(query)).scalars())


async def overdue(tx: Tx, *, rang: datetime, linked: datetime, gone: datetime) -> Sequence[Guest]:
    """Who was rung or sent a link before these instants and did not come, or is gone since.

    Whoever's account is disabled is late at once.
    """
    member = schema.staff
    shut_out = sa.exists().where(member.c.id == _g.c.staff_id, member.c.disabled_at.is_not(None))
    asked = _g.c.state == GuestState.ASKED.value
    by_link = _g.c.staff_id.is_(None)
    query = sa.select(_g).where(
        _g.c.state.in_(_OPEN),
        sa.or_(
            sa.and_(asked, ~by_link, _g.c.asked_at <= rang),
            sa.and_(asked, by_link, _g.c.asked_at <= linked),
            sa.and_(_g.c.state == GuestState.IN.value, _g.c.gone_at <= gone),
            shut_out,
        ),
    )
    return [_guest(row) for row in (await tx.connection.execute(query)).mappings()]
