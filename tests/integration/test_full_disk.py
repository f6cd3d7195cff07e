"""A whole server on a full disk: no in words, nothing lost that was said yes to, back again."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ekyc.domain.decision import CHECKLIST
from ekyc.domain.room import RecordingInterrupted
from ekyc.settings import Objects
from ekyc.storage import applications
from ekyc.web.keys import STORE
from tests.branch import MINE, Branch, opened
from tests.small_disk import fill, mounted

FILE = "/api/files/first"
VERDICT = {"verdict": "reject", "reasons": ["not-free"], "note": "Leise."}


@pytest.fixture
async def branch(tmp_path: Path) -> AsyncIterator[Branch]:
    """Everything it has lies on a disk of eight megabytes; two people talk."""
    with mounted(tmp_path / "disk") as disk:
        places = {"folder": disk / "objects", "spool": disk / "spool"}
        objects = Objects(**places, min_free_mb=1, warn_free_mb=2)
        async with opened(disk, objects=objects) as one:
            yield one


class Asked:
    """What was asked of the server, and what it said yes to."""

    def __init__(self, branch: Branch) -> None:
        self._branch = branch

    async def ask(self, who: str, method: str, path: str, **more: Any) -> Any:
        """The answer's JSON, None when there was no room; anything else is a fault."""
        client = self._branch.people[who]
        async with client.request(method, path, headers=MINE, **more) as answer:
            told = await answer.json()
            if answer.status < 300:
                return told
            assert (answer.status, told["code"]) == (503, "storage-full"), told
            assert told["detail"]
            return None


def photograph() -> bytes:
    """One that takes room: noise."""
    into = BytesIO()
    Image.effect_noise((800, 600), 90).convert("RGB").save(into, "JPEG", quality=90)
    return into.getvalue()


async def talking(branch: Branch) -> tuple[str, str]:
    """A call that is live, and where the photograph goes that was asked for in it."""
    call = await branch.answered()
    branch.connect(call)
    await branch.until("agent", FILE, lambda file: file["calls"][0]["live_at"])
    wanted = await branch.ask("agent", "POST", f"{FILE}/stills", {"of": "document"})
    return call, f"/api/customer/stills/{wanted['id']}"


async def test_a_full_disk_is_told_in_words_loses_nothing_and_is_no_end(
    branch: Branch, tmp_path: Path
) -> None:
    disk, asked, picture = tmp_path / "disk", Asked(branch), photograph()
    call, still = await talking(branch)
    filler = await asyncio.to_thread(fill, disk)
    ticked = set()
    for item in CHECKLIST:
        tick = {"item": item, "done": True}
        if await asked.ask("agent", "PUT", f"{FILE}/checklist", json=tick):
            ticked.add(item)
    assert await asked.ask("customer", "PUT", still, data=picture) is None
    assert await asked.ask("agent", "POST", f"{FILE}/decision", json=VERDICT) is None
    assert list((disk / "objects").glob("??/*")) == [], "no half of a photograph takes up room"
    now = branch.clock.now()
    branch.media.report(RecordingInterrupted(room=call, party="customer", at=now))
    async with branch.people["agent"].get("/readyz") as ready:
        assert ready.status == 503
    filler.unlink()
    assert await asked.ask("customer", "PUT", still, data=picture)
    assert await asked.ask("agent", "POST", f"{FILE}/decision", json=VERDICT)
    file = await branch.ask("agent", "GET", FILE)
    assert {check["item"] for check in file["checklist"] if check["done"]} == ticked
    assert file["decision"]["verdict"] == "reject"
    assert [one["state"] for one in file["calls"][0]["stills"]] == ["taken"]
    late = await branch.until("agent", FILE, lambda file: _names(file) >= {"recording.interrupted"})
    assert late["calls"][0]["ended_at"] is None
    await branch.ask("agent", "POST", "/api/desk/end", {"call": call})
    assert await _rows_are_whole(branch, disk)


def _names(file: Any) -> set[str]:
    return {fact["name"] for fact in file["timeline"]}


async def _rows_are_whole(branch: Branch, disk: Path) -> bool:
    async with branch.server.app[STORE].read() as tx:
        facts = await applications.events(tx, "first")
    numbers = [row["sequence"] for row in facts]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))), "no gap"
    with closing(sqlite3.connect(disk / "ekyc.sqlite3")) as database:
        (word,) = database.execute("PRAGMA integrity_check").fetchone()
    assert word == "ok"
    return "call.ended" in {row["name"] for row in facts}
