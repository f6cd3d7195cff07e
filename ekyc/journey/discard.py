"""Files whose rows are gone are removed by a job, after the rows and never before."""

from collections.abc import Sequence
from datetime import datetime

from ekyc.storage.store import Job, Tx

DISCARD = "objects.discard"
"""The kind of the job."""


async def discard(tx: Tx, keys: Sequence[str], *, of: str, now: datetime) -> None:
    """Make it due; `of` is the id of what the files belonged to."""
    if keys:
        payload = {"keys": list(keys)}
        await tx.later(Job(kind=DISCARD, key=f"discard:{of}", payload=payload, due_at=now))
