"""A machine that has run out of something, for real."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path


@contextmanager
def files_left(spare: int) -> Iterator[None]:
    """This process may open so many more files."""
    taken = {int(file.name) for file in Path("/proc/self/fd").iterdir()}
    free = (number for number in count() if number not in taken)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (next(islice(free, spare, None)), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
