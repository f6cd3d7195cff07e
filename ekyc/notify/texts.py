"""The catalogues the pages use too: one sentence per key and language."""

import json
from pathlib import Path

I18N = Path(__file__).parents[2] / "static" / "i18n"
LANGUAGES = ("vi", "en")
_AREAS = ("errors", "messages", "documents")


class Texts:
    """Sentences for messages, refusals and photograph faults, read once at the start."""

    def __init__(self, folder: Path = I18N) -> None:
        self._texts = {
            language: {area: _load(folder / language / f"{area}.json") for area in _AREAS}
            for language in LANGUAGES
        }

    def say(self, area: str, key: str, language: str, **values: object) -> str:
        """The sentence with its placeholders filled; the key itself when there is none."""
        spoken = self._texts.get(language, self._texts["vi"])[area]
        return spoken.get(key, key).format_map(_Kept(values))

    def error(self, code: str, language: str, **values: object) -> str:
        """A refusal's sentence."""
        return self.say("errors", code, language, **values)


class _Kept(dict[str, object]):
    """Leaves a placeholder without a value as it stands."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _load(path: Path) -> dict[str, str]:
    texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return texts
