"""Queries on the entries after calls."""

from dataclasses import asdict

import sqlalchemy as sa

from ekyc.domain.contact import Contact
from ekyc.domain.errors import NotAllowedNow
from ekyc.storage import schema
from ekyc.storage.store import Tx

_t, _changes = schema.contacts, schema.contact_changes


async def owe(tx: Tx, due: Contact) -> None:
    """An entry is due."""
    await tx.connection.execute(sa.insert(_t).values(**_row(due)))


async def of_call(tx: Tx, call_id: str) -> Contact | None:
    """The entry of a call, due or written; None while the call goes on, and where none is due."""
    query = sa.select(_t).where(_t.c.call_id == call_id)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else await _contact(tx, row)


async def owed(tx: Tx, staff_id: str) -> Contact | None:
    """The oldest entry this member of staff owes: of a call that was theirs at its end."""
    call = schema.calls
    query = (
        sa.select(_t)
        .join(call, call.c.id == _t.c.call_id)
        .where(_t.c.entered_at.is_(None), call.c.agent_id == staff_id)
        .order_by(_t.c.due_at, _t.c.call_id)
        .limit(1)
    )
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else await _contact(tx, row)


async def save(tx: Tx, contact: Contact) -> None:
    """Keep a draft, or the entry with what it rests on; `NotAllowedNow` once it is written."""
    still_due = sa.update(_t).where(_t.c.call_id == contact.call_id, _t.c.entered_at.is_(None))
    if (await tx.connection.execute(still_due.values(**_row(contact)))).rowcount != 1:
        raise NotAllowedNow
    for position, authorisation in enumerate(contact.authorisations):
        values = {"authorisation_id": authorisation, "call_id": contact.call_id}
        await tx.connection.execute(sa.insert(_changes).values(**values, position=position))


def _row(contact: Contact) -> dict[str, object]:
    return {key: value for key, value in asdict(contact).items() if key != "authorisations"}


async def _contact(tx: Tx, row: sa.RowMapping) -> Contact:
    query = sa.select(_changes.c.authorisation_id).where(_changes.c.call_id == row["call_id"])
    found = await tx.connection.execute(query.order_by(_changes.c.position))
    return Contact(**row, authorisations=tuple(found.scalars()))
