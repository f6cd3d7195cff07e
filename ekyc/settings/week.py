"""Opening hours of a week as they stand in the settings."""

import re

_SPAN = re.compile(r"|([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")


def week(opening: list[str]) -> list[str]:
    """As given; `ValueError` for what is no week, Monday first."""
    if len(opening) != 7:
        raise ValueError("seven entries, Monday first")
    for text in opening:
        if not _SPAN.fullmatch(text):
            raise ValueError("as 08:00-20:00, or empty")
        if text and text[:5] >= text[6:]:
            raise ValueError("ends before it begins")
    return opening
