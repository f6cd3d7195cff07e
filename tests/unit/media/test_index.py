"""What goes before a recording's clusters tells a player how long it is and where to go."""

import random
from datetime import UTC, datetime

import pytest

from ekyc.media import webm
from ekyc.media.ebml import Bytes
from ekyc.media.index import NothingRecorded, front
from ekyc.sealed.playable import Playable
from tests.samples import opened, pictures, sounds

STARTED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HEADER = webm.header(width=160, height=120, started_at=STARTED)


def clusters(count: int, *, sound: bool = True, picture: bool = True) -> list[bytes]:
    """Half a second each: pictures that begin with a key, and sound."""
    frames, voices = pictures(8), sounds(count * 25)
    made = []
    for number in range(count):
        cluster = webm.Cluster()
        for at in range(25) if sound else ():
            at_ms = number * 500 + at * 20
            cluster.add(webm.AUDIO, at_ms, voices[number * 25 + at], True)
        for at in range(8) if picture else ():
            cluster.add(webm.VIDEO, number * 500 + at * 62, frames[at], at == 0)
        made.append(cluster.take())
    return made


def finished(recording: bytes) -> tuple[bytes, int]:
    """As it is played, and its duration in ms."""
    made = front(Bytes(recording))
    played = Playable(made.content, Bytes(recording), begin=made.begin, end=made.end)
    return played.read(0, played.size), made.duration_ms


@pytest.mark.parametrize("sound", [True, False], ids=["with-sound", "silent"])
def test_a_player_finds_the_duration_and_seeks(sound: bool) -> None:
    film, duration_ms = finished(HEADER + b"".join(clusters(6, sound=sound)))
    with opened(film) as reader:
        assert reader.duration == duration_ms * 1000
        assert 2900 < duration_ms <= 3000
        reader.seek(2_100_000)
        assert next(reader.decode(video=0)).time == pytest.approx(2.0)
    with opened(film) as reader:
        assert len(list(reader.decode(video=0))) == 48


def test_a_recording_of_sound_alone_seeks_too() -> None:
    film, _ = finished(HEADER + b"".join(clusters(6, picture=False)))
    with opened(film) as reader:
        reader.seek(2_100, stream=reader.streams.audio[0])
        assert next(reader.demux(audio=0)).pts in range(1900, 2101)


def test_what_was_recorded_is_played_byte_for_byte() -> None:
    made = clusters(3)
    remarks = webm.note("ekyc gap 700")
    film, _ = finished(HEADER + made[0] + remarks + made[1] + made[2])
    assert film.endswith(made[0] + remarks + made[1] + made[2])


def test_a_recording_cut_off_anywhere_is_played_to_its_last_whole_cluster() -> None:
    made = clusters(3)
    for cut in (1, 500, len(made[2]) - 1):
        film, duration_ms = finished((HEADER + b"".join(made))[:-cut])
        assert film.endswith(made[0] + made[1])
        assert 900 < duration_ms <= 1000


@pytest.mark.parametrize(
    "recording",
    [b"", HEADER, HEADER[:40], HEADER + webm.note("ekyc gap 12"), clusters(1)[0], b"\0" * 300],
    ids=["empty", "header", "half-header", "header-and-gap", "no-header", "zeros"],
)
def test_where_nothing_was_recorded_there_is_nothing_to_play(recording: bytes) -> None:
    with pytest.raises(NothingRecorded):
        front(Bytes(recording))


def test_any_part_of_a_film_is_read_as_it_stands_in_the_whole() -> None:
    recording, draw = HEADER + b"".join(clusters(3)), random.Random(3)
    made = front(Bytes(recording))
    film, _ = finished(recording)
    played = Playable(made.content, Bytes(recording), begin=made.begin, end=made.end)
    for _ in range(300):
        at, count = draw.randrange(len(film) + 9), draw.randrange(4000)
        assert played.read(at, count) == film[at : at + count]
