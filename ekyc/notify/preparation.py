"""The six questions customers ask before their call, answered: the server's text or the bank's own.

A text says of which day it is; a page or a mail that quotes it can be held against that.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ekyc.notify.texts import I18N, LANGUAGES
from ekyc.settings import Settings

TOPICS = ("number", "language", "time", "branch", "asked", "code")
"""Which number, which language, when, from another branch, what is asked, what the code is."""
_KEYS = {"posted", "updated"} | {f"{kind}.{topic}" for kind in ("q", "a") for topic in TOPICS}
_LONGEST_BYTES = 65536


class BadPreparation(ValueError):
    """The bank's text cannot be used; the words name the file and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One question with its answer."""

    topic: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The text in one language, and of which days it is."""

    posted: date
    updated: date
    answers: Sequence[Answered]


Preparation = Mapping[str, Text]
"""The text by language."""


def load(settings: Settings) -> Preparation:
    """The text in force, names and limits filled in; `BadPreparation`."""
    own = settings.preparation.folder
    return {language: _text(_file(own, language), settings, language) for language in LANGUAGES}


def _file(own: str, language: str) -> Path:
    return Path(own) / f"{language}.json" if own else I18N / language / "preparation.json"


def _text(path: Path, settings: Settings, language: str) -> Text:
    bank, codes = settings.bank, settings.codes
    values = {
        "bank": bank.name_en if language == "en" else bank.name_vi,
        "hotline": bank.hotline,
        "hours": bank.hotline_hours,
        "minutes": codes.life_s // 60,
        "tries": codes.tries,
    }
    try:
        said = {key: text.format_map(values) for key, text in _read(path).items()}
        days = {key: date.fromisoformat(said[key]) for key in ("posted", "updated")}
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise BadPreparation(f"{path}: {error}") from None
    answers = [
        Answered(topic=topic, question=said[f"q.{topic}"], answer=said[f"a.{topic}"])
        for topic in TOPICS
    ]
    return Text(posted=days["posted"], updated=days["updated"], answers=answers)


def _read(path: Path) -> dict[str, str]:
    """Every key with its words; `BadPreparation`."""
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(_LONGEST_BYTES))
    except (OSError, ValueError) as error:
        raise BadPreparation(f"{path}: {error}") from None
    if not isinstance(said, dict) or not all(isinstance(text, str) for text in said.values()):
        raise BadPreparation(f"{path}: not an object of texts")
    if wrong := sorted(_KEYS ^ set(said)):
        raise BadPreparation(f"{path}: missing or unknown: {', '.join(wrong)}")
    return said
