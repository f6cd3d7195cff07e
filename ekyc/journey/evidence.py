"""What the bank's own app gives: the chip's data, and a portrait that was verified earlier."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from cryptography.x509 import Certificate

from ekyc.domain import lds
from ekyc.domain.application import Application, Stage
from ekyc.domain.chip import ChipData, ChipState, Finding, KeptChip, examine
from ekyc.domain.document import Portrait
from ekyc.domain.errors import ChipUnreadable, EkycError, ImageUnreadable, NotAllowedNow
from ekyc.domain.events import Actor, Event
from ekyc.domain.portrait import KeptPortrait, PortraitOf
from ekyc.journey import flags, sealing
from ekyc.journey.ports import Clock, Copier
from ekyc.sealed.form import CustomerKey
from ekyc.storage import applications, chips, documents, portraits
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store, Tx, new_id

_CLOSED = frozenset({Stage.DECIDED, Stage.REVIEWED, Stage.CLOSED, Stage.EXPIRED, Stage.WITHDRAWN})
_CONFIRMED = frozenset({Stage.CONFIRMED, Stage.WAITING, Stage.IN_CALL})
Issuers = Callable[[], Sequence[Certificate]]


async def give_portrait(
    store: Store,
    clock: Clock,
    objects: Objects,
    ring: Ring,
    copier: Copier,
    *,
    application_id: str,
    image: bytes,
    by: Actor,
) -> KeptPortrait:
    """Keep a portrait the bank verified earlier; the same one given again is kept once.

    Raises `NotFound`, `NotAllowedNow` once the application is decided, `ImageUnreadable`,
    `ImageTooLarge`, `Busy`.
    """
    sha256 = hashlib.sha256(image).hexdigest()
    async with store.read() as tx:
        _open(await applications.load(tx, application_id))
        earlier = (await portraits.current(tx, application_id)).get(PortraitOf.APP)
    if earlier is not None and earlier.given_sha256 == sha256:
        return earlier
    picture = await copier.portrait(image)
    owner = await sealing.customer_key(store, ring, application_id)
    kept = await asyncio.to_thread(
        _kept, objects, owner, picture, application_id, PortraitOf.APP, sha256, clock.now()
    )
    data = {"portrait": kept.id, "width_px": kept.width_px, "sha256": kept.picture_sha256}
    try:
        async with store.begin() as tx:
            _open(await applications.load(tx, application_id))
            await portraits.add(tx, kept)
            await tx.tell(_fact("portrait.given", kept.application_id, kept.kept_at, by, data))
    except EkycError:  # decided meanwhile
        await asyncio.to_thread(objects.discard, kept.picture)
        raise
    return kept


async def give_chip(
    store: Store,
    clock: Clock,
    objects: Objects,
    ring: Ring,
    copier: Copier,
    issuers: Issuers,
    *,
    application_id: str,
    data: ChipData,
    secret: bytes,
    by: Actor,
) -> KeptChip:
    """Authenticate chip data and keep them; the same ones given again are kept once.

    What is not authentic is kept too: it is evidence, and says nothing in the form. `secret` marks
    the chip's number. Raises `NotFound`, `NotAllowedNow`, `ChipUnreadable`, `Busy`.
    """
    now = clock.now()
    given = json.dumps({k: base64.b64encode(v).decode() for k, v in asdict(data).items()}).encode()
    sha256 = hashlib.sha256(given).hexdigest()
    async with store.read() as tx:
        _open(await applications.load(tx, application_id))
        earlier = await chips.current(tx, application_id)
    if earlier is not None and earlier.given_sha256 == sha256:
        return earlier
    found = await asyncio.to_thread(_examined, data, issuers, now)
    picture = await _picture(copier, found)
    owner = await sealing.customer_key(store, ring, application_id)
    key, _ = await asyncio.to_thread(objects.put, given, suffix="bin", owner=owner)
    holder = None
    if picture is not None:
        holder = await asyncio.to_thread(
            _kept, objects, owner, picture, application_id, PortraitOf.CHIP, sha256, now
        )
    chip = KeptChip(
        id=new_id(),
        application_id=application_id,
        state=found.state,
        reason=found.reason,
        data=key,
        given_sha256=sha256,
        fields=found.fields,
        given_at=now,
    )
    try:
        async with store.begin() as tx:
            await _write_down(tx, chip, holder, secret=secret, by=by)
    except EkycError:  # decided meanwhile
        await asyncio.to_thread(objects.discard, key, *([holder.picture] if holder else []))
        raise
    return chip


def _open(application: Application) -> Application:
    if application.stage in _CLOSED:
        raise NotAllowedNow
    return application


def _examined(data: ChipData, issuers: Issuers, now: datetime) -> Finding:
    try:
        return examine(data, issuers(), now=now)
    except lds.Unreadable:
        raise ChipUnreadable from None


async def _picture(copier: Copier, found: Finding) -> Portrait | None:
    """The portrait of an authentic chip; one nobody can open is none."""
    if found.state is not ChipState.AUTHENTIC:
        return None
    try:
        return await copier.portrait(found.portrait)
    except ImageUnreadable:
        return None


def _kept(
    objects: Objects,
    owner: CustomerKey,
    picture: Portrait,
    application_id: str,
    of: PortraitOf,
    given_sha256: str,
    now: datetime,
) -> KeptPortrait:
    key, sha256 = objects.put(picture.picture, suffix="jpg", owner=owner)
    return KeptPortrait(
        id=new_id(),
        application_id=application_id,
        of=of,
        picture=key,
        picture_sha256=sha256,
        given_sha256=given_sha256,
        width_px=picture.width_px,
        kept_at=now,
    )


async def _write_down(
    tx: Tx, chip: KeptChip, holder: KeptPortrait | None, *, secret: bytes, by: Actor
) -> None:
    application = _open(await applications.load(tx, chip.application_id))
    await chips.add(tx, chip)
    await portraits.set_aside(tx, chip.application_id, PortraitOf.CHIP)
    if holder is not None:
        await portraits.add(tx, holder)
    data: dict[str, object] = {"chip": chip.id, "state": chip.state.value}
    data |= {"portrait": holder is not None}
    data |= {"reason": chip.reason.value} if chip.reason else {}
    await tx.tell(_fact("chip.given", chip.application_id, chip.given_at, by, data))
    if application.stage in _CONFIRMED:
        form = await documents.compare(tx, application.id)
        await flags.mark(tx, application, form, secret=secret)


def _fact(
    name: str, application_id: str, at: datetime, by: Actor, data: dict[str, object]
) -> Event:
    return Event(name=name, application_id=application_id, at=at, actor=by, data=data)
