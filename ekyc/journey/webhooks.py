"""Which facts the CRM is told, and in which shape (Standard Webhooks; thin: ids, no person)."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from ekyc.domain.errors import NotFound
from ekyc.domain.events import Actor, Event
from ekyc.journey.ports import Clock
from ekyc.storage import applications, deliveries
from ekyc.storage.store import Job, Row, Store, Tx

_HOUSE = "house"
"""The lane of facts about no application."""


def due(address: str, names: Collection[str]) -> Callable[[Event, int], Sequence[Job]]:
    """The work a fact of these names makes due: one delivery, in the order of its application."""

    def jobs(event: Event, sequence: int) -> Sequence[Job]:
        if not address or event.name not in names:
            return ()
        return [_delivery(sequence, event.application_id, event.at)]

    return jobs


def _delivery(sequence: int, application_id: str, due_at: datetime) -> Job:
    return Job(
        kind=deliveries.KIND,
        key=deliveries.key(sequence),
        payload={"sequence": sequence},
        due_at=due_at,
        lane=application_id or _HOUSE,
    )


async def message(store: Store, sequence: int) -> tuple[str, dict[str, Any]]:
    """The webhook's id and body for the fact of this number.

    The id is the fact's own, the same at every try, so that a receiver can drop what it knows.
    """
    async with store.read() as tx:
        fact = await applications.event(tx, sequence)
        assert fact is not None  # facts are never deleted, and the job was written with its fact
        about = await _about(tx, fact["application_id"])
    body = {
        "type": fact["name"],
        "timestamp": fact["at"].isoformat(),
        "data": {"sequence": sequence, **about, **fact["data"]},
    }
    return fact["id"], body


async def _about(tx: Tx, application_id: str) -> dict[str, str]:
    """Whom it is about; nobody where it is about the house."""
    if not application_id:
        return {}
    application = await applications.load(tx, application_id)
    return {
        "application": application.id,
        "reference": application.reference,
        "external_id": application.external_id,
    }


async def replay(store: Store, clock: Clock, *, sequence: int, actor: Actor) -> None:
    """Tell the CRM this fact once more; `NotFound` for one that was never to be told."""
    async with store.begin() as tx:
        found = await deliveries.one(tx, sequence)
        if found is None:
            raise NotFound
        await _again(tx, found, clock.now(), actor)


async def replay_between(
    store: Store,
    clock: Clock,
    *,
    names: Collection[str],
    since: datetime,
    until: datetime,
    failed: bool,
    limit: int,
    actor: Actor,
) -> tuple[int, datetime | None]:
    """Tell the CRM again what happened in a time, also what it was not told then.

    Returns how many facts, and, when there were more than `limit`, from when on to ask again.
    """
    async with store.begin() as tx:
        found = await deliveries.between(tx, names, since, until, dead=failed, limit=limit + 1)
        for fact in found[:limit]:
            await _again(tx, fact, clock.now(), actor)
    rest = found[limit]["at"] if len(found) > limit else None
    return min(len(found), limit), rest


async def _again(tx: Tx, fact: Row, now: datetime, actor: Actor) -> None:
    sequence, application_id = fact["sequence"], fact["application_id"]
    await deliveries.again(tx, _delivery(sequence, application_id, now))
    told = Event(
        name="webhook.replayed",
        application_id=application_id,
        at=now,
        actor=actor,
        data={"sequence": sequence},
    )
    await tx.tell(told)
