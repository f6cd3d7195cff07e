"""Queries on who callers are and on the changes they authorised."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from ekyc.domain.authorisation import (
    OPEN,
    Authorisation,
    AuthorisationState,
    Identification,
    Identifier,
)
from ekyc.domain.errors import AuthorisationMissing, NotAllowedNow
from ekyc.storage import schema
from ekyc.storage.store import Tx

_i, _a = schema.identifications, schema.authorisations


async def answered(tx: Tx, answer: Identification) -> None:
    """Keep what came of an answer."""
    await tx.connection.execute(sa.insert(_i).values(**asdict(answer)))


async def answers(tx: Tx, call_id: str) -> Sequence[Identification]:
    """Every answer of a call, in order."""
    query = sa.select(_i).where(_i.c.call_id == call_id).order_by(_i.c.at, _i.c.id)
    rows = (await tx.connection.execute(query)).mappings()
    return [Identification(**{**row, "by": Identifier(row["by"])}) for row in rows]


async def add(tx: Tx, asked: Authorisation) -> None:
    """One that was asked for."""
    await tx.connection.execute(sa.insert(_a).values(**asdict(asked)))


async def save(tx: Tx, after: Authorisation, *, before: AuthorisationState) -> None:
    """What became of it; `NotAllowedNow` when it moved meanwhile."""
    update = sa.update(_a).where(_a.c.id == after.id, _a.c.state == before.value)
    values = {"state": after.state.value, "session": after.session, "ended_at": after.ended_at}
    if (await tx.connection.execute(update.values(**values))).rowcount != 1:
        raise NotAllowedNow


async def spend(tx: Tx, authorisation_id: str, registration_id: str) -> None:
    """Something is registered on it; `AuthorisationMissing` when something was meanwhile."""
    unspent = (_a.c.id == authorisation_id, _a.c.registration_id.is_(None))
    update = sa.update(_a).where(*unspent).values(registration_id=registration_id)
    if (await tx.connection.execute(update)).rowcount != 1:
        raise AuthorisationMissing


async def find(tx: Tx, authorisation_id: str) -> Authorisation | None:
    """One by its id."""
    query = sa.select(_a).where(_a.c.id == authorisation_id)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else _authorisation(row)


async def of_call(tx: Tx, call_id: str) -> Sequence[Authorisation]:
    """Every one asked for in a call, in order."""
    query = sa.select(_a).where(_a.c.call_id == call_id).order_by(_a.c.asked_at, _a.c.id)
    return [_authorisation(row) for row in (await tx.connection.execute(query)).mappings()]


async def open_one(tx: Tx, call_id: str) -> Authorisation | None:
    """The one that has not ended, its time over or not."""
    still_open = [one for one in await of_call(tx, call_id) if one.state in OPEN]
    return still_open[-1] if still_open else None


def _authorisation(row: sa.RowMapping) -> Authorisation:
    return Authorisation(**{**row, "state": AuthorisationState(row["state"])})
