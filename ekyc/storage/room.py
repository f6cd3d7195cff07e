"""Whether it was the disk that had no room: for a file, for SQLite, for PostgreSQL."""

import errno
import sqlite3

import sqlalchemy as sa

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_SQLITE_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
_POSTGRES_FULL = "53100"  # disk_full


def is_full(error: BaseException) -> bool:
    """What was to be kept did not fit: nothing of it is kept, and it may fit later."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    cause = error.orig
    code = getattr(cause, "sqlite_errorcode", None)
    return code in _SQLITE_FULL or getattr(cause, "sqlstate", None) == _POSTGRES_FULL
