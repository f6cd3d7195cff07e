"""What we ship of others is byte for byte what its lock says, with its licence beside it."""

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "static" / "vendor" / "vendor.lock.json"
ENTRIES: dict[str, dict[str, str]] = json.loads(LOCK.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ENTRIES)
def test_a_vendored_file_is_the_one_its_lock_names(name: str) -> None:
    assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == ENTRIES[name]["sha256"]
    assert (ROOT / ENTRIES[name]["licence"]).stat().st_size > 0


def test_nothing_lies_among_the_vendored_files_that_the_lock_does_not_name() -> None:
    known = {ROOT / name for name in ENTRIES} | {ROOT / e["licence"] for e in ENTRIES.values()}
    lying = {*(ROOT / "static" / "vendor").iterdir(), *(ROOT / "tests" / "vendor").iterdir()}
    assert lying - known == {LOCK}
