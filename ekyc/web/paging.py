"""Long lists part by part: where the next part begins is a word the asker hands back unread."""

import base64
import json
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator

from ekyc.domain.errors import BodyInvalid

Place = tuple[datetime, str]
"""The last entry shown: when it was touched, and its id."""


def _rfc3339(value: Any) -> Any:
    """A date with its time and offset; pydantic would also take the number of a second."""
    if isinstance(value, str) and value[10:11].upper() == "T":
        return value
    raise ValueError("not an instant of RFC 3339")


Instant = Annotated[AwareDatetime, BeforeValidator(_rfc3339)]
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
        parsed = datetime.fromisoformat(at)
        if parsed.tzinfo is None or not isinstance(id, str) or "\0" in id:
            raise ValueError
    except (ValueError, TypeError):
        raise BodyInvalid("cursor") from None
    return parsed, id
