"""The process that composes one export: walls first, then as much as it is asked for, bit by bit.

Run as `python -m ekyc.media.composer FD`. The greeting says what is to be made and holds the
customer's key; each question after it buys half a second of work and is answered with the share
that is done, or with how it ended.
"""

import contextlib
import os
import socket
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ekyc.vision import wire
from ekyc.vision.walls import confine

if TYPE_CHECKING:
    from av.container import InputContainer

    from ekyc.sealed.form import CustomerKey

_SLICE_S = 0.5


class TooLarge(Exception):
    """The film would grow beyond what is allowed."""


def main() -> None:
    """Serve the pipe whose file descriptor is named on the command line."""
    end = socket.socket(fileno=int(sys.argv[1]))
    with end, end.makefile("rb") as questions, contextlib.suppress(EOFError, ConnectionError):
        greeting, _ = wire.receive_from(questions)
        end.sendall(wire.packed({"walled": confine(end, **greeting["walls"])}))
        _serve(end, questions, _work(greeting["asked"]))


def _serve(end: socket.socket, questions: BinaryIO, work: Iterator[float]) -> None:
    while True:
        wire.receive_from(questions)
        end.sendall(wire.packed(_answer(work)))


def _answer(work: Iterator[float]) -> dict[str, Any]:
    from ekyc.sealed.form import Damaged

    until, share = time.monotonic() + _SLICE_S, None
    try:
        while time.monotonic() < until:
            share = next(work, None)
            if share is None:
                return {"done": True}
    except TooLarge:
        return {"failed": "too-large"}
    except Damaged:
        return {"failed": "damaged"}
    except Exception as error:
        # Where, not what: an exception's text may quote what is in the files.
        where = traceback.extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__} {where.filename}:{where.lineno}"
        return {"failed": "broken", "where": said}
    return {"share": share}


def _work(asked: dict[str, Any]) -> Iterator[float]:
    """Seal the film into its file, on the disk before the end is told."""
    from ekyc.media.composite import Plan, compose
    from ekyc.media.pieces import Piece
    from ekyc.sealed.form import CustomerKey, Sealer

    owner = CustomerKey(id=asked["owner"]["id"], key=bytes.fromhex(asked["owner"]["key"]))
    plan = Plan(**{**asked["plan"], "began": datetime.fromisoformat(asked["plan"]["began"])})
    pieces = {
        party: [
            Piece(begins_ms=one["begins_ms"], open=partial(_film, one, owner)) for one in recorded
        ]
        for party, recorded in asked["pieces"].items()
    }
    sealer, most = Sealer(owner.data_key()), asked["size_max_bytes"]
    with Path(asked["target"]).open("wb") as file:
        file.write(sealer.header)

        def write(record: bytes) -> None:
            if file.tell() + len(record) > most:
                raise TooLarge
            file.write(sealer.record(record))

        yield from compose(plan, pieces, write)
        file.write(sealer.end())
        file.flush()
        os.fsync(file.fileno())


def _film(
    recording: dict[str, str], owner: "CustomerKey"
) -> "AbstractContextManager[InputContainer]":
    import av

    if not recording["index"]:  # kept by a version before sealing
        return av.open(recording["object"], "r")
    return _unsealed(recording, owner)


@contextmanager
def _unsealed(recording: dict[str, str], owner: "CustomerKey") -> "Iterator[InputContainer]":
    import av

    from ekyc.sealed.playable import Playable
    from ekyc.sealed.reader import Stream

    source = Playable.opened(Path(recording["index"]), Path(recording["object"]), owner)
    with contextlib.closing(source), av.open(Stream(source), "r") as film:
        yield film


if __name__ == "__main__":
    main()
