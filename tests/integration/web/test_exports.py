"""Who may have a film of both parties made on the file page, and take it out."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from ekyc.domain.access import Role
from ekyc.storage import calls, schema
from ekyc.web.keys import OBJECTS
from tests.branch import eventually
from tests.integration.web.conftest import House
from tests.integration.web.test_crm_file import body, facts, kept_media
from tests.samples import opened

ADDRESS = "/api/files/first/exports"


@pytest.fixture
async def call(house: House) -> str:
    """The id of a call that is over, with one recording kept and one lost."""
    await kept_media(house)
    recordings, rows = schema.recordings, schema.calls
    async with house.store.begin() as tx:
        unfinished = sa.update(recordings).where(recordings.c.object_key.is_(None))
        await tx.connection.execute(unfinished.values(state="lost"))
        over = {"state": "ended", "ended_at": house.clock.now(), "end_reason": "agent-ended"}
        await tx.connection.execute(sa.update(rows).values(**over))
        found = await tx.connection.execute(sa.select(rows.c.id))
        return str(found.scalar_one())


async def asked(house: House, call: str, role: Role = Role.AUDITOR) -> dict[str, Any]:
    """The film, as the file shows it to whoever asked."""
    file = await house[role].told("POST", ADDRESS, {"call": call})
    film: dict[str, Any] = file["calls"][0]["export"]
    return film


async def ends(house: House, state: str, language: str = "vi") -> dict[str, Any]:
    """The film, once the job is through with it."""

    async def look() -> dict[str, Any] | None:
        headers = {"Accept-Language": language}
        file = await house[Role.AUDITOR].told("GET", "/api/files/first", headers=headers)
        film: dict[str, Any] = file["calls"][0]["export"]
        return film if film["state"] == state else None

    film: dict[str, Any] = await eventually(look, within_s=30)
    return film


async def test_an_auditor_has_a_film_made_and_takes_it_out(house: House, call: str) -> None:
    asked_for = await asked(house, call)
    assert asked_for["by"] == "Huy"
    assert (await asked(house, call, Role.SUPERVISOR))["id"] == asked_for["id"]
    film = await ends(house, "finished")
    assert film["percent"] == 100
    auditor = house[Role.AUDITOR]
    answer = await auditor.ask("GET", film["url"])
    content = await body(answer)
    assert (answer.status, len(content)) == (200, film["size_bytes"])
    with opened(content) as reader:
        assert len(list(reader.decode(video=0))) == 8  # half a second, 15 pictures a second
    reference = (await auditor.told("GET", "/api/files/first"))["reference"]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{reference}.webm"'
    part = await auditor.ask("GET", film["url"], headers={"Range": "bytes=2-5"})
    assert (part.status, await body(part)) == (206, content[2:6])
    assert [(name, actor) for name, actor, _ in await facts(house, "export.fetched")] == [
        ("export.fetched", "staff:huy")
    ]
    elsewhere = film["url"].replace("/first/", "/talking/")
    assert (await auditor.ask("GET", elsewhere)).status == 404


async def test_a_film_that_failed_says_why_in_the_readers_words(house: House, call: str) -> None:
    async with house.store.read() as tx:
        recorded = await calls.recordings(tx, call)
    (key,) = [each.object_key for each in recorded if each.object_key]
    path = house.app[OBJECTS].path(key)
    content = bytearray(await asyncio.to_thread(path.read_bytes))
    content[len(content) // 2] ^= 1
    await asyncio.to_thread(path.write_bytes, content)
    film = await asked(house, call)
    assert (await house[Role.AUDITOR].ask("GET", film["url"])).status == 404
    for language, said in (("en", "damaged"), ("vi", "bị hỏng")):
        problem = (await ends(house, "failed", language))["problem"]
        assert problem["code"] == "damaged"
        assert said in problem["message"]


async def test_an_agent_sees_no_film_and_no_way_to_one(house: House, call: str) -> None:
    await asked(house, call)
    file = await house[Role.AGENT].told("GET", "/api/files/first")
    assert (file["may"]["export"], file["calls"][0]["export"]) == (False, None)
    refused = await house[Role.AGENT].ask("POST", ADDRESS, json={"call": call})
    assert refused.status == 403
    file = await house[Role.SUPERVISOR].told("GET", "/api/files/first")
    assert file["may"]["export"]
    assert file["calls"][0]["export"]


async def test_a_film_of_an_unfinished_or_unknown_call_is_refused(house: House, call: str) -> None:
    async with house.store.begin() as tx:
        lost = sa.update(schema.recordings).where(schema.recordings.c.state == "lost")
        await tx.connection.execute(lost.values(state="finishing"))
    for wanted, status, code in ((call, 409, "export-not-ready"), ("none", 404, "not-found")):
        answer = await house[Role.AUDITOR].ask("POST", ADDRESS, json={"call": wanted})
        assert (answer.status, (await answer.json())["code"]) == (status, code)
