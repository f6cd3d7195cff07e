"""Queries on callbacks: the links mailed in calls."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.callback import Callback
from ekyc.domain.code import Code
from ekyc.domain.mailbox import Mailbox
from ekyc.domain.message import Message
from ekyc.storage import codes, mailboxes, messages, schema
from ekyc.storage.store import Tx

_c = schema.callbacks

Story = tuple[Callback, Mailbox, Code | None, Message | None]
"""A callback, where its link went, and its code and message until they are swept."""


async def add(tx: Tx, callback: Callback) -> None:
    """A callback that is asked for."""
    await tx.connection.execute(sa.insert(_c).values(**asdict(callback)))


async def by_digest(tx: Tx, digest: str) -> Callback | None:
    """The callback whose link has this digest."""
    return await _one(tx, sa.select(_c).where(_c.c.digest == digest))


async def of_call(tx: Tx, call_id: str) -> Callback | None:
    """The one that was confirmed in a call, else the newest."""
    confirmed_first = _c.c.confirmed_at.is_(None)
    query = sa.select(_c).where(_c.c.call_id == call_id)
    return await _one(tx, query.order_by(confirmed_first, _c.c.asked_at.desc()).limit(1))


async def story(tx: Tx, call_id: str) -> Story | None:
    """The callback of a call with everything there is to say of it."""
    callback = await of_call(tx, call_id)
    if callback is None:
        return None
    mailbox = await mailboxes.find(tx, callback.mailbox_id)
    code = await codes.find(tx, callback.id)
    return callback, mailbox, code, await messages.find(tx, callback.id)


async def _one(tx: Tx, query: sa.Select[tuple[object, ...]]) -> Callback | None:
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    return None if row is None else Callback(**row)


async def confirm(tx: Tx, id: str, *, now: datetime) -> None:
    """Its code was given back at its link."""
    await tx.connection.execute(sa.update(_c).where(_c.c.id == id).values(confirmed_at=now))


async def is_wanted(tx: Tx, application_id: str) -> bool:
    """Whether the bank wants one for this application."""
    table = schema.applications
    query = sa.select(table.c.callback).where(table.c.id == application_id)
    return bool((await tx.connection.execute(query)).scalar_one())
