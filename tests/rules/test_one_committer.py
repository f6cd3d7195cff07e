"""Only the store begins and commits: a step of the journey is one transaction, never two halves."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMITTERS = {
    ROOT / "ekyc" / "storage" / name for name in ("store.py", "migrate.py", "connection.py")
}
MODULES = sorted(set((ROOT / "ekyc").rglob("*.py")) - COMMITTERS)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nobody_else_commits_or_opens_an_engine(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    reached = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert reached.isdisjoint({"commit", "rollback", "engine"})
