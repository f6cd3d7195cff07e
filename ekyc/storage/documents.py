"""Queries on photographs, typed fields and their edits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ekyc.domain.comparison import Comparison, fuse
from ekyc.domain.document import Kind, Side, SideReading, Source
from ekyc.storage import chips, schema
from ekyc.storage.store import Row, Tx, new_id, rows

_p = schema.photographs
_f = schema.fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """One photograph of one side; `original` and `straightened` are keys of objects."""

    id: str
    application_id: str
    side: str
    state: str
    origin: str
    original: str
    original_sha256: str
    straightened: str
    faults: list[str]
    reading: dict[str, Any]
    taken_at: datetime
    current: bool = True


async def add_photograph(tx: Tx, photograph: Photograph) -> None:
    """A new photograph; it takes the place of the side's earlier one, which stays in the file."""
    earlier = sa.update(_p).where(
        _p.c.application_id == photograph.application_id, _p.c.side == photograph.side
    )
    await tx.connection.execute(earlier.values(current=False))
    values = {name: getattr(photograph, name) for name in Photograph.__slots__}
    await tx.connection.execute(sa.insert(_p).values(**values))


async def photographs(tx: Tx, application_id: str) -> Sequence[Photograph]:
    """Every photograph, oldest first."""
    order = (_p.c.taken_at, _p.c.id)
    query = sa.select(_p).where(_p.c.application_id == application_id).order_by(*order)
    return [Photograph(**row) for row in (await tx.connection.execute(query)).mappings()]


async def referred(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Those of these objects that are some photograph's."""
    columns = (_p.c.original, _p.c.straightened)
    found = [
        await tx.connection.execute(sa.select(column).where(column.in_(keys))) for column in columns
    ]
    return {key for result in found for key in result.scalars()}


async def current(tx: Tx, application_id: str) -> dict[Side, Photograph]:
    """The photograph that counts, by side."""
    taken = await photographs(tx, application_id)
    return {Side(photograph.side): photograph for photograph in taken if photograph.current}


async def readings(tx: Tx, application_id: str) -> dict[Side, SideReading]:
    """What was read from the photographs that count and are good enough."""
    return {
        side: SideReading.from_json(photograph.reading)
        for side, photograph in (await current(tx, application_id)).items()
        if photograph.state == "accepted"
    }


async def typed(tx: Tx, application_id: str) -> dict[str, str]:
    """What the customer typed, by field."""
    query = sa.select(_f.c.name, _f.c.value).where(_f.c.application_id == application_id)
    return {row.name: row.value for row in await tx.connection.execute(query)}


async def compare(tx: Tx, application_id: str) -> Comparison:
    """All sources of every field, weighed."""
    read = await readings(tx, application_id)
    words = await typed(tx, application_id)
    chip = await chips.said(tx, application_id)
    return fuse(read.get(Side.FRONT), read.get(Side.BACK), words, chip)


async def set_aside(tx: Tx, application_id: str, *, but: Kind | None = None) -> None:
    """The photographs no longer count and are to be taken again; they stay in the file.

    Those that show a document of the kind `but` go on counting.
    """
    for photograph in (await current(tx, application_id)).values():
        if but is None or photograph.reading["kind"] != but.value:
            update = sa.update(_p).where(_p.c.id == photograph.id)
            await tx.connection.execute(update.values(current=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a field said and who had told it, and what was written instead."""

    before: str
    after: str
    source: Source | None


async def set_typed(
    tx: Tx, application_id: str, changes: Mapping[str, Edit], *, actor: str, now: datetime
) -> None:
    """Keep what was typed, by field, and each difference."""
    for name, edit in changes.items():
        place = (_f.c.application_id == application_id, _f.c.name == name)
        await tx.connection.execute(sa.delete(_f).where(*place))
        row = {"application_id": application_id, "name": name, "at": now}
        await tx.connection.execute(sa.insert(_f).values(**row, value=edit.after))
        difference = {"before": edit.before, "after": edit.after, "source": edit.source}
        await tx.connection.execute(
            sa.insert(schema.edits).values(**row, **difference, id=new_id(), actor=actor)
        )


async def edits(tx: Tx, application_id: str) -> Sequence[Row]:
    """Every edit, oldest first."""
    table = schema.edits
    query = sa.select(table).where(table.c.application_id == application_id)
    return rows(await tx.connection.execute(query.order_by(table.c.at)))
