"""Files that last: whole or not at all, durable with their folders, never at a user's path."""

import hashlib
import os
from pathlib import Path

import pytest

from ekyc.sealed.form import CustomerKey, Damaged
from ekyc.storage.objects import Objects

OWNER = CustomerKey(id="0c" * 16, key=b"o" * 32)


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects(tmp_path / "objects")


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was made durable, in order; the real call is made too."""
    names: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        names.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return names


def test_what_is_put_is_read_and_carries_its_checksum(objects: Objects) -> None:
    key, sha256 = objects.put(b"a photograph", suffix="jpg", owner=OWNER)
    assert b"a photograph" not in objects.read(key)
    picture = objects.open(key, owner=OWNER)
    assert picture.read(0, 99) == b"a photograph"
    assert sha256 == hashlib.sha256(b"a photograph").hexdigest()


def test_the_same_picture_twice_is_two_files(objects: Objects) -> None:
    assert (
        objects.put(b"same", suffix="jpg", owner=OWNER)[0]
        != objects.put(b"same", suffix="jpg", owner=OWNER)[0]
    )


def test_a_file_is_durable_before_its_name_and_the_name_with_its_folders(
    objects: Objects, synced: list[str], tmp_path: Path
) -> None:
    key, _ = objects.put(b"a photograph", suffix="jpg", owner=OWNER)
    assert synced == ["objects", tmp_path.name, f"{key[:32]}.part", key[:2]]


def test_a_file_under_anothers_key_or_name_is_not_opened(objects: Objects) -> None:
    one, other = (objects.put(text, suffix="jpg", owner=OWNER)[0] for text in (b"one", b"other"))
    objects.path(one).replace(objects.path(other))
    with pytest.raises(Damaged):
        objects.open(other, owner=OWNER)


def test_nothing_half_written_is_left_beside(objects: Objects, tmp_path: Path) -> None:
    key, _ = objects.put(b"a photograph", suffix="jpg", owner=OWNER)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [key]


def test_a_finished_file_moves_in_and_keeps_its_identity(objects: Objects, tmp_path: Path) -> None:
    id = "0123456789abcdef" * 2
    for content in (b"finished", b"finished again"):
        source = tmp_path / "spool.webm"
        source.write_bytes(content)
        assert objects.put_file(source, id=id, suffix="webm") == f"{id}.webm"
        assert not source.exists()
    assert objects.read(f"{id}.webm") == b"finished again"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "../../etc/passwd",
        "0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef.exe",
        "0123456789ABCDEF0123456789ABCDEF.jpg",
        "0123456789abcdef0123456789abcdef.jpg\n",
        "00/../0123456789abcdef0123456789abcdef.jpg",
    ],
)
def test_a_path_from_outside_is_no_key(objects: Objects, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        objects.path(key)
