"""What a server would have written to its log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO

from ekyc import logs


@contextmanager
def logging_as_served() -> Iterator[StringIO]:
    """What the server would write to standard error."""
    root, stream = logging.getLogger(), StringIO()
    before, level = list(root.handlers), root.level
    root.handlers = []
    with redirect_stderr(stream):
        logs.configure()
    yield stream
    root.handlers, root.level = before, level
    logs.configure()
