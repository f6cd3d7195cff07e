"""Structured logs on standard error: only fields on this list are ever written."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {"event", "level", "timestamp", "exception", "exc_info"}  # every line
    | {"task", "job", "kind", "attempt", "problem", "method", "route", "status", "state", "reason"}
    | {"application", "call", "room", "party", "desk", "node", "worker", "pid", "count", "seconds"}
)


def _only_allowed(
    logger: object, name: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An allow-list, because nobody can list every name a leak might have."""
    return {key: value for key, value in entry.items() if key in ALLOWED}


def configure() -> None:
    """JSON lines for our own events; libraries speak from WARNING on."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
