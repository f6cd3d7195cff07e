"""A room one part of which fails: the call goes on, and so does everything else in it."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from ekyc.domain.room import (
    RecordingClosed,
    RecordingInterrupted,
    RoomEvent,
    RoomLive,
    RoomPlan,
)
from ekyc.media.recorder import Recorder
from ekyc.media.room import Room
from ekyc.media.surroundings import Surroundings
from ekyc.sealed.reader import Reader
from ekyc.settings import Media
from tests.logbook import logging_as_served
from tests.plane import BOTH, OWNER, PARTIES, until
from tests.samples import MemorySink, sounds


class BrokenDisk(MemorySink):
    """Takes nothing, in ways nobody thought of."""

    def write(self, record: bytes) -> None:
        raise ZeroDivisionError


async def test_a_call_one_recording_of_which_breaks_is_recorded_and_closed_all_the_same(
    tmp_path: Path,
) -> None:
    heard: list[RoomEvent] = []
    with ThreadPoolExecutor(max_workers=1) as disk, logging_as_served() as log:
        around = Surroundings(
            settings=Media(),
            spool=tmp_path,
            pose_socket=tmp_path / "pose.sock",
            disk=disk,
            tell=heard.append,
            growing=lambda recording: None,
        )
        key = OWNER.data_key()
        room = Room("call", RoomPlan(parties=PARTIES, hears=BOTH, seal=key), around)
        zero, now = time.monotonic(), datetime.now(UTC)
        broken = Recorder(BrokenDisk(), zero=zero, started_at=now, cluster_ms=100)
        sound = room._recorder("agent", key, zero, now)
        room._party("customer").record(broken)  # looked after before the agent's
        room._party("agent").record(sound)
        for recorder in (broken, sound):
            recorder.sound(0, False, sounds(1)[0], zero + 0.02)
        file = tmp_path / "call-agent-1.webm.ekr"
        # The header and the first cluster, which the room's clock makes due.
        await until(lambda: file.stat().st_size > 500, within_s=5)
        await asyncio.sleep(0.3)
        await room.close()
    assert [each.party for each in heard if isinstance(each, RecordingClosed)] == ["agent"]
    with Reader(file, OWNER) as recording:
        assert recording.is_whole
    told = log.getvalue()
    assert told.count("room.part-failed") == 1, "once, not each tenth of a second"
    assert told.count("recording.unclosed") == 1


async def test_a_call_whose_files_cannot_be_made_says_so_and_is_recorded_as_soon_as_they_can(
    tmp_path: Path,
) -> None:
    heard: list[RoomEvent] = []
    spool = tmp_path / "gone"
    with ThreadPoolExecutor(max_workers=1) as disk:
        around = Surroundings(
            settings=Media(),
            spool=spool,
            pose_socket=tmp_path / "pose.sock",
            disk=disk,
            tell=heard.append,
            growing=lambda recording: None,
        )
        rooms = [
            Room(name, RoomPlan(parties=PARTIES, hears=BOTH, seal=OWNER.data_key()), around)
            for name in ("call", "hopeless")
        ]
        for room in rooms:
            room._go_live(datetime.now(UTC))
        await rooms[1].close()
        told = [(type(event), event.room) for event in heard]
        for room in rooms:
            of_it = [kind for kind, name in told if name == room.name]
            assert of_it[:3] == [RoomLive, RecordingInterrupted, RecordingInterrupted]
        assert told[-2:] == [(RecordingClosed, "hopeless")] * 2, "nothing, and the file says so"
        spool.mkdir()
        await until(lambda: len(list(spool.iterdir())) == 2, within_s=5)
        await rooms[0].close()
    closed = [e for e in heard if isinstance(e, RecordingClosed) and e.room == "call"]
    assert {event.party for event in closed} == set(PARTIES)
    assert all(event.size_bytes > 0 for event in closed)
