"""Removes photographs a crash left between the disk and the store: no customer's file names them.

A photograph is on the disk before its row is written. Whoever was killed in between leaves pictures
of a person behind that no rule about keeping and deleting would ever reach.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import structlog

from ekyc.journey.ports import Clock
from ekyc.storage import chips, documents, portraits, presence, stills
from ekyc.storage.objects import Objects
from ekyc.storage.store import Store

log = structlog.get_logger(__name__)

_BATCH = 200


async def sweep(store: Store, clock: Clock, objects: Objects, *, settle_s: float) -> int:
    """Once, after the start: remove what nobody refers to; how many files.

    What looks forgotten is looked at again after `settle_s`: another node may be about to write
    its row.
    """
    files = await asyncio.to_thread(objects.pictures, before=clock.now())
    forgotten = await _forgotten(store, files)
    if not forgotten:
        return 0
    await asyncio.sleep(settle_s)
    forgotten = await _forgotten(store, forgotten)
    for file in forgotten:
        await asyncio.to_thread(file.unlink, missing_ok=True)
    log.warning("objects.swept", count=len(forgotten))
    return len(forgotten)


async def _forgotten(store: Store, files: Sequence[Path]) -> list[Path]:
    left = []
    for start in range(0, len(files), _BATCH):
        batch = files[start : start + _BATCH]
        async with store.read() as tx:
            names = [file.name for file in batch]
            known = await documents.referred(tx, names) | await stills.referred(tx, names)
            known |= await portraits.referred(tx, names) | await chips.referred(tx, names)
            known |= await presence.referred(tx, names)
        left += [file for file in batch if file.name not in known]
    return left
