"""The file of the sealing keys: made once, private, read again when it changes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ekyc.storage.sealing import NoSealingKey, Ring
from ekyc.storage.secret import BadKey

KEY = b"c" * 32


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "var" / "seal.keys"


def test_the_first_key_is_made_once_and_for_its_owner_alone(file: Path) -> None:
    ring = Ring.made(file)
    assert file.stat().st_mode & 0o777 == 0o600
    id, wrapped = ring.wrap(KEY)
    assert KEY not in wrapped
    assert Ring.made(file).unwrap(id, wrapped) == KEY
    assert [each.name for each in file.parent.iterdir()] == ["seal.keys"]


def test_of_two_who_renew_at_once_neither_loses_the_others_key(file: Path) -> None:
    ring = Ring.made(file)
    with ThreadPoolExecutor(8) as hands:
        made = set(hands.map(lambda _: Ring(file).renew(), range(16)))
    assert made | {Ring.made(file).ids()[0]} == set(ring.ids())
    assert len(ring.ids()) == 17


def test_a_file_others_can_read_is_refused(file: Path) -> None:
    Ring.made(file)
    file.chmod(0o640)
    with pytest.raises(BadKey, match="chmod 600"):
        Ring.made(file)


def test_an_older_key_opens_what_it_wrapped_and_the_newest_wraps(file: Path) -> None:
    ring, server = Ring.made(file), Ring.made(file)
    old, wrapped = ring.wrap(KEY)
    new = ring.renew()
    assert server.wrap(KEY)[0] == new
    assert server.unwrap(old, wrapped) == KEY
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_not_held_or_another_of_its_name_opens_nothing(file: Path) -> None:
    ring = Ring.made(file)
    id, wrapped = ring.wrap(KEY)
    for name, seen in (("gone", wrapped), (id, wrapped[:-1] + bytes([wrapped[-1] ^ 1]))):
        with pytest.raises(NoSealingKey):
            ring.unwrap(name, seen)


@pytest.mark.parametrize(
    "text",
    ["", "# nothing\n", "one abcd\n", "one " + "z" * 64, f"one {'ab' * 32}\none {'cd' * 32}\n"],
    ids=["empty", "remark", "short", "not-hex", "twice"],
)
def test_a_file_that_is_not_of_this_form_is_refused(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(BadKey):
        Ring.made(file)
