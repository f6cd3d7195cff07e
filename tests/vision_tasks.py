"""Bad luck and bad manners as tasks for a vision worker: hanging, breaking, swelling, calling."""

import ctypes
import errno
import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from ekyc.domain.errors import ImageTooLarge
from ekyc.vision import wire

NAME = f"{__name__}:obey"


def obey(question: wire.Head, body: bytes, settings: dict[str, Any]) -> wire.Message:
    """Do what the question says; every answer carries the worker's process id."""
    said = _TASKS[question["do"]](question, settings)
    return {"pid": os.getpid(), "said": said}, body[::-1]


def _echo(question: wire.Head, settings: dict[str, Any]) -> Any:
    return settings


def _hang(question: wire.Head, settings: dict[str, Any]) -> None:
    """Where no signal handler of Python's is ever run: in C, holding the interpreter."""
    ctypes.PyDLL(None).sleep(300)


def _hang_with_a_program(question: wire.Head, settings: dict[str, Any]) -> None:
    with subprocess.Popen(["sleep", "300"]) as program:
        Path(question["tell"]).write_text(str(program.pid), encoding="ascii")


def _crash(question: wire.Head, settings: dict[str, Any]) -> None:
    ctypes.string_at(0)


def _crash_once(question: wire.Head, settings: dict[str, Any]) -> str:
    crashed = Path(question["tell"])
    if not crashed.exists():
        crashed.touch()
        ctypes.string_at(0)
    return "read"


def _break(question: wire.Head, settings: dict[str, Any]) -> None:
    raise ValueError("NGUYEN VAN A, 000099000001")


def _refuse(question: wire.Head, settings: dict[str, Any]) -> None:
    raise ImageTooLarge(limit_mb=12, limit_mp=40)


def _swell(question: wire.Head, settings: dict[str, Any]) -> None:
    hoard = []
    while True:
        hoard.append(b"x" * (16 << 20))
        time.sleep(0.01)


def _call_out(question: wire.Head, settings: dict[str, Any]) -> str:
    try:
        with socket.create_connection(("127.0.0.1", question["port"]), timeout=5):
            return "connected"
    except OSError as error:
        return errno.errorcode[error.errno or 0]


def _secrets(question: wire.Head, settings: dict[str, Any]) -> list[str]:
    return [name for name in os.environ if name.startswith("EKYC_")]


def _account(question: wire.Head, settings: dict[str, Any]) -> list[int]:
    return [os.getuid(), os.nice(0), os.getsid(0)]


_TASKS = {
    "echo": _echo,
    "hang": _hang,
    "hang with a program": _hang_with_a_program,
    "crash": _crash,
    "crash once": _crash_once,
    "break": _break,
    "refuse": _refuse,
    "swell": _swell,
    "call out": _call_out,
    "secrets": _secrets,
    "account": _account,
}
