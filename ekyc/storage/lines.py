"""Queries on what came from each party, second by second."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple

import sqlalchemy as sa

from ekyc.domain.call import BOTH, Party
from ekyc.domain.line import Figures
from ekyc.storage import schema
from ekyc.storage.store import Tx

_l = schema.lines
_NAMES = ("second", "kbps", "loss", "rtt_ms", "fps", "width", "height")


async def add(tx: Tx, call_id: str, party: Party, series: Sequence[Figures]) -> None:
    """Some seconds of a party's, after those that are kept."""
    values = {
        "call_id": call_id,
        "party": party.value,
        "since": series[0].second,
        "until": series[-1].second,
        "series": [list(astuple(figures)) for figures in series],
    }
    await tx.connection.execute(sa.insert(_l).values(**values))


async def last(tx: Tx, call_id: str, party: Party) -> int:
    """The last second kept; -1 before the first."""
    query = sa.select(sa.func.max(_l.c.until)).where(
        _l.c.call_id == call_id, _l.c.party == party.value
    )
    until: int | None = (await tx.connection.execute(query)).scalar_one()
    return -1 if until is None else until


async def of_call(tx: Tx, call_id: str) -> Mapping[Party, Sequence[Figures]]:
    """Every second kept of a call, in order."""
    query = sa.select(_l).where(_l.c.call_id == call_id).order_by(_l.c.since)
    found: dict[Party, list[Figures]] = {party: [] for party in BOTH}
    for row in (await tx.connection.execute(query)).mappings():
        points = (dict(zip(_NAMES, point, strict=True)) for point in row["series"])
        found[Party(row["party"])] += [Figures(**point) for point in points]
    return found
