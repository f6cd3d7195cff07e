"""The example file is what `ekyc config --example` prints: every key, none that is gone."""

import tomllib
from pathlib import Path

from ekyc.settings import Settings, text

FILE = Path(__file__).parents[2] / "config.example.toml"


def test_the_example_file_is_the_one_the_settings_print() -> None:
    wanted = text.example()
    assert FILE.read_text(encoding="utf-8").rstrip() == wanted.rstrip(), (
        "run: ./run ekyc config --example > config.example.toml"
    )


def test_the_example_file_is_valid_and_equals_the_defaults() -> None:
    given = tomllib.loads(FILE.read_text(encoding="utf-8"))
    assert Settings(**given) == Settings()
