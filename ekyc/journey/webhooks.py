"""Which facts the CRM is told, and in which shape (Standard Webhooks; thin: ids, no person)."""

from collections.abc import Callable, Sequence
from typing import Any

from ekyc.domain.events import Event
from ekyc.storage import applications
from ekyc.storage.store import Job, Store

KIND = "webhook.deliver"
TOLD = frozenset({"application.opened", "application.moved"})
"""One webhook for each change of stage."""


def due(address: str) -> Callable[[Event, int], Sequence[Job]]:
    """The work a fact makes due: one delivery, in the order of its application's facts."""

    def jobs(event: Event, sequence: int) -> Sequence[Job]:
        if not address or event.name not in TOLD:
            return ()
        return [
            Job(
                kind=KIND,
                key=f"webhook:{sequence}",
                payload={"sequence": sequence},
                due_at=event.at,
                lane=event.application_id,
            )
        ]

    return jobs


async def message(store: Store, sequence: int) -> tuple[str, dict[str, Any]]:
    """The webhook's id and body for the fact of this number.

    The id is the fact's own, the same at every try, so that a receiver can drop what it knows.
    """
    async with store.read() as tx:
        fact = await applications.event(tx, sequence)
        assert fact is not None  # facts are never deleted, and the job was written with its fact
        application = await applications.load(tx, fact["application_id"])
    body = {
        "type": fact["name"],
        "timestamp": fact["at"].isoformat(),
        "data": {
            "sequence": sequence,
            "application": application.id,
            "reference": application.reference,
            "external_id": application.external_id,
            **fact["data"],
        },
    }
    return fact["id"], body
