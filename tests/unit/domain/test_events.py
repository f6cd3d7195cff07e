"""The names of facts: a promise to the CRM."""

import ast
import re
from pathlib import Path

from ekyc.domain.events import NAMES

EKYC = Path(__file__).parents[3] / "ekyc"


def _told() -> set[str]:
    """Every string in the code that has the shape of a fact's name."""
    texts = set()
    for module in EKYC.rglob("*.py"):
        if module.name == "events.py":
            continue
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
    return texts


def test_a_name_is_a_word_and_what_happened() -> None:
    assert [name for name in NAMES if not re.fullmatch(r"[a-z]+\.[a-z_]+", name)] == []


def test_every_promised_fact_is_told_somewhere() -> None:
    assert NAMES - _told() == set()
