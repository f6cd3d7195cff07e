"""Instants in words, with the zone printed, for messages and mail."""

from datetime import datetime, timedelta, tzinfo

from ekyc.notify.texts import Texts


def spell(texts: Texts, at: datetime, language: str, *, bank: tzinfo, own: tzinfo | None) -> str:
    """14:30 GMT+7, Monday 23/11/2026; with the reader's own clock behind it where that differs."""
    said = _one(texts, at.astimezone(bank), language)
    if own is None or at.astimezone(own).utcoffset() == at.astimezone(bank).utcoffset():
        return said
    return texts.say(
        "messages", "time.both", language, bank=said, own=_one(texts, at.astimezone(own), language)
    )


def _one(texts: Texts, wall: datetime, language: str) -> str:
    day = texts.say("messages", f"weekday.{wall.weekday()}", language)
    return f"{wall:%H:%M} {_zone(wall)}, {day} {wall:%d/%m/%Y}"


def _zone(wall: datetime) -> str:
    """GMT+7, GMT-3:30: as browsers print it, so that page and message agree."""
    offset = wall.utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"GMT{sign}{hours}" + (f":{rest:02d}" if rest else "") if minutes else "GMT"
