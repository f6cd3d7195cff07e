"""Long lists part by part: where the next part begins is a word the asker hands back unread."""

import base64
import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator

from ekyc.domain.errors import BodyInvalid

Place = tuple[datetime, str]
"""The last entry shown: when it was touched, and its id."""


_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)


def _instant(value: Any) -> datetime:
    """A date with its time and offset; pydantic would also take the number of a second."""
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("not an instant of RFC 3339")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except OverflowError:
        raise ValueError("before or after every year there is") from None


Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
"""An instant as people and programs write it: 2026-11-21T02:00:00Z."""


def cursor(place: Place) -> str:
    """The word for this place."""
    text = json.dumps([place[0].isoformat(), place[1]])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place(word: str) -> Place:
    """The place of this word; `BodyInvalid` for one we did not write."""
    try:
        text = base64.urlsafe_b64decode(word.encode("ascii") + b"=" * (-len(word) % 4))
        at, id = json.loads(text)
        if not isinstance(id, str) or "\0" in id:
            raise ValueError
        return _instant(at), id
    except (ValueError, TypeError):
        raise BodyInvalid("cursor") from None
