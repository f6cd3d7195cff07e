"""A vision worker process: walls first, then one task after the other until the house hangs up.

Run as `python -m ekyc.vision.worker FD`. The greeting names the task ("module:function") and the
settings it gets; the function takes the question, its bytes and those settings, and gives the
answer and its bytes.
"""

import contextlib
import importlib
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO

from ekyc.domain.errors import EkycError
from ekyc.vision import wire
from ekyc.vision.walls import confine

Task = Callable[[wire.Head, bytes, dict[str, Any]], wire.Message]


def main() -> None:
    """Serve the pipe whose file descriptor is named on the command line."""
    end = socket.socket(fileno=int(sys.argv[1]))
    with end, end.makefile("rb") as questions, contextlib.suppress(EOFError, ConnectionError):
        _serve(end, questions)


def _serve(end: socket.socket, questions: BinaryIO) -> None:
    greeting, _ = wire.receive_from(questions)
    end.sendall(wire.packed({"walled": confine(end, **greeting["walls"])}))
    task: Task | None = None
    while True:
        question, body = wire.receive_from(questions)
        # With the first question only: a worker that waits costs little memory and no start time.
        task = task or _task(greeting["task"])
        end.sendall(wire.packed(*_answer(task, question, body, greeting["settings"])))


def _task(name: str) -> Task:
    import cv2

    cv2.setNumThreads(1)  # the machine belongs to the calls
    module, _, function = name.partition(":")
    task: Task = getattr(importlib.import_module(module), function)
    return task


def _answer(
    task: Task, question: wire.Head, body: bytes, settings: dict[str, Any]
) -> tuple[wire.Head, bytes]:
    try:
        return task(question, body, settings)
    except EkycError as refused:
        return {"refused": refused.code, "values": refused.values}, b""
    except Exception as error:
        # Where, not what: an exception's text may quote what stands on a card.
        where = traceback.extract_tb(error.__traceback__)[-1]
        return {"failed": type(error).__name__, "where": f"{where.filename}:{where.lineno}"}, b""


if __name__ == "__main__":
    main()
