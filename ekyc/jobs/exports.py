"""Makes the films somebody asked for, one after the other; a film that cannot be made says why."""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import structlog

from ekyc.domain.call import BOTH, Party, Recording
from ekyc.domain.export import Export, Problem
from ekyc.journey import export as journey
from ekyc.journey import sealing
from ekyc.journey.export import Work
from ekyc.journey.ports import Clock
from ekyc.media.composing import NotComposed, composed
from ekyc.media.finish import finish
from ekyc.media.index import NothingRecorded
from ekyc.notify.texts import Texts
from ekyc.sealed.form import CustomerKey
from ekyc.settings import Settings
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store

log = structlog.get_logger(__name__)

_FILM, _INDEX = "webm.ekr", "index.ekr"
_TELL_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """What films are made with."""

    store: Store
    clock: Clock
    objects: Objects
    ring: Ring
    texts: Texts
    settings: Settings


def composer(studio: Studio) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """The handler of `export.compose`; whoever begins anew makes the same film again."""

    async def work(payload: dict[str, Any]) -> None:
        wanted = await journey.begin(studio.store, export_id=payload["export"])
        if wanted is None:
            return
        film = studio.settings.objects.spool / f"{wanted.export.id}.export"
        try:
            await _make(studio, wanted, film)
        except NotComposed as reason:
            problem = Problem(reason.code)
            await journey.fail(studio.store, studio.clock, wanted.export, problem)
        except Exception:
            log.exception("export.not-composed", reason=Problem.BROKEN.value)
            await journey.fail(studio.store, studio.clock, wanted.export, Problem.BROKEN)
        finally:
            await asyncio.to_thread(film.unlink, missing_ok=True)

    return work


async def _make(studio: Studio, wanted: Work, film: Path) -> None:
    """Raises `NotComposed`."""
    settings, objects = studio.settings, studio.objects
    free = (await asyncio.to_thread(shutil.disk_usage, settings.objects.spool)).free
    if free < settings.objects.min_free_mb << 20:
        raise NotComposed(Problem.NO_ROOM)
    owner = await sealing.customer_key(studio.store, studio.ring, wanted.application_id)
    asked = _asked(studio, wanted, film, owner)
    if not asked["plan"]["until_ms"]:
        raise NotComposed(Problem.NOTHING)
    export = await _composed(studio, wanted.export, asked)
    kept = await asyncio.to_thread(_keep, objects, export.id, film, owner)
    days = settings.export.keep_days
    if not await journey.finish(studio.store, studio.clock, export, keep_days=days, **kept):
        await asyncio.to_thread(objects.discard, kept["object_key"], kept["index_key"])


async def _composed(studio: Studio, export: Export, asked: dict[str, Any]) -> Export:
    """The film lies in its file; meanwhile the row says how far it is."""
    told_at = time.monotonic()
    async for share in composed(asked, studio.settings.export):
        percent = min(99, int(share * 100))
        if percent > export.percent and time.monotonic() - told_at >= _TELL_S:
            export = await journey.go_on(studio.store, export, percent=percent)
            told_at = time.monotonic()
    return export


def _keep(objects: Objects, id: str, film: Path, owner: CustomerKey) -> dict[str, Any]:
    """What the row is to say."""
    aside = film.with_name(f"{id}.export-index")
    try:
        finished = asdict(finish(film, aside, owner=owner, id=id))
    except NothingRecorded:
        raise NotComposed(Problem.NOTHING) from None
    return {
        "index_key": objects.put_file(aside, id=id, suffix=_INDEX),
        "object_key": objects.put_file(film, id=id, suffix=_FILM),
        **{name: finished[name] for name in ("duration_ms", "size_bytes", "sha256")},
    }


def _asked(studio: Studio, wanted: Work, film: Path, owner: CustomerKey) -> dict[str, Any]:
    """As the process is told it."""
    rules, language = studio.settings.export, wanted.export.language

    def said(key: str) -> dict[str, str]:
        return {
            party.value: studio.texts.say("messages", f"{key}{party.value}", language)
            for party in BOTH
        }

    begins = {each.id: _begins_ms(wanted, each) for each in wanted.recordings}
    ends = [begins[each.id] + (each.duration_ms or 0) for each in wanted.recordings]
    return {
        "owner": {"id": owner.id, "key": owner.key.hex()},
        "target": str(film.absolute()),
        "size_max_bytes": rules.size_max_mb << 20,
        "plan": {
            "began": wanted.began.isoformat(),
            "until_ms": max(ends, default=0),
            "zone": studio.settings.bank.zone,
            "parties": [party.value for party in (Party.CUSTOMER, Party.AGENT)],
            "names": said("film."),
            "gaps": said("film.gap-"),
            "fps": rules.fps,
            "kbps": rules.kbps,
            "width": rules.width_px,
            "height": rules.height_px,
        },
        "pieces": {
            party.value: [
                _piece(studio.objects, each, begins[each.id])
                for each in wanted.recordings
                if each.party is party
            ]
            for party in BOTH
        },
    }


def _begins_ms(wanted: Work, recording: Recording) -> int:
    return max(0, round((recording.started_at - wanted.began).total_seconds() * 1000))


def _piece(objects: Objects, recording: Recording, begins_ms: int) -> dict[str, Any]:
    assert recording.object_key is not None  # it is finished
    index = recording.index_key
    return {
        "begins_ms": begins_ms,
        "object": str(objects.path(recording.object_key).absolute()),
        "index": "" if index is None else str(objects.path(index).absolute()),
    }
