"""What may be logged: fields of the list, named in the call, with facts' names and never a text."""

import ast
from pathlib import Path

import pytest

from ekyc.logs import ALLOWED

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "ekyc").rglob("*.py"))
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def _calls(module: Path) -> list[ast.Call]:
    """Every `log.<level>(…)` of a module."""
    return [
        node
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in LEVELS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "log"
    ]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_log_line_is_a_facts_name_and_fields_that_are_allowed(module: Path) -> None:
    for call in _calls(module):
        (event,) = call.args
        assert isinstance(event, ast.Constant), ast.unparse(call)
        assert {field.arg for field in call.keywords} <= ALLOWED | {"exc_info"}, ast.unparse(call)
