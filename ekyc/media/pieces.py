"""One party's recordings of a call, on the call's clock, decoded one after the other."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import av
from av.container import InputContainer


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One recording: when it begins on the call's clock, and how to open it anew."""

    begins_ms: int
    open: Callable[[], AbstractContextManager[InputContainer]]


def pictures(pieces: Sequence[Piece]) -> Iterator[tuple[int, av.VideoFrame]]:
    """Every picture with the call's ms; what cannot be decoded is left out."""
    for piece in pieces:
        with piece.open() as film:
            for packet in film.demux(film.streams.video[:1]):
                for frame in _decoded(packet):
                    if isinstance(frame, av.VideoFrame) and frame.time is not None:
                        yield piece.begins_ms + round(frame.time * 1000), frame


def sounds(pieces: Sequence[Piece]) -> Iterator[tuple[int, av.AudioFrame]]:
    """Every piece of sound, likewise; 48 kHz, mono, 16 bit."""
    for piece in pieces:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        with piece.open() as film:
            for packet in film.demux(film.streams.audio[:1]):
                for frame in _decoded(packet):
                    if isinstance(frame, av.AudioFrame) and frame.time is not None:
                        at_ms = piece.begins_ms + round(frame.time * 1000)
                        for plain in resampler.resample(frame):
                            yield at_ms, plain


def _decoded(packet: "av.Packet[Any]") -> Sequence[object]:
    try:
        return packet.decode()
    except av.error.InvalidDataError:
        return ()
