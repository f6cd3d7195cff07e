"""What a vision worker puts around itself before it touches a pixel.

No network, little priority, a limit on resident memory, and an end when the house is gone. Only
the standard library is imported here: the walls must stand before numpy and OpenCV start threads.
"""

import contextlib
import ctypes
import os
import resource
import select
import signal
import socket
import threading
from pathlib import Path
from typing import Final

CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWNET: Final = 0x40000000
PR_SET_PDEATHSIG: Final = 1
LOOK_MS: Final = 250
PAGE_BYTES: Final = resource.getpagesize()


def confine(lifeline: socket.socket, *, niceness: int, memory_max_mb: int) -> bool:
    """Put up the walls; True when the network is really gone (the kernel may not allow it)."""
    # Ctrl-C reaches the whole group; the house decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(niceness)
    walled = leave_network()
    # The watch below needs the interpreter, which a task stuck in C may hold; the kernel does not.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    watch = threading.Thread(
        target=_watch, args=(lifeline.fileno(), memory_max_mb << 20), name="walls", daemon=True
    )
    watch.start()
    return walled


def leave_network() -> bool:
    """Move this process, which must have one thread only, into a network of its own: an empty one.

    A user namespace makes it possible without privileges; in it the process keeps its own id.
    """
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        return bool(libc.unshare(CLONE_NEWNET) == 0)
    for file, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        # Without a mapping the process is "nobody", which only its name for itself suffers from.
        with contextlib.suppress(OSError):
            Path(f"/proc/self/{file}").write_text(line, encoding="ascii")
    return True


def resident_bytes() -> int:
    """Memory this process really occupies.

    Address space says nothing: importing OpenCV and mediapipe alone reserves 828 MB.
    """
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES


def _watch(lifeline: int, memory_max_bytes: int) -> None:
    """Wait for the house to hang up, or for the memory to be too much; then end the whole group.

    The group, because a program started by a task (OCR) must not outlive its worker. SIGKILL,
    because whatever a task is stuck in may not listen to anything else.
    """
    poll = select.poll()
    poll.register(lifeline, select.POLLHUP | select.POLLERR | select.POLLRDHUP)
    while not poll.poll(LOOK_MS) and resident_bytes() <= memory_max_bytes:
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)
