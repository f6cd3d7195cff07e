"""Structured logs on standard error: only fields on this list are ever written.

Of an error its kind and its way through the code are written, never its words: a database, a
parser or a codec may quote a customer in them.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {"event", "level", "timestamp", "trace"}  # every line
    | {"task", "job", "kind", "attempt", "problem", "method", "route", "status", "state", "reason"}
    | {"application", "call", "room", "party", "desk", "node", "worker", "pid", "count", "seconds"}
    | {"recording", "step", "rooms", "command", "file", "lost", "error", "where", "module"}
    | {"walled", "provider", "channel"}
)

Entry = MutableMapping[str, Any]


def trace(error: BaseException) -> list[str]:
    """The error and what it came from, each as its kind followed by its calls, innermost last."""
    return [line for one in _chain(error) for line in _lines(one)]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for part in error.exceptions:
                yield from _chain(part)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _lines(error: BaseException) -> Iterator[str]:
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"


def _traced(logger: object, name: str, entry: Entry) -> Entry:
    caught = entry.pop("exc_info", None)
    error = caught if isinstance(caught, BaseException) else sys.exc_info()[1] if caught else None
    if error is not None:
        entry["trace"] = trace(error)
    return entry


def _only_allowed(logger: object, name: str, entry: Entry) -> Entry:
    """An allow-list, because nobody can list every name a leak might have."""
    return {key: value for key, value in entry.items() if key in ALLOWED}


class Wordless(logging.Formatter):
    """What libraries say: their name and the way of an error, not their words."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the way of an error below it."""
        error = record.exc_info[1] if record.exc_info else None
        return "\n".join([f"{record.levelname} {record.name}", *(trace(error) if error else [])])


def configure() -> None:
    """JSON lines for our own events; libraries speak from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Wordless())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _traced,
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
