"""What is left after a run: the store's rows, the CRM's deliveries, the films, the processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ekyc.bench.book import Promise
from ekyc.bench.crm import Delivery
from ekyc.storage import schema
from ekyc.storage.bus import Bus
from ekyc.storage.store import Store, rows

Row = Mapping[str, Any]

TABLES = (
    schema.applications,
    schema.consents,
    schema.photographs,
    schema.prechecks,
    schema.tickets,
    schema.desks,
    schema.calls,
    schema.recordings,
    schema.customer_keys,
    schema.movements,
    schema.stills,
    schema.checks,
    schema.decisions,
    schema.events,
    schema.jobs,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """One finished recording, decoded from its first picture to its last."""

    recording: str
    pictures: int
    sounds: int
    until_ms: int
    """End of the last picture or sound, on the recording's clock."""
    error: str = ""
    """What the decoder stumbled over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """A kill that happened: of which process, and when."""

    number: int
    at: datetime
    ends_recordings: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything the judge looks at; tables by name."""

    tables: Mapping[str, Sequence[Row]]
    promises: Sequence[Promise] = ()
    deliveries: Sequence[Delivery] = ()
    films: Mapping[str, Film] = field(default_factory=dict)
    kills: Sequence[Struck] = ()
    pictures: Mapping[tuple[str, str], Sequence[datetime]] = field(default_factory=dict)
    """When pictures left a camera's machine, by call and party."""
    orphans: Sequence[str] = ()
    """Processes that outlived their server."""
    leftovers: Sequence[str] = ()
    """Files nobody will ever take care of."""

    def __getitem__(self, table: str) -> Sequence[Row]:
        return self.tables.get(table, ())


async def read_tables(database: Path) -> dict[str, Sequence[Row]]:
    """Every row of the journey, as of one instant."""
    store = Store(f"sqlite+aiosqlite:///{database}", bus=Bus())
    try:
        async with store.read() as tx:
            return {
                table.name: rows(await tx.connection.execute(sa.select(table))) for table in TABLES
            }
    finally:
        await store.close()
