"""Finishes a recording: duration and index added by a remux, the pictures left as they are."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer

from ekyc.media.spool import lock, sync_folder

_OPTIONS = {"cues_to_front": "1", "cluster_time_limit": "2000", "fflags": "+bitexact"}
_STARTED = "creation_time"
_CHUNK = 1 << 20


class NothingRecorded(Exception):
    """The recording holds neither picture nor sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A file that plays and seeks over HTTP."""

    duration_ms: int
    size_bytes: int
    sha256: str


def finish(spool_file: Path, target: Path) -> Finished:
    """Write `target` from a recording that is complete, or that a crash cut off.

    Blocks for about 0.7 ms per recorded second. The spool file is left for the caller to remove
    once the result is recorded. Raises `StillWritten` while a worker holds it, `NothingRecorded`
    when there is neither picture nor sound in it; running it twice gives the same file.
    """
    part = target.with_name(target.name + ".part")
    with spool_file.open("rb") as held:
        lock(held.fileno())
        duration_ms = _remux(spool_file, part)
    with part.open("rb") as written:
        os.fsync(written.fileno())
        digest = hashlib.sha256()
        while chunk := written.read(_CHUNK):
            digest.update(chunk)
        size = written.tell()
    part.rename(target)
    sync_folder(target.parent)
    return Finished(duration_ms=duration_ms, size_bytes=size, sha256=digest.hexdigest())


def _remux(source: Path, target: Path) -> int:
    """Copy every packet; the end of the last one in ms."""
    until, copied = 0.0, 0
    with (
        _opened(source) as reader,
        av.open(str(target), "w", format="webm", options=_OPTIONS) as writer,
    ):
        if _STARTED in reader.metadata:
            writer.metadata[_STARTED] = reader.metadata[_STARTED]
        streams = {s.index: writer.add_stream_from_template(s) for s in reader.streams}
        for packet in _packets(reader):
            until, copied = max(until, _end_ms(packet)), copied + 1
            packet.stream = streams[packet.stream.index]
            writer.mux(packet)
    if not copied:
        raise NothingRecorded
    return round(until)


def _opened(source: Path) -> InputContainer:
    try:
        reader = av.open(str(source), "r")
    except (av.error.EOFError, av.error.InvalidDataError):  # at most a header
        raise NothingRecorded from None
    assert isinstance(reader, InputContainer)  # opened to read
    return reader


def _packets(reader: InputContainer) -> Iterator["av.Packet[Any]"]:
    """Packets with rising times per stream, up to where the file breaks off."""
    last: dict[int, int] = {}
    packets = reader.demux()
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):  # the last cluster was cut off
            return
        index = packet.stream.index
        if packet.size and packet.dts is not None and packet.dts > last.get(index, -1):
            last[index] = packet.dts
            yield packet


def _end_ms(packet: "av.Packet[Any]") -> float:
    assert packet.dts is not None  # _packets() leaves others out
    assert packet.time_base is not None  # a demuxed packet has its stream's
    return float((packet.dts + (packet.duration or 0)) * packet.time_base * 1000)
