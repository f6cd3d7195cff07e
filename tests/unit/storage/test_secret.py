"""The server's key: made once, whole, and for its owner's eyes alone."""

from pathlib import Path

import pytest

from ekyc.storage import secret
from ekyc.storage.secret import BadKey


def test_the_first_start_makes_a_key_and_every_later_one_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret.key"
    key = secret.kept(path)
    assert len(key) == 32
    assert secret.kept(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret.key"]


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    secret.kept(path)
    path.chmod(0o640)
    with pytest.raises(BadKey, match="chmod 600"):
        secret.kept(path)


def test_two_first_starts_at_once_end_with_one_key(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    first = secret.kept(path)
    with pytest.raises(FileExistsError):
        secret.keep(path, "another")
    assert secret.kept(path) == first
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(("text", "why"), [("", "shorter"), ("ab" * 31, "shorter"), ("xyz", "hex")])
def test_an_empty_or_shortened_key_signs_for_nobody(text: str, why: str) -> None:
    with pytest.raises(BadKey, match=why):
        secret.parse(text)
