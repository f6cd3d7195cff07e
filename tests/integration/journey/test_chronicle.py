"""A finished file of the demo, written down at once: whole or not at all, and in nobody's way."""

import asyncio
import base64
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ekyc.demo.chronicle import Chronicle, Evidence
from ekyc.demo.stories import STORIES, film_file
from ekyc.domain.application import Stage
from ekyc.domain.call import BOTH, RecordingState
from ekyc.domain.decision import Verdict
from ekyc.domain.desk import DeskState
from ekyc.domain.document import Side
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.queue import TicketState
from ekyc.domain.room import MovementEnded
from ekyc.journey import customer_file
from ekyc.settings import Objects as Folders
from ekyc.settings import Settings
from ekyc.storage import applications, calls, customer_keys, queue
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Joined
from tests.builders import a_member, a_side, given
from tests.fakes import START
from tests.meeting import Scene
from tests.recorded import sealed_recording

STORY = STORIES[0]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The demo's, with folders of the test's own."""
    folders = Folders(folder=tmp_path / "objects", spool=tmp_path / "spool")
    folders.spool.mkdir()
    return Settings(demo=True, objects=folders, secret_file=tmp_path / "secret.key")


def moved(direction: str, *, at_s: float, passed: bool) -> dict[str, Any]:
    """One movement as the film's worker tells it."""
    told = MovementEnded(
        room="",
        movement="0",
        direction=direction,
        passed=passed,
        reason=None if passed else "flat",
        peak_deg=25.0,
        planarity=0.1 if passed else 0.01,
        seconds=4.0,
        limits_version="1",
        series=((0.0, 0.0, 0.0, None), (2.0, 25.0, 0.0, 0.1)),
    )
    picture = base64.b64encode(b"turned").decode()
    return {"asked_s": at_s, "ended_s": at_s + 4.0, "told": asdict(told), "picture": picture}


def filmed(settings: Settings, *, passed: bool = True) -> Evidence:
    """Two good photographs and a call, with its films in the spool."""
    owner = customer_keys.a_key()
    content = sealed_recording(owner)
    for party in BOTH:
        film_file(settings.objects.spool, STORY.seed, party).write_bytes(content)
    length = {"duration_ms": 500, "size_bytes": len(content)}
    return Evidence(
        owner=owner,
        began=START - timedelta(hours=1),
        photographs={side: [a_side(side)] for side in Side},
        film={
            "seconds": 30.0,
            "picture": {"fps": 15, "width": 160, "height": 120},
            "movements": [
                moved(direction, at_s=4.0 + 5 * number, passed=passed)
                for number, direction in enumerate(STORY.asks)
            ],
            "recordings": {party.value: length for party in BOTH},
        },
    )


async def written(scene: Scene, settings: Settings, evidence: Evidence) -> None:
    """The chronicle of an agent called Minh Anh."""
    ring = await asyncio.to_thread(Ring.made, settings.seal_keys)
    async with scene.store.begin() as tx:
        chronicle = Chronicle(
            Joined(scene.store, tx),
            STORY,
            evidence,
            agent="minhanh",
            settings=settings,
            objects=Objects(settings.objects.folder),
            ring=ring,
            secret=bytes(32),
        )
        await chronicle.run()


async def test_a_file_stands_whole_with_the_verdict_its_measurements_allow(
    scene: Scene, settings: Settings
) -> None:
    await given(scene.store, a_member("minhanh"))
    await written(scene, settings, filmed(settings))
    async with scene.store.read() as tx:
        (own,) = await applications.newest(tx, stage=Stage.DECIDED, limit=9)
        file = await customer_file.load(tx, own.id)
        today = await calls.today(tx, "minhanh", since=START - timedelta(hours=2))
        desk = await queue.desk(tx, "minhanh", now=START)
    assert file.decision is not None
    assert file.decision.verdict is Verdict.APPROVE
    assert (today.done, today.approved, desk.state) == (1, 1, DeskState.OFFLINE)
    (story,) = file.calls
    assert {row.state for row in story.recordings} == {RecordingState.FINISHED}
    assert all(movement.picture for movement in story.movements)
    assert max(event["at"] for event in file.events) < START
    assert not list(settings.objects.spool.iterdir())


async def test_who_did_not_turn_is_not_approved(scene: Scene, settings: Settings) -> None:
    await given(scene.store, a_member("minhanh"))
    await written(scene, settings, filmed(settings, passed=False))
    async with scene.store.read() as tx:
        (own,) = await applications.newest(tx, stage=Stage.DECIDED, limit=9)
        decision = (await customer_file.load(tx, own.id)).decision
    assert decision is not None
    assert (decision.verdict, decision.reasons) == STORY.refusal


async def test_a_file_that_breaks_off_leaves_nothing(scene: Scene, settings: Settings) -> None:
    await given(scene.store, a_member("minhanh"))
    without = replace(filmed(settings), photographs={})
    with pytest.raises(NotAllowedNow):  # no form without its photographs
        await written(scene, settings, without)
    async with scene.store.read() as tx:
        assert not await applications.newest(tx, stage=None, limit=9)
        assert (await queue.desk(tx, "minhanh", now=START)).version == 0


async def test_whoever_waits_or_works_meanwhile_notices_nothing(
    scene: Scene, settings: Settings
) -> None:
    await scene.waits("somebody")
    await scene.agent("lan")
    await given(scene.store, a_member("minhanh"))
    await written(scene, settings, filmed(settings))
    async with scene.store.read() as tx:
        ticket = await queue.open_ticket(tx, "somebody")
        desk = await queue.desk(tx, "lan", now=START)
    assert ticket is not None
    assert (ticket.state, desk.state) == (TicketState.WAITING, DeskState.AVAILABLE)
