"""Plays recordings as a player would: every picture and every sound decoded, to the last."""

from pathlib import Path

import av
from av.container import InputContainer

from ekyc.bench.evidence import Film


def play(recording: str, file: Path) -> Film:
    """The whole film; blocks. A file that cannot be played says why."""
    counted = {"video": 0, "audio": 0}
    until_s, error = 0.0, ""
    try:
        with av.open(str(file), "r") as film:
            assert isinstance(film, InputContainer)  # opened to read
            for packet in film.demux():
                for frame in packet.decode():
                    assert isinstance(frame, (av.VideoFrame, av.AudioFrame))  # no other tracks
                    counted[packet.stream.type] += 1
                    until_s = max(until_s, frame.time or 0.0)
    except (av.FFmpegError, OSError) as problem:
        error = type(problem).__name__
    return Film(
        recording=recording,
        pictures=counted["video"],
        sounds=counted["audio"],
        until_ms=round(until_s * 1000),
        error=error,
    )
