"""What is committed names no package index and no folder of somebody's machine."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Put together here, so that this file does not name them either.
INDEXES = (".".join(("pypi", "org")), "pythonhosted." + "org", "npmjs." + "org", "npmjs." + "com")
MIRRORS = ("deb.debian." + "org", "archive.ubuntu." + "com", "crates." + "io")
MACHINES = ("/work" + "/", "/root" + "/", "/home" + "/", "/tmp" + "/w/")
MUST_NOT_APPEAR = (*INDEXES, *MIRRORS, *MACHINES)


def _committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, timeout=30
    )
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


@pytest.mark.parametrize("words", MUST_NOT_APPEAR)
def test_no_committed_file_says(words: str) -> None:
    guilty = [
        str(file.relative_to(ROOT))
        for file in _committed()
        if file.is_file() and words.encode() in file.read_bytes()
    ]
    assert guilty == []
