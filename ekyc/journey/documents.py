"""Which document, and its photographs."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from ekyc.domain.acceptance import Policy, place
from ekyc.domain.application import Application, Stage, move
from ekyc.domain.document import Fault, Kind, Side, SideResult, form_of
from ekyc.domain.errors import (
    EkycError,
    KindRefused,
    NotAllowedNow,
    TooManyPhotographs,
    TooManyRequests,
)
from ekyc.domain.events import CUSTOMER, Event
from ekyc.domain.portrait import KeptPortrait, PortraitOf
from ekyc.journey import handover, sealing
from ekyc.journey.ports import Clock, DocumentReader
from ekyc.sealed.form import CustomerKey
from ekyc.settings import Documents
from ekyc.storage import applications, decisions, documents, portraits
from ekyc.storage.documents import Photograph
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store, Tx, new_id

_OPEN = frozenset({Stage.PHONE_CONFIRMED, Stage.DOCUMENTED})
_being_read: set[str] = set()


def policy(rules: Documents, *, demo: bool) -> Policy:
    """What the bank takes, by its settings."""
    kinds = frozenset(map(Kind, rules.kinds))
    return Policy(kinds=kinds, cmnd_until=rules.cmnd_until, demo=demo)


async def choose(
    store: Store, clock: Clock, *, application_id: str, kind: Kind, policy: Policy
) -> None:
    """Name the document; one typed by hand has no photographs to wait for.

    Raises `NotAllowedNow`, and `KindRefused` for a document the bank does not take.
    """
    if kind is not Kind.OTHER and kind not in policy.kinds:
        raise KindRefused
    async with store.begin() as tx:
        application = _still_open(await applications.load(tx, application_id))
        await name_kind(tx, clock, application_id, kind)
        if kind is not Kind.OTHER:
            await documents.set_aside(tx, application_id, but=kind)
        if kind is Kind.OTHER:
            await handover.photographed(tx, application_id, now=clock.now())
        if kind is Kind.OTHER and application.stage is Stage.PHONE_CONFIRMED:
            await documented(tx, clock, application_id)


async def name_kind(tx: Tx, clock: Clock, application_id: str, kind: Kind) -> None:
    """Write down which document it is."""
    await applications.set_values(tx, application_id, document_kind=kind.value)
    chosen = Event(
        name="document.chosen",
        application_id=application_id,
        at=clock.now(),
        actor=CUSTOMER,
        data={"kind": kind.value},
    )
    await tx.tell(chosen)


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
    policy: Policy,
    zone: str,
) -> None:
    """Read one side and keep it, accepted or refused with its faults.

    A side shown in the other's place is kept where it belongs; another document that the bank takes
    is followed. `zone`: the bank's, for which day it is.

    Raises `NotAllowedNow`, `ImageUnreadable`, `Busy`, `TooManyRequests` while another photograph of
    this customer is read, `TooManyPhotographs` after `most` of one side in one round. With all
    sides of the document accepted the application moves on.
    """
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    with one_at_a_time(application_id):
        async with store.read() as tx:
            photographed(await applications.load(tx, application_id))
            await _count(tx, application_id, side, most)
        result = await reader.read(image)
        kind, side, result = await _placed(store, application_id, side, result, policy, today)
        owner = await sealing.customer_key(store, ring, application_id)
        taken = await asyncio.to_thread(_keep, objects, owner, result, application_id, side, origin)
        row = Photograph(**taken, taken_at=clock.now())
        holder = await asyncio.to_thread(_keep_portrait, objects, owner, result, row)
        try:
            await _write_down(store, clock, row, holder, kind, most)
        except EkycError:  # confirmed, or one too many, meanwhile: no row refers to these pictures
            keys = [row.original, row.straightened, *([holder.picture] if holder else [])]
            await asyncio.to_thread(objects.discard, *keys)
            raise


async def _placed(
    store: Store, application_id: str, asked: Side, result: SideResult, policy: Policy, today: date
) -> tuple[Kind, Side, SideResult]:
    """Which document this is, which side of it, and the reading with what speaks against it."""
    async with store.read() as tx:
        application = await applications.load(tx, application_id)
        others = await documents.readings(tx, application_id)
    found = place(
        result.reading,
        asked=asked,
        chosen=Kind(application.document_kind),
        others=others,
        policy=policy,
        today=today,
    )
    faults = tuple(Fault(code=code) for code in found.faults)
    return found.kind, found.side, replace(result, reading=replace(result.reading, faults=faults))


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


async def _write_down(
    store: Store,
    clock: Clock,
    row: Photograph,
    holder: KeptPortrait | None,
    kind: Kind,
    most: int,
) -> None:
    async with store.begin() as tx:
        application = photographed(await applications.load(tx, row.application_id))
        await _count(tx, application.id, Side(row.side), most)
        if kind.value != application.document_kind:
            await name_kind(tx, clock, application.id, kind)
        await documents.add_photograph(tx, row)
        if holder is not None:
            await portraits.add(tx, holder)
        await tx.tell(_read_or_refused(row))
        accepted = await documents.readings(tx, row.application_id)
        complete = accepted.keys() >= set(form_of(kind).sides)
        if complete:
            await handover.photographed(tx, application.id, now=clock.now())
        if complete and application.stage is Stage.PHONE_CONFIRMED:
            await documented(tx, clock, row.application_id)


def photographed(application: Application) -> Application:
    """`NotAllowedNow` where no photographs are waited for."""
    if not form_of(application.document_kind).sides:
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


def _keep_portrait(
    objects: Objects, owner: CustomerKey, result: SideResult, row: Photograph
) -> KeptPortrait | None:
    """The holder as printed, of a side that was accepted."""
    if result.portrait is None or not result.reading.ok:
        return None
    picture, sha256 = objects.put(result.portrait.picture, suffix="jpg", owner=owner)
    return KeptPortrait(
        id=new_id(),
        application_id=row.application_id,
        of=PortraitOf.CARD,
        photograph_id=row.id,
        picture=picture,
        picture_sha256=sha256,
        width_px=result.portrait.width_px,
        kept_at=row.taken_at,
    )


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


async def documented(tx: Tx, clock: Clock, application_id: str) -> None:
    """Everything about the document that photographs could tell is there."""
    moved = move(await applications.load(tx, application_id), Stage.DOCUMENTED, now=clock.now())
    await applications.save(tx, moved, actor=CUSTOMER)
