"""Vietnamese and English say the same: same keys, same placeholders, no refusal without words."""

import json
import re
from pathlib import Path

import pytest

from ekyc.domain import errors

I18N = Path(__file__).parents[2] / "static" / "i18n"
LANGUAGES = ("vi", "en")
REFUSALS = {leaf.code: leaf.__doc__ or "" for leaf in errors.leaves()}
AREAS = sorted({file.stem for language in LANGUAGES for file in (I18N / language).glob("*.json")})


def _texts(language: str, area: str) -> dict[str, str]:
    texts: dict[str, str] = json.loads((I18N / language / f"{area}.json").read_text("utf-8"))
    return texts


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_texts_with_the_same_placeholders(area: str) -> None:
    vietnamese, english = (
        {key: _placeholders(text) for key, text in _texts(language, area).items()}
        for language in LANGUAGES
    )
    assert vietnamese == english


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_padded(language: str, area: str) -> None:
    texts = _texts(language, area)
    assert [key for key, text in texts.items() if not text.strip(" ")] == []
    # A separator like ", " is meant; a sentence that begins or ends with a space is a slip.
    sentences = {key: text for key, text in texts.items() if re.search(r"\w", text)}
    assert {key: text for key, text in sentences.items() if text != text.strip()} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(REFUSALS))
def test_every_refusal_has_a_sentence(code: str, language: str) -> None:
    assert _placeholders(_texts(language, "errors")[code]) == _placeholders(REFUSALS[code])
