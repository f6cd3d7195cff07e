"""A whole call over real media: both connect, talk, part, and the recordings are in the file."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import av
import pytest
from av.container import InputContainer
from numpy.typing import NDArray

from ekyc.demo.peer import CallClient, MediaClient, Message
from ekyc.domain.call import BOTH, Call, CallState, Recording, RecordingState
from ekyc.domain.export import Export, ExportState
from ekyc.journey import export, sealing
from ekyc.media.plane import MediaPlane
from ekyc.sealed.reader import Stream
from ekyc.settings import Ice, Objects
from ekyc.storage import applications, calls, exports
from ekyc.web.keys import CLOCK, MEDIA, OBJECTS, RING, STORE, VITALS
from tests.branch import Branch, eventually, opened
from tests.plane import BLUE, RED, Film, plain, sees, sees_more, tone, until
from tests.small_disk import fill, mounted

HERE = Ice(hosts=["127.0.0.1"])
pytestmark = [pytest.mark.slow, pytest.mark.live]


def somebody(
    branch: Branch,
    who: str,
    token: str,
    colour: tuple[int, int, int],
    hear: Callable[[Message], None] = lambda message: None,
) -> CallClient[MediaClient]:
    return CallClient(
        branch.people[who].session,
        str(branch.server.make_url("")),
        token,
        media=MediaClient(plain(colour), tone()),
        hear=hear,
    )


async def the_call(branch: Branch, call: str) -> Call:
    async with branch.server.app[STORE].read() as tx:
        found = await calls.find(tx, call)
    assert found is not None
    return found


async def finished(branch: Branch, call: str, *, count: int) -> list[Recording]:
    """So many recordings, once all of them are kept."""

    async def look() -> list[Recording] | None:
        async with branch.server.app[STORE].read() as tx:
            kept = list(await calls.recordings(tx, call))
        done = [r for r in kept if r.state is RecordingState.FINISHED]
        return kept if len(done) == count else None

    found: list[Recording] = await eventually(look, within_s=30)
    return found


async def seen(branch: Branch, recording: Recording) -> Film:
    """What a player finds."""
    app = branch.server.app
    owner = await sealing.recorded_under(app[STORE], app[RING], recording)
    assert recording.object_key is not None
    source = app[OBJECTS].open(recording.object_key, owner=owner, index=recording.index_key)
    return Film(source)


async def test_a_call_is_recorded_from_both_connected_to_the_end(tmp_path: Path) -> None:
    async with opened(tmp_path, is_real=True, ice=HERE) as branch:
        call = await branch.answered()
        tokens = {who: await branch.token(who, call) for who in ("customer", "agent")}
        async with (
            somebody(branch, "customer", tokens["customer"], RED) as customer,
            somebody(branch, "agent", tokens["agent"], BLUE) as agent,
        ):
            await sees(customer.media, BLUE)
            await sees(agent.media, RED)
            await asyncio.sleep(2)
            await branch.ask("agent", "POST", "/api/desk/end", {"call": call})
            async with asyncio.timeout(5):
                await asyncio.gather(customer.ended.wait(), agent.ended.wait())
            told_at = datetime.now(UTC)
        kept = await finished(branch, call, count=2)
        ended = await the_call(branch, call)
        assert ended.ended_at is not None
        assert ended.live_at is not None
        lasted_s = (ended.ended_at - ended.live_at).total_seconds()
        late_s = (told_at - ended.ended_at).total_seconds()  # a starved machine ends late
        assert lasted_s > 2
        for recording in kept:
            film = await seen(branch, recording)
            assert lasted_s - 1 < film.until_s < lasted_s + late_s + 1
            assert abs(recording.started_at - ended.live_at) < timedelta(seconds=0.1)
            # The time is told each second of the call, also where its last pictures came late.
            assert int(film.until_s) <= len(film.told) <= int(lasted_s + late_s) + 1
            assert abs(film.told[-1] - ended.ended_at).total_seconds() < late_s + 2
        assert {recording.party for recording in kept} == set(BOTH)
        assert list((tmp_path / "spool").iterdir()) == []
        red, blue = await both_in_one_film(branch, call)
        assert abs(red - RED).max() < 40
        assert abs(blue - BLUE).max() < 40


async def both_in_one_film(branch: Branch, call: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """What colour the left and the right of a film of both are at its end."""
    store, clock = branch.server.app[STORE], branch.server.app[CLOCK]
    asked = await export.ask(
        store,
        clock,
        application_id="first",
        call_id=call,
        staff_id="lan",
        language="en",
        waiting_max=1,
    )

    async def look() -> Export | None:
        async with store.read() as tx:
            made = await exports.find(tx, asked.id)
        return made if made and made.state is ExportState.FINISHED else None

    made: Export = await eventually(look, within_s=30)
    app = branch.server.app
    owner = await sealing.known_key(app[STORE], app[RING], "first")
    assert made.object_key is not None
    source = app[OBJECTS].open(made.object_key, owner=owner, index=made.index_key)
    with av.open(Stream(source), "r") as film:
        assert isinstance(film, InputContainer)
        *_, last = film.decode(video=0)
    picture = last.to_ndarray(format="rgb24").astype(int)
    return picture[20, 20], picture[20, 660]


async def test_a_call_goes_on_in_another_worker_when_its_own_dies(tmp_path: Path) -> None:
    async with opened(tmp_path, is_real=True, ice=HERE) as branch:
        call = await branch.answered()
        media = branch.server.app[MEDIA]
        assert isinstance(media, MediaPlane)
        for worker_dies in (True, False):
            tokens = {who: await branch.token(who, call) for who in ("customer", "agent")}
            async with (
                somebody(branch, "customer", tokens["customer"], RED) as customer,
                somebody(branch, "agent", tokens["agent"], BLUE) as agent,
            ):
                await sees(customer.media, BLUE, within_s=20)
                await sees(agent.media, RED)
                if worker_dies:
                    await asyncio.sleep(1)
                    for pid in media.pids:
                        os.kill(pid, signal.SIGKILL)
                    async with asyncio.timeout(10):
                        await asyncio.gather(customer.ended.wait(), agent.ended.wait())
                    assert (await the_call(branch, call)).state is CallState.DROPPED
        await branch.ask("agent", "POST", "/api/desk/end", {"call": call})
        kept = await finished(branch, call, count=4)
        assert {(r.party.value, r.segment) for r in kept} == {
            (party, segment) for party in ("customer", "agent") for segment in (1, 2)
        }


async def test_a_server_that_stops_in_a_call_leaves_whole_recordings(tmp_path: Path) -> None:
    async with opened(tmp_path, is_real=True, ice=HERE) as branch:
        call = await branch.answered()
        tokens = {who: await branch.token(who, call) for who in ("customer", "agent")}
        async with (
            somebody(branch, "customer", tokens["customer"], RED) as customer,
            somebody(branch, "agent", tokens["agent"], BLUE),
        ):
            await sees(customer.media, BLUE)
            await asyncio.sleep(1)
            await branch.server.close()
    assert list((tmp_path / "spool").iterdir()) == []
    async with opened(tmp_path, is_real=True, is_new=False, ice=HERE) as branch:
        kept = await finished(branch, call, count=2)
        assert all((recording.duration_ms or 0) > 900 for recording in kept)
        async with branch.server.app[STORE].read() as tx:
            facts = [row["name"] for row in await applications.events(tx, "first")]
        assert facts.count("recording.finished") == 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight megabytes, in memory."""
    with mounted(tmp_path / "disk") as disk:
        yield disk


async def test_a_disk_that_fills_up_in_a_call_is_told_at_once_and_costs_only_what_did_not_fit(
    tmp_path: Path, small_disk: Path
) -> None:
    folders = {"folder": small_disk / "objects", "spool": small_disk / "spool"}
    objects = Objects(**folders, min_free_mb=2, warn_free_mb=4)
    torn: set[str] = set()
    async with opened(tmp_path, is_real=True, ice=HERE, objects=objects) as branch:
        vitals = branch.server.app[VITALS]
        call = await branch.answered()
        tokens = {who: await branch.token(who, call) for who in ("customer", "agent")}
        hear = lambda message: torn.update(message.get("torn", ()))  # noqa: E731
        async with (
            somebody(branch, "customer", tokens["customer"], RED) as customer,
            somebody(branch, "agent", tokens["agent"], BLUE, hear) as agent,
        ):
            await sees(customer.media, BLUE)
            await sees(agent.media, RED)
            before = vitals.takes_calls()
            filler = fill(small_disk)
            await until(lambda: torn == {"agent", "customer"}, within_s=10)
            assert (before, vitals.takes_calls()) == (True, False), "no other call begins"
            filler.unlink()
            await sees_more(agent.media, 30)
            await branch.ask("agent", "POST", "/api/desk/end", {"call": call})
            async with asyncio.timeout(5):
                await asyncio.gather(customer.ended.wait(), agent.ended.wait())
        kept = await finished(branch, call, count=2)
        ended = await the_call(branch, call)
        for recording in kept:
            lasted = (ended.ended_at or recording.started_at) - recording.started_at
            film = await seen(branch, recording)
            assert film.until_s > lasted.total_seconds() - 1, "what came afterwards is there"
            assert recording.is_whole is False
        async with branch.server.app[STORE].read() as tx:
            facts = [row["name"] for row in await applications.events(tx, "first")]
        assert facts.count("recording.interrupted") == 2
