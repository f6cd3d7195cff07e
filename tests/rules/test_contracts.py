"""The house stays readable: short functions, short modules, names that say something.

The order of the layers is lint-imports' matter (pyproject.toml); `./run check` runs it.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "ekyc" / "storage" / "migrations" / "versions"
MODULES = sorted(m for m in (ROOT / "ekyc").rglob("*.py") if not m.is_relative_to(GENERATED))
MODULE_LINES = 400
FUNCTION_LINES = 60
SAYS_NOTHING = {"util", "utils", "helper", "helpers", "common", "base", "manager", "constants"}


def _name(module: Path) -> str:
    return str(module.relative_to(ROOT))


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_a_module_is_short_and_its_functions_are(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, functions)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []
    assert len(text.splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_a_module_opens_with_its_sentence_under_a_name_that_says_something(module: Path) -> None:
    assert SAYS_NOTHING.isdisjoint({*module.relative_to(ROOT).parts, module.stem})
    text = module.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text)) is not None
