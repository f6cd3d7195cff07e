"""Three finished files for a demo that begins with none, made behind everybody's work.

What a file rests on is made by one worker of the lowest priority (`film.py`) while the server
serves, then the journey is walked at once (`chronicle.py`). A start that is broken off leaves whole
files behind; the next one makes those that are missing.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from aiohttp import web

from ekyc.demo.bank import STAFF
from ekyc.demo.chronicle import ANSWERED_S, Chronicle, Evidence
from ekyc.demo.stories import STORIES, Story
from ekyc.domain.access import Role
from ekyc.domain.desk import DeskState
from ekyc.domain.document import Side, SideResult
from ekyc.storage import applications, calls, customer_keys, queue, staff
from ekyc.storage.store import Joined, Tx
from ekyc.vision.pool import DocumentPool, Pool
from ekyc.web.keys import CLOCK, OBJECTS, RING, SECRET, SETTINGS, STORE

log = structlog.get_logger(__name__)

MAKER: Final = "ekyc.demo.film:make"
"""Named, not imported: the house need not load what draws and encodes."""

LONGEST_S: Final = 900.0
"""A file takes half a minute of processor time, on a busy machine many times that."""

TAKES: Final = 3
"""Tries at one photograph."""

BUSY_S: Final = 15.0
PATIENCE: Final = 40


class NotMade(RuntimeError):
    """A file was given up until the next start; the text says why."""


async def make(app: web.Application, stories: Sequence[Story] = STORIES) -> None:
    """Make what is missing, one after the other."""
    for story in stories[: app[SETTINGS].demo_files]:
        async with app[STORE].read() as tx:
            there = await _is_there(tx, story)
        if not there:
            await _quiet(app)
            await _make(app, story)
            log.info("demo.file-made")


async def _quiet(app: web.Application) -> None:
    """Wait until nobody is in a call: what is measured there comes first."""
    while True:
        async with app[STORE].read() as tx:
            if not await calls.unfinished(tx):
                return
        await asyncio.sleep(BUSY_S)


async def _is_there(tx: Tx, story: Story) -> bool:
    found = await applications.changed(
        tx, stage=None, since=None, external_id=story.external_id, after=None, limit=1
    )
    return bool(found)


async def _make(app: web.Application, story: Story) -> None:
    began = app[CLOCK].now() - timedelta(minutes=story.minutes_ago)
    evidence = await _evidence(app, story, began)
    for _ in range(PATIENCE):
        if await _write(app, story, evidence):
            return
        await asyncio.sleep(BUSY_S)
    raise NotMade("both agents are at work")


async def _evidence(app: web.Application, story: Story, began: datetime) -> Evidence:
    """Photographs as they are read, and the filmed call."""
    settings = app[SETTINGS]
    owner = customer_keys.a_key()
    patient = {"niceness": 19, "document_s": LONGEST_S, "document_workers": 1}
    vision = settings.vision.model_copy(update=patient)
    maker = Pool(vision, task=MAKER, settings=settings.media.model_dump(mode="json"))
    reader = DocumentPool(vision, settings.documents)
    try:
        photographs = {side: await _photographed(maker, reader, story, side) for side in Side}
        question = {
            "seed": story.seed,
            "scene": story.scene.value,
            "asks": list(story.asks),
            "began": (began + timedelta(seconds=ANSWERED_S)).isoformat(),
            "spool": str(settings.objects.spool.absolute()),
            "seal": owner.data_key().to_json(),
            "cache": str(settings.secret_file.with_name("cache").absolute()),
        }
        film, _ = await maker.run(question, b"")
    finally:
        await maker.close()
        await reader.close()
    return Evidence(began=began, photographs=photographs, film=film, owner=owner)


async def _photographed(
    maker: Pool, reader: DocumentPool, story: Story, side: Side
) -> list[SideResult]:
    """Every try at one side; the last one is good."""
    takes: list[SideResult] = []
    for take in range(TAKES):
        question = {"seed": story.seed, "side": side.value, "take": take}
        _, photograph = await maker.run(question, b"")
        takes.append(await reader.read(photograph))
        if takes[-1].reading.ok:
            return takes
    raise NotMade("no photograph was good enough")


async def _write(app: web.Application, story: Story, evidence: Evidence) -> bool:
    """The whole file in one transaction; False while no agent is free to have made it."""
    async with app[STORE].begin() as tx:
        agent = await _free(tx, evidence.began)
        if agent is None:
            return False
        tx.due = lambda event, sequence: ()  # the CRM never opened this: it is told nothing
        chronicle = Chronicle(
            Joined(app[STORE], tx),
            story,
            evidence,
            agent=agent,
            settings=app[SETTINGS],
            objects=app[OBJECTS],
            ring=app[RING],
            secret=app[SECRET],
        )
        await chronicle.run()
    return True


async def _free(tx: Tx, began: datetime) -> str | None:
    """An agent whose desk nobody sits at, and who met nobody since the file began."""
    for login, _, role in STAFF:
        member = await staff.by_login(tx, login) if role is Role.AGENT else None
        if member is None:
            continue
        desk = await queue.desk(tx, member.id, now=began)
        last = await calls.last_ended(tx, member.id)
        met = last is not None and last.ended_at is not None and last.ended_at > began
        if desk.state is DeskState.OFFLINE and not met:
            return member.id
    return None
