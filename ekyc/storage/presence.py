"""Queries on comparisons of faces, on signals and on what cleared them."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from ekyc.domain.application import Stage
from ekyc.domain.clearance import Clearance
from ekyc.domain.likeness import Comparison, Outcome
from ekyc.domain.presence import Raised, Signal
from ekyc.storage import schema
from ekyc.storage.store import Tx, new_id

_c, _s, _l, _f = schema.comparisons, schema.signals, schema.clearances, schema.first_faces


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSignal:
    """One signal as it stands in the file."""

    id: str
    application_id: str
    call_id: str
    signal: Signal
    figure: float
    limits_version: str
    at: datetime


async def add(tx: Tx, comparison: Comparison) -> None:
    """One more comparison; earlier ones stay."""
    await tx.connection.execute(sa.insert(_c).values(**asdict(comparison)))


async def comparisons(tx: Tx, application_id: str) -> Sequence[Comparison]:
    """Every comparison, oldest first."""
    query = sa.select(_c).where(_c.c.application_id == application_id).order_by(_c.c.at, _c.c.id)
    rows = (await tx.connection.execute(query)).mappings()
    return [Comparison(**{**row, "outcome": Outcome(row["outcome"])}) for row in rows]


async def referred(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Those of these objects that belong to a comparison, a running call or a movement."""
    columns = (
        *(_c.c.live, _c.c.portrait, _c.c.template),
        *(_f.c.template, schema.movements.c.picture),
    )
    found = [
        await tx.connection.execute(sa.select(column).where(column.in_(keys))) for column in columns
    ]
    return {key for result in found for key in result.scalars()}


async def add_first_face(tx: Tx, call_id: str, template: str) -> None:
    """Whom a call began with: the object with the template."""
    await tx.connection.execute(sa.insert(_f).values(call_id=call_id, template=template))


async def first_face(tx: Tx, call_id: str) -> str | None:
    """The object with the template of whom a running call began with."""
    query = sa.select(_f.c.template).where(_f.c.call_id == call_id)
    return (await tx.connection.execute(query)).scalar_one_or_none()


async def take_first_face(tx: Tx, call_id: str) -> str | None:
    """The same, which belongs to nothing from then on."""
    taken = sa.delete(_f).where(_f.c.call_id == call_id).returning(_f.c.template)
    return (await tx.connection.execute(taken)).scalar_one_or_none()


async def add_signal(
    tx: Tx, raised: Raised, *, application_id: str, call_id: str, version: str, at: datetime
) -> None:
    """One more signal."""
    values = {
        "id": new_id(),
        "application_id": application_id,
        "call_id": call_id,
        "signal": raised.signal.value,
        "figure": raised.figure,
        "limits_version": version,
        "at": at,
    }
    await tx.connection.execute(sa.insert(_s).values(**values))


async def signals(tx: Tx, application_id: str) -> Sequence[KeptSignal]:
    """Every signal, oldest first."""
    query = sa.select(_s).where(_s.c.application_id == application_id).order_by(_s.c.at, _s.c.id)
    rows = (await tx.connection.execute(query)).mappings()
    return [KeptSignal(**{**row, "signal": Signal(row["signal"])}) for row in rows]


async def signalled(tx: Tx, stage: Stage, of: Collection[Signal]) -> Sequence[str]:
    """Ids of every application at a stage that has one of these signals."""
    a, named = schema.applications, [signal.value for signal in of]
    query = sa.select(a.c.id).join(_s, _s.c.application_id == a.c.id).distinct()
    query = query.where(a.c.stage == stage.value, _s.c.signal.in_(named))
    return (await tx.connection.execute(query)).scalars().all()


async def add_clearance(tx: Tx, made: Clearance) -> None:
    """One more look of a supervisor."""
    values = asdict(made) | {"signals": list(made.signals)}
    await tx.connection.execute(sa.insert(_l).values(**values))


async def clearances(tx: Tx, application_id: str) -> Sequence[Clearance]:
    """Every clearance, oldest first."""
    query = sa.select(_l).where(_l.c.application_id == application_id).order_by(_l.c.at, _l.c.id)
    rows = (await tx.connection.execute(query)).mappings()
    return [Clearance(**{**row, "signals": tuple(row["signals"])}) for row in rows]
