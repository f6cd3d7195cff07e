"""A closer photograph of the document, asked for in the call: its portrait takes the place of one
that was too narrow to be compared."""

import asyncio
from dataclasses import dataclass

import structlog

from ekyc.domain.document import SideReading, normalised
from ekyc.domain.errors import EkycError
from ekyc.domain.portrait import KeptPortrait, PortraitOf
from ekyc.domain.still import Still, StillOf
from ekyc.journey import sealing
from ekyc.journey.ports import Clock, DocumentReader
from ekyc.storage import calls, documents, portraits, presence, stills
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store, Tx, new_id

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A still that may show what an earlier photograph did not."""

    still: Still
    card: KeptPortrait
    number: str
    """Of the document in the file."""


async def keep(
    store: Store,
    clock: Clock,
    objects: Objects,
    ring: Ring,
    reader: DocumentReader,
    *,
    still_id: str,
    min_px: int,
) -> KeptPortrait | None:
    """The portrait cut out of a still, if it is a wider one of the very document in the file.

    Another document's number, or none that can be read, makes it nobody's: whoever holds up a card
    of their own would match it.
    """
    async with store.read() as tx:
        wanted = await _wanted(tx, still_id, min_px)
    if wanted is None or wanted.still.original is None:
        return None
    card, owner = wanted.card, await sealing.customer_key(store, ring, wanted.card.application_id)
    try:
        picture = await asyncio.to_thread(objects.whole, wanted.still.original, owner=owner)
        result = await reader.read(picture)
    except EkycError as error:
        log.warning("presence.unread", reason=error.code)
        return None
    found = result.portrait
    if found is None or found.width_px <= card.width_px or not _shows(result.reading, wanted):
        return None
    key, sha256 = await asyncio.to_thread(objects.put, found.picture, suffix="jpg", owner=owner)
    kept = KeptPortrait(
        id=new_id(),
        application_id=card.application_id,
        of=PortraitOf.CARD,
        photograph_id=card.photograph_id,
        picture=key,
        picture_sha256=sha256,
        given_sha256=wanted.still.original_sha256,
        width_px=found.width_px,
        kept_at=clock.now(),
    )
    async with store.begin() as tx:
        await portraits.add(tx, kept)
    return kept


async def _wanted(tx: Tx, still_id: str, min_px: int) -> _Wanted | None:
    still = await stills.find(tx, still_id)
    if still is None or still.of is not StillOf.DOCUMENT or still.view is not None:
        return None
    call = await calls.find(tx, still.call_id)
    known = await portraits.current(tx, call.application_id) if call else {}
    card = known.get(PortraitOf.CARD)
    if call is None or card is None or card.given_sha256 == still.original_sha256:
        return None  # sent twice, as an answer was lost, among them
    made = await presence.comparisons(tx, call.application_id)
    narrow = any(one.is_too_small for one in made if one.portrait_id == card.id)
    number = (await documents.compare(tx, call.application_id)).fields.get("number")
    if number is None or not (narrow or card.is_too_small(min_px=min_px)):
        return None
    return _Wanted(still=still, card=card, number=number.value)


def _shows(reading: SideReading, wanted: _Wanted) -> bool:
    said = reading.candidates.get("number", {}).values()
    return any(normalised("number", one.value) == wanted.number for one in said)
