"""The demo's inbox: what would have gone out as a message."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from ekyc.storage import schema
from ekyc.storage.store import Row, Tx, new_id, rows

_i = schema.inbox


async def add(tx: Tx, *, channel: str, to: str, text: str, now: datetime) -> None:
    """A message."""
    await tx.connection.execute(
        sa.insert(_i).values(id=new_id(), channel=channel, to=to, text=text, at=now)
    )
    tx.wake("inbox")


async def newest(tx: Tx, *, limit: int) -> Sequence[Row]:
    """The latest messages, newest first."""
    query = sa.select(_i).order_by(_i.c.at.desc()).limit(limit)
    return rows(await tx.connection.execute(query))
