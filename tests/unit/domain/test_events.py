"""The names of facts: a promise to the CRM."""

import re
from pathlib import Path

from ekyc.domain.events import NAMES

EKYC = Path(__file__).parents[3] / "ekyc"


def test_a_name_is_a_word_and_what_happened() -> None:
    assert [name for name in NAMES if not re.fullmatch(r"[a-z]+\.[a-z_]+", name)] == []


def test_every_promised_fact_is_told_somewhere() -> None:
    texts = [m.read_text(encoding="utf-8") for m in EKYC.rglob("*.py") if m.name != "events.py"]
    code = "\n".join(texts)
    assert {name for name in NAMES if f'"{name}"' not in code} == set()
