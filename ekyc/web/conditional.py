"""What a request asks on condition, and in part: RFC 9110 §13 and §14."""

import re
from dataclasses import dataclass

from aiohttp import web

_SPAN = re.compile(r"(\d{1,18})-(\d{1,18})?|-(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes from `begin` to before `end`; an empty one cannot be given."""

    begin: int
    end: int

    @property
    def is_there(self) -> bool:
        """Whether anything lies in it."""
        return self.begin < self.end


def is_known(request: web.Request, tag: str) -> bool:
    """Whether the asker has this very version: `If-None-Match`, a list, weak or strong."""
    return any(known.value in {"*", tag} for known in request.if_none_match or ())


def part(request: web.Request, size: int, tag: str) -> Part | None:
    """The part that is asked for; None: all of it.

    Ignored, as the RFC has it: a Range nobody can read, one that is not for a GET, one of another
    version (`If-Range`), one in another unit. So are several ranges at once, which may be ignored.
    """
    asked = request.headers.get("Range")
    if asked is None or request.method != "GET":
        return None
    if request.headers.get("If-Range", f'"{tag}"') != f'"{tag}"':
        return None
    return _part(asked, size)


def _part(asked: str, size: int) -> Part | None:
    unit, _, listed = asked.partition("=")
    spans = [span for span in (one.strip(" \t") for one in listed.split(",")) if span]
    match = _SPAN.fullmatch(spans[0]) if unit.lower() == "bytes" and len(spans) == 1 else None
    if match is None:
        return None
    first, last, suffix = match.groups()
    if suffix is not None:
        return Part(size - min(int(suffix), size), size)
    if last is not None and int(last) < int(first):
        return None
    return Part(int(first), size if last is None else min(int(last) + 1, size))
