"""A recording keeps the call's time, through gaps and new connections."""

import json
import time
from datetime import UTC, datetime

import pytest
from av.stream import Disposition

from ekyc.media.ebml import Bytes
from ekyc.media.index import NothingRecorded, front
from ekyc.media.recorder import Recorder
from ekyc.media.vp8 import Picture
from tests.samples import MemorySink, opened, pictures, sounds

STARTED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


class Call:
    """A call that began when the test did; its time is set by hand."""

    def __init__(self) -> None:
        self.sink = MemorySink()
        self.zero = time.monotonic() - 60
        self.recorder = Recorder(self.sink, zero=self.zero, started_at=STARTED, cluster_ms=500)

    def show(self, number: int, *, at_s: float, stamp: int) -> None:
        """One sample picture arrives."""
        width, height = (160, 120) if number == 0 else (0, 0)
        self.recorder.picture(
            Picture(
                data=pictures(30)[number],
                is_key=number == 0,
                timestamp=stamp,
                width=width,
                height=height,
            ),
            self.zero + at_s,
        )

    def say(self, number: int, *, at_s: float, stamp: int) -> None:
        """One sample sound arrives."""
        self.recorder.sound(stamp, False, sounds(60)[number], self.zero + at_s)

    def times(self) -> list[float]:
        """Seconds of every recorded picture."""
        with opened(self.sink.bytes()) as reader:
            packets = [packet for packet in reader.demux(video=0) if packet.size]
        return [float((p.pts or 0) * (p.time_base or 0)) for p in packets]


async def test_sound_that_comes_thicker_than_it_says_costs_no_picture() -> None:
    call = Call()
    for number in range(30):
        for step in range(2_000):
            call.say(0, at_s=number * 1.5 + step / 2_000, stamp=7)
        call.show(number, at_s=number * 1.5, stamp=number * 135_000)
    closed = await call.recorder.close()
    assert len(call.times()) == 30
    assert closed.duration_ms < 30 * 1500 + 2_000


async def test_pictures_stand_at_the_calls_own_time() -> None:
    call = Call()
    for number in range(30):
        call.show(number, at_s=1.5 + number / 15, stamp=900_000 + number * 6000)
    closed = await call.recorder.close()
    assert closed.started_at == STARTED
    assert closed.duration_ms == pytest.approx(1500 + 29 * 1000 / 15, abs=1)
    assert call.times()[0] == pytest.approx(1.5)
    assert len(call.times()) == 30


async def test_a_party_who_comes_back_leaves_a_gap_in_the_same_file() -> None:
    call = Call()
    for number in range(5):
        call.show(number, at_s=number / 15, stamp=number * 6000)
    call.recorder.left()
    call.recorder.came_back()
    for number in range(5):
        call.show(number, at_s=20 + number / 15, stamp=77 + number * 6000)
    await call.recorder.close()
    times = call.times()
    assert times[5] - times[4] > 19
    assert [mark.split()[1] for mark in call.sink.marks] == ["gap", "joined", "end"]


async def test_each_cluster_is_one_record_and_no_longer_than_asked() -> None:
    call = Call()
    for number in range(50):
        call.say(number, at_s=number * 0.6, stamp=number * 28_800)
        call.recorder.tick(call.zero + number * 0.6 + 0.55)
    await call.recorder.close()
    assert len(call.sink.records) == 51  # one each half a second, and the time it was at the end


async def test_the_recording_says_once_a_second_what_time_it_was_and_where_also_in_a_gap() -> None:
    call = Call()
    for number in range(30):
        call.show(number, at_s=2.5 + number / 15, stamp=number * 6000)
    call.recorder.left()
    call.recorder.place = '{"latitude":10.777,"longitude":106.701}'
    for tenth in range(45, 80):
        call.recorder.tick(call.zero + tenth / 10)
    await call.recorder.close()
    with opened(call.sink.bytes()) as reader:
        (clock,) = reader.streams.subtitles
        cues = [(p.pts or 0, json.loads(bytes(p))) for p in reader.demux(clock) if p.size]
        assert clock.disposition == Disposition.metadata
    here = {"latitude": 10.777, "longitude": 106.701}
    assert [cue.get("place") for _, cue in cues] == [None, None, here, here, here, here]
    told = [(ms, cue["at"]) for ms, cue in cues]
    assert told == [(ms, f"2026-11-21T09:30:0{ms // 1000}.{ms % 1000:03}Z") for ms, _ in told]
    assert [round(ms / 1000, 1) for ms, _ in told] == [2.5, 3.5, 4.5, 5.5, 6.5, 7.5]
    assert call.times()[-1] < 4.5


async def test_a_picture_that_came_a_moment_before_the_call_began_is_its_first() -> None:
    call = Call()
    for number in range(8):
        call.show(number, at_s=-0.01 + number / 15, stamp=number * 6000)
    await call.recorder.close()
    with opened(call.sink.bytes()) as reader:
        assert len(list(reader.decode(video=0))) == 8
    with opened(call.sink.bytes()) as reader:
        (clock,) = reader.streams.subtitles
        assert [packet.pts for packet in reader.demux(clock) if packet.size] == [0]


async def test_a_recording_of_nothing_has_no_front() -> None:
    call = Call()
    await call.recorder.close()
    with pytest.raises(NothingRecorded):
        front(Bytes(call.sink.bytes()))


def test_a_recording_whose_first_record_was_lost_begins_again_with_a_whole_picture() -> None:
    call = Call()
    call.show(0, at_s=0.0, stamp=0)
    call.recorder.tick(call.zero + 1)
    call.sink.records.clear()  # there was no room for it
    call.show(1, at_s=1.1, stamp=99_000)
    call.recorder.mend()
    call.show(0, at_s=1.5, stamp=135_000)
    call.recorder.tick(call.zero + 3)
    assert call.times() == [1.5], "what hung on the first picture is gone with it"
