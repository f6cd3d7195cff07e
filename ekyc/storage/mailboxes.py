"""Queries on customers' mailboxes and who vouches for them."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from ekyc.domain.mailbox import Mailbox
from ekyc.domain.phone import is_verified
from ekyc.storage import schema
from ekyc.storage.store import Tx

_m = schema.mailboxes


async def add(tx: Tx, mailbox: Mailbox) -> None:
    """One more mailbox."""
    await tx.connection.execute(sa.insert(_m).values(**asdict(mailbox)))


async def of_application(tx: Tx, application_id: str) -> Sequence[Mailbox]:
    """Every mailbox, in order."""
    query = sa.select(_m).where(_m.c.application_id == application_id)
    rows = (await tx.connection.execute(query.order_by(_m.c.at, _m.c.id))).mappings()
    return [Mailbox(**row) for row in rows]


async def find(tx: Tx, id: str) -> Mailbox:
    """A mailbox another row refers to."""
    row = (await tx.connection.execute(sa.select(_m).where(_m.c.id == id))).mappings().one()
    return Mailbox(**row)


async def in_force(tx: Tx, application_id: str) -> Mailbox | None:
    """The last one somebody but the customer vouches for."""
    return last_verified(await of_application(tx, application_id))


def last_verified(every: Sequence[Mailbox]) -> Mailbox | None:
    """Of the mailboxes of one application, in order, the one that is in force."""
    return next((one for one in reversed(every) if is_verified(one.source)), None)
