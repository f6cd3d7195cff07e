"""The settings in words: the example file, and what is in force."""

import json
from pathlib import Path

from pydantic import BaseModel, SecretStr

from ekyc.settings import Section, Settings


def example() -> str:
    """`config.example.toml`: every key with its default and the reason it exists."""
    lines = [
        "# Every key of ekyc, with its default. EKYC_CONFIG=/path/file.toml names your own file;",
        "# EKYC_SECTION__KEY in the environment goes before the file.",
        "",
    ]
    lines += _keys(Settings, skip_sections=True)
    for name, info in Settings.model_fields.items():
        if isinstance(info.default, Section):
            lines += [
                "",
                f"# {type(info.default).__doc__}",
                f"[{name}]",
                *_keys(type(info.default)),
            ]
    return "\n".join(lines) + "\n"


def _keys(model: type[BaseModel], *, skip_sections: bool = False) -> list[str]:
    lines = []
    for name, info in model.model_fields.items():
        default = info.get_default(call_default_factory=True)
        if not (skip_sections and isinstance(default, Section)):
            lines += [f"# {info.description}", f"{name} = {_toml(default)}"]
    return lines


def _toml(value: object) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Path | str):
        return json.dumps(str(value), ensure_ascii=False)
    return str(value)


def effective(settings: Settings) -> str:
    """What is in force, as JSON, secrets masked."""
    return json.dumps(settings.model_dump(mode="json"), indent=2, ensure_ascii=False)
