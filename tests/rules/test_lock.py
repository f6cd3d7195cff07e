"""The lock is whole: what pyproject.toml asks for is locked, and what is locked is installed."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def _lines(lock: str) -> dict[str, str]:
    """Package → version; a line without hash or with an address is not a line."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    found = re.findall(
        r"^([a-z0-9._-]+)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", text, re.M
    )
    assert len(found) == len(re.findall(r"^[^ #\n]", text, re.M))
    return {name: version for name, version, _ in found}


def _asked(*groups: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + [
        line for group in groups for line in project["dependency-groups"][group]
    ]
    return {re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in wanted}


def test_everything_asked_for_is_locked() -> None:
    assert _asked("build") - set(_lines("requirements.lock")) == set()
    assert _asked("build", "dev") - set(_lines("requirements-dev.lock")) == set()


def test_tests_run_on_the_versions_that_run_the_product() -> None:
    runtime, development = (_lines(lock) for lock in LOCKS)
    assert runtime.items() <= development.items()


@pytest.mark.parametrize(("name", "version"), _lines("requirements-dev.lock").items())
def test_the_locked_version_is_the_installed_one(name: str, version: str) -> None:
    assert metadata.version(name) == version
