"""A recording's file is whole up to its last record, and belongs to one writer."""

import asyncio
import os
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ekyc.media.finish import finish
from ekyc.media.index import NothingRecorded
from ekyc.media.spool import SpoolFile, StillWritten, spooled
from ekyc.sealed.form import CustomerKey
from ekyc.sealed.reader import Reader

OWNER = CustomerKey(id="0c" * 16, key=b"o" * 32)


@pytest.fixture
def disk() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=1) as thread:
        yield thread


def a_file(
    path: Path,
    disk: ThreadPoolExecutor,
    *,
    backlog_bytes: int = 1 << 20,
    fsync_s: float = 1.0,
    lost: Callable[[], None] = lambda: None,
) -> SpoolFile:
    return SpoolFile(
        path,
        key=OWNER.data_key(),
        disk=disk,
        fsync_s=fsync_s,
        backlog_bytes=backlog_bytes,
        lost=lost,
    )


async def test_records_are_written_whole_and_in_order(
    tmp_path: Path, disk: ThreadPoolExecutor
) -> None:
    path = tmp_path / "call-customer-1.webm.ekr"
    file = a_file(path, disk)
    for number in range(100):
        file.write(bytes([number]) * 1000)
    assert await file.close() == path.stat().st_size
    with Reader(path, OWNER) as reader:
        assert list(reader.records()) == [bytes([n]) * 1000 for n in range(100)]
        assert (reader.is_whole, reader.missing) == (True, 0)
    assert bytes([7]) * 20 not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


async def test_what_a_killed_writer_left_is_readable_to_its_last_record(
    tmp_path: Path, disk: ThreadPoolExecutor
) -> None:
    path = tmp_path / "call-customer-1.webm.ekr"
    file = a_file(path, disk)
    file.write(b"first")
    file.write(b"second")
    disk.submit(bool).result()  # what was written so far is with the system
    path.with_name("left").write_bytes(path.read_bytes()[:-1])
    await file.close()
    with Reader(path.with_name("left"), OWNER) as reader:
        assert (reader.read(0, 99), reader.is_whole) == (b"first", False)


async def test_nobody_finishes_a_recording_that_is_still_written(
    tmp_path: Path, disk: ThreadPoolExecutor
) -> None:
    path = tmp_path / "call-customer-1.webm.ekr"
    file = a_file(path, disk)

    async def finished() -> None:
        index = tmp_path / "index"
        await asyncio.to_thread(finish, path, index, owner=OWNER, id="ab" * 16)

    with pytest.raises(StillWritten):
        await finished()
    await file.close()
    with pytest.raises(NothingRecorded):
        await finished()


async def test_a_record_for_a_stalled_disk_is_refused_and_not_kept_for_ever(
    tmp_path: Path, disk: ThreadPoolExecutor
) -> None:
    path = tmp_path / "call-customer-1.webm.ekr"
    heard: list[str] = []
    file = a_file(path, disk, backlog_bytes=10, lost=lambda: heard.append("lost"))
    file.write(bytes(11))
    file.write(b"small")
    await file.close()
    assert heard == ["lost"]
    with Reader(path, OWNER) as reader:
        assert (reader.read(0, 99), reader.missing) == (b"small", 1)


async def test_what_the_disk_took_or_refused_waits_no_longer(
    tmp_path: Path, disk: ThreadPoolExecutor
) -> None:
    """Else the room for what waits would shrink until nothing was recorded any more."""
    path = tmp_path / "call-customer-1.webm.ekr"
    file = a_file(path, disk, backlog_bytes=1000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    for number in range(5):
        limit = 1000 if number == 1 else before[0]  # the second finds no room on the disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
        try:
            file.write(bytes([number]) * 900)
            disk.submit(bool).result()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    await file.close()
    with Reader(path, OWNER) as reader:
        assert [record[0] for record in reader.records()] == [0, 2, 3, 4]


async def test_a_disk_that_syncs_slowly_is_asked_less_often_and_costs_nothing(
    tmp_path: Path, disk: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two recordings share it, and a sync takes as long as four records need to come."""
    synced = []

    def slow(descriptor: int) -> None:
        time.sleep(0.02)
        synced.append(descriptor)

    monkeypatch.setattr(os, "fdatasync", slow)
    files = [
        a_file(tmp_path / f"call-{party}-1.webm.ekr", disk, fsync_s=0.005, backlog_bytes=2500)
        for party in ("customer", "agent")
    ]
    for _ in range(50):
        for file in files:
            file.write(bytes(100))
        await asyncio.sleep(0.005)
    assert 2 <= len(synced) < 50, "of a hundred records"
    for file in files:
        await file.close()
        with Reader(file.path, OWNER) as reader:
            assert (reader.missing, reader.size) == (0, 5000)


async def test_a_full_disk_costs_records_but_never_half_of_one(
    tmp_path: Path, disk: ThreadPoolExecutor
) -> None:
    path = tmp_path / "call-customer-1.webm.ekr"
    file = a_file(path, disk)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1500, before[1]))  # write() takes a part, then fails
    try:
        file.write(b"a" * 1000)
        file.write(b"b" * 1000)
        file.write(b"c" * 200)
        disk.submit(bool).result()
        resource.setrlimit(resource.RLIMIT_FSIZE, before)  # somebody made room
        assert await file.close() == path.stat().st_size
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    with Reader(path, OWNER) as reader:
        assert reader.read(0, 9999) == b"a" * 1000 + b"c" * 200
        assert (reader.is_whole, reader.missing) == (True, 1), "the reader knows what is missing"


async def test_a_disk_that_is_full_to_the_end_leaves_what_it_took(
    tmp_path: Path, disk: ThreadPoolExecutor
) -> None:
    path = tmp_path / "call-customer-1.webm.ekr"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (140, before[1]))
    try:
        file = a_file(path, disk)
        file.write(b"a")
        assert await file.close() == 139
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    with Reader(path, OWNER) as reader:
        assert (reader.read(0, 9), reader.is_whole) == (b"a", False)


def test_files_in_the_spool_are_told_apart_by_name(tmp_path: Path) -> None:
    """One of an older version too, which did not seal."""
    for name in ("a1-b2-customer-1.webm.ekr", "a1-b2-agent-2.webm", "notes.txt", "x.webm.ekr"):
        (tmp_path / name).touch()
    found = [(each.room, each.party, each.segment) for each in spooled(tmp_path)]
    assert found == [("a1-b2", "agent", 2), ("a1-b2", "customer", 1)]
