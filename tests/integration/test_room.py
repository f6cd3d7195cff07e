"""A room one part of which fails: the call goes on, and so does everything else in it."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from ekyc.domain.room import RecordingClosed, RoomEvent, RoomPlan
from ekyc.media.recorder import Recorder
from ekyc.media.room import Room, Surroundings
from ekyc.sealed.reader import Reader
from ekyc.settings import Media
from tests.logbook import logging_as_served
from tests.plane import BOTH, OWNER, PARTIES, until
from tests.samples import MemorySink, sounds


class BrokenDisk(MemorySink):
    """Takes nothing, in ways nobody thought of."""

    def write(self, record: bytes, *, at: float) -> None:
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
