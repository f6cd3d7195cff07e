"""What the system says of a process: time on a core, memory, open files (proc(5))."""

import os
from pathlib import Path


def on_core_ns(pid: int) -> int:
    """Nanoseconds all threads of a process were on a core (Documentation/scheduler/sched-stats)."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except OSError:  # the thread has just ended
            continue
    return total


def resident_bytes(pid: int) -> int:
    """Memory a process has in use, what it shares with others too."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def open_files(pid: int) -> int:
    """Files and sockets a process has open."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
