"""Plays recordings as a player would: every picture and every sound decoded, to the last."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import av
from av.container import InputContainer

from ekyc.bench.evidence import Film, Row
from ekyc.sealed.form import CustomerKey, Damaged
from ekyc.sealed.reader import Source, Stream
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import NoSealingKey, Ring


def play_all(folder: Path, tables: Mapping[str, Sequence[Row]]) -> dict[str, Film]:
    """Every finished recording of the server in this folder, by its id; blocks."""
    objects, ring = Objects(folder / "recordings" / "objects"), Ring(folder / "var" / "seal.keys")
    owners = {row["application_id"]: row for row in tables["customer_keys"]}
    calls = {row["id"]: row["application_id"] for row in tables["calls"]}
    films = {}
    for row in tables["recordings"]:
        if row["object_key"] is not None:
            films[row["id"]] = _play(objects, ring, row, owners[calls[row["call_id"]]])
    return films


def _play(objects: Objects, ring: Ring, row: Row, owner: Row) -> Film:
    try:
        key = ring.unwrap(owner["sealing_key"], bytes.fromhex(owner["wrapped"]))
        opener = CustomerKey(id=owner["id"], key=key)
        source = objects.open(row["object_key"], owner=opener, index=row["index_key"])
    except (Damaged, NoSealingKey, OSError) as problem:
        return Film(
            recording=row["id"], pictures=0, sounds=0, until_ms=0, error=type(problem).__name__
        )
    try:
        return play(row["id"], source)
    finally:
        source.close()


def play(recording: str, source: Source) -> Film:
    """The whole film. A file that cannot be played says why."""
    counted = {"video": 0, "audio": 0}
    until_s, error = 0.0, ""
    try:
        with av.open(Stream(source), "r") as film:
            assert isinstance(film, InputContainer)  # opened to read
            for packet in film.demux(*film.streams.video, *film.streams.audio):
                for frame in packet.decode():
                    assert isinstance(frame, (av.VideoFrame, av.AudioFrame))
                    counted[packet.stream.type] += 1
                    until_s = max(until_s, frame.time or 0.0)
    except (av.FFmpegError, OSError, Damaged) as problem:
        error = type(problem).__name__
    return Film(
        recording=recording,
        pictures=counted["video"],
        sounds=counted["audio"],
        until_ms=round(until_s * 1000),
        error=error,
    )
