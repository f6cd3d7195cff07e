"""Which document, and its photographs."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ekyc.domain.application import Application, Stage, move
from ekyc.domain.document import Kind, Side, SideResult
from ekyc.domain.errors import EkycError, NotAllowedNow, TooManyPhotographs, TooManyRequests
from ekyc.domain.events import CUSTOMER, Event
from ekyc.journey import sealing
from ekyc.journey.ports import Clock, DocumentReader
from ekyc.sealed.form import CustomerKey
from ekyc.storage import applications, decisions, documents
from ekyc.storage.documents import Photograph
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store, Tx, new_id

_OPEN = frozenset({Stage.PHONE_CONFIRMED, Stage.DOCUMENTED})
_being_read: set[str] = set()


async def choose(store: Store, clock: Clock, *, application_id: str, kind: Kind) -> None:
    """Name the document; one typed by hand has no photographs to wait for. `NotAllowedNow`."""
    now = clock.now()
    async with store.begin() as tx:
        application = _still_open(await applications.load(tx, application_id))
        await applications.set_values(tx, application_id, document_kind=kind.value)
        data = {"kind": kind.value}
        await tx.tell(
            Event(
                name="document.chosen",
                application_id=application_id,
                at=now,
                actor=CUSTOMER,
                data=data,
            )
        )
        if kind is Kind.OTHER and application.stage is Stage.PHONE_CONFIRMED:
            await _documented(tx, clock, application_id)


def _still_open(application: Application) -> Application:
    if application.stage not in _OPEN:
        raise NotAllowedNow
    return application


async def photograph(
    store: Store,
    clock: Clock,
    objects: Objects,
    ring: Ring,
    reader: DocumentReader,
    *,
    application_id: str,
    side: Side,
    origin: str,
    image: bytes,
    most: int,
) -> None:
    """Read one side and keep it, accepted or refused with its faults.

    Raises `NotAllowedNow`, `ImageUnreadable`, `Busy`, `TooManyRequests` while another photograph of
    this customer is read, `TooManyPhotographs` after `most` of one side in one round. Two accepted
    sides move the application on.
    """
    with one_at_a_time(application_id):
        async with store.read() as tx:
            _photographed(await applications.load(tx, application_id))
            await _count(tx, application_id, side, most)
        result = await reader.read(image, side=side)
        owner = await sealing.customer_key(store, ring, application_id)
        taken = await asyncio.to_thread(_keep, objects, owner, result, application_id, side, origin)
    row = Photograph(**taken, taken_at=clock.now())
    try:
        await _write_down(store, clock, row, side, most)
    except EkycError:  # confirmed, or one too many, meanwhile: no row refers to these pictures
        await asyncio.to_thread(objects.discard, row.original, row.straightened)
        raise


@contextmanager
def one_at_a_time(application_id: str) -> Iterator[None]:
    """Reading is dear: one customer must not take every place of the waiting room."""
    if application_id in _being_read:
        raise TooManyRequests
    _being_read.add(application_id)
    try:
        yield
    finally:
        _being_read.discard(application_id)


async def _count(tx: Tx, application_id: str, side: Side, most: int) -> None:
    """`TooManyPhotographs` once one side was photographed too often since the last verdict."""
    last = await decisions.last(tx, application_id)
    taken = [
        each
        for each in await documents.photographs(tx, application_id)
        if each.side == side.value and (last is None or each.taken_at > last.at)
    ]
    if len(taken) >= most:
        raise TooManyPhotographs


async def _write_down(store: Store, clock: Clock, row: Photograph, side: Side, most: int) -> None:
    async with store.begin() as tx:
        application = _photographed(await applications.load(tx, row.application_id))
        await _count(tx, application.id, side, most)
        await documents.add_photograph(tx, row)
        await tx.tell(_read_or_refused(row))
        accepted = await documents.readings(tx, row.application_id)
        if len(accepted) == len(Side) and application.stage is Stage.PHONE_CONFIRMED:
            await _documented(tx, clock, row.application_id)


def _photographed(application: Application) -> Application:
    if application.document_kind != Kind.CCCD_2021.value:
        raise NotAllowedNow
    return _still_open(application)


def _keep(
    objects: Objects,
    owner: CustomerKey,
    result: SideResult,
    application_id: str,
    side: Side,
    origin: str,
) -> dict[str, Any]:
    original, sha256 = objects.put(result.original, suffix="jpg", owner=owner)
    straightened, _ = objects.put(result.straightened, suffix="jpg", owner=owner)
    return {
        "id": new_id(),
        "application_id": application_id,
        "side": side.value,
        "state": "accepted" if result.reading.ok else "refused",
        "origin": origin,
        "original": original,
        "original_sha256": sha256,
        "straightened": straightened,
        "faults": [fault.code.value for fault in result.reading.faults],
        "reading": result.reading.to_json(),
    }


def _read_or_refused(row: Photograph) -> Event:
    return Event(
        name="document.read" if row.state == "accepted" else "document.refused",
        application_id=row.application_id,
        at=row.taken_at,
        actor=CUSTOMER,
        data={
            "photograph": row.id,
            "side": row.side,
            "origin": row.origin,
            "faults": row.faults,
            "sha256": row.original_sha256,
        },
    )


async def _documented(tx: Tx, clock: Clock, application_id: str) -> None:
    moved = move(await applications.load(tx, application_id), Stage.DOCUMENTED, now=clock.now())
    await applications.save(tx, moved, actor=CUSTOMER)
