"""Tells whoever started a long run how it goes."""

import sys
import time


class Say:
    """One line at a time on the error stream, with the seconds since the start."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, line: str) -> None:
        """One line."""
        print(f"{time.monotonic() - self._began:6.1f} s  {line}", file=sys.stderr, flush=True)
