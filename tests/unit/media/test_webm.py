"""What the writer wrote, a real player's demuxer reads back."""

from datetime import UTC, datetime

from ekyc.media import webm
from tests.samples import opened, pictures, sounds

STARTED = datetime(2026, 11, 21, 9, 30, 15, 250_000, tzinfo=UTC)


def a_file(*, clusters: int = 4) -> bytes:
    """Pictures every 67 ms and sound every 20 ms, a cluster each 500 ms."""
    parts = [webm.header(width=160, height=120, started_at=STARTED)]
    frames, voices = pictures(clusters * 8), sounds(clusters * 25)
    for number in range(clusters):
        cluster = webm.Cluster()
        for voice in range(number * 25, number * 25 + 25):
            cluster.add(webm.AUDIO, voice * 20, voices[voice], True)
        for frame in range(number * 8, number * 8 + 8):
            at_ms = number * 500 + frame % 8 * 62
            cluster.add(webm.VIDEO, at_ms, frames[frame], frame == 0)
        parts.append(cluster.take())
    return b"".join(parts)


def test_every_picture_and_sound_is_read_back_in_its_time() -> None:
    with opened(a_file()) as reader:
        assert [stream.codec_context.name for stream in reader.streams] == [
            "vp8",
            "opus",
            "webvtt",
        ]
        assert reader.metadata["creation_time"].startswith("2026-11-21T09:30:15.25")
        films = list(reader.decode(video=0))
    with opened(a_file()) as reader:
        voices = list(reader.decode(audio=0))
    assert len(films) == 32
    assert (films[0].width, films[0].height) == (160, 120)
    assert [round((frame.time or 0) * 1000) for frame in films[8:10]] == [500, 562]
    assert len(voices) == 100


def test_a_file_cut_off_anywhere_in_its_last_cluster_plays_up_to_the_one_before() -> None:
    whole = a_file(clusters=4)
    last = whole.rindex(bytes.fromhex("1F43B675"))
    for cut in range(last + 1, len(whole), (len(whole) - last) // 7):
        with opened(whole[:cut]) as reader:
            frames = sum(1 for packet in reader.demux(video=0) if packet.size)
        assert frames >= 24


def test_blocks_are_sorted_by_time_within_their_cluster() -> None:
    cluster = webm.Cluster()
    cluster.add(webm.AUDIO, 40, b"late", True)
    cluster.add(webm.VIDEO, 20, b"early", True)
    data = cluster.take()
    assert data.index(b"early") < data.index(b"late")
    assert cluster.is_empty


def test_a_note_between_clusters_disturbs_nobody() -> None:
    data = a_file(clusters=2)
    last = data.rindex(bytes.fromhex("1F43B675"))
    noted = data[:last] + webm.note("ekyc gap 1500") + data[last:]
    with opened(noted) as reader:
        assert sum(1 for packet in reader.demux(video=0) if packet.size) == 16
