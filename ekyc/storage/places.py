"""Queries on where the customer was during a call."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.place import Place, PlaceState
from ekyc.storage import schema
from ekyc.storage.store import Tx, new_id

_p = schema.places


async def add(tx: Tx, call_id: str, place: Place, *, at: datetime) -> None:
    """What the browser said at an instant."""
    values = asdict(place) | {"id": new_id(), "call_id": call_id, "at": at}
    await tx.connection.execute(sa.insert(_p).values(**values))


async def of_call(tx: Tx, call_id: str) -> Sequence[tuple[datetime, Place]]:
    """Everything said in a call, in order."""
    query = sa.select(_p).where(_p.c.call_id == call_id).order_by(_p.c.at, _p.c.id)
    return [
        (
            row["at"],
            Place(
                state=PlaceState(row["state"]),
                latitude=row["latitude"],
                longitude=row["longitude"],
                accuracy_m=row["accuracy_m"],
            ),
        )
        for row in (await tx.connection.execute(query)).mappings()
    ]
