"""Queries on chip data."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import sqlalchemy as sa

from ekyc.domain.chip import ChipReason, ChipState, KeptChip
from ekyc.storage import schema
from ekyc.storage.store import Tx

_c = schema.chips


async def add(tx: Tx, chip: KeptChip) -> None:
    """New data; they take the place of earlier ones, which stay in the file."""
    earlier = sa.update(_c).where(_c.c.application_id == chip.application_id)
    await tx.connection.execute(earlier.values(current=False))
    await tx.connection.execute(sa.insert(_c).values(**asdict(chip)))


async def current(tx: Tx, application_id: str) -> KeptChip | None:
    """The data that count."""
    query = sa.select(_c).where(_c.c.application_id == application_id, _c.c.current)
    row = (await tx.connection.execute(query)).mappings().one_or_none()
    if row is None:
        return None
    reason = ChipReason(row["reason"]) if row["reason"] else None
    return KeptChip(**{**row, "state": ChipState(row["state"]), "reason": reason})


async def said(tx: Tx, application_id: str) -> Mapping[str, str]:
    """What an authentic chip says, by field; nothing when there is none."""
    chip = await current(tx, application_id)
    return chip.fields if chip and chip.state is ChipState.AUTHENTIC else {}


async def referred(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Those of these objects that are some chip's."""
    query = sa.select(_c.c.data).where(_c.c.data.in_(keys))
    return set((await tx.connection.execute(query)).scalars())
