"""A recording's file is whole up to its last record, and belongs to one writer."""

import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ekyc.media.finish import finish
from ekyc.media.spool import SpoolFile, StillWritten, spooled


@pytest.fixture
def disk() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=1) as thread:
        yield thread


def a_file(path: Path, disk: ThreadPoolExecutor, *, backlog_bytes: int = 1 << 20) -> SpoolFile:
    return SpoolFile(path, disk=disk, fsync_s=1.0, backlog_bytes=backlog_bytes)


async def test_records_are_written_whole_and_in_order(
    tmp_path: Path, disk: ThreadPoolExecutor
) -> None:
    path = tmp_path / "call-customer-1.webm"
    file = a_file(path, disk)
    for number in range(100):
        file.write(bytes([number]) * 1000, at=number / 10)
    assert await file.close() == 100_000
    assert path.read_bytes() == b"".join(bytes([n]) * 1000 for n in range(100))
    assert path.stat().st_mode & 0o777 == 0o600


async def test_nobody_finishes_a_recording_that_is_still_written(
    tmp_path: Path, disk: ThreadPoolExecutor
) -> None:
    path = tmp_path / "call-customer-1.webm"
    file = a_file(path, disk)
    with pytest.raises(StillWritten):
        finish(path, tmp_path / "target.webm")
    await file.close()


async def test_a_record_for_a_stalled_disk_is_refused_and_not_kept_for_ever(
    tmp_path: Path, disk: ThreadPoolExecutor
) -> None:
    path = tmp_path / "call-customer-1.webm"
    file = a_file(path, disk, backlog_bytes=10)
    file.write(bytes(11), at=0.0)
    file.write(b"small", at=0.0)
    assert await file.close() == 5
    assert path.read_bytes() == b"small"


async def test_a_full_disk_costs_records_but_never_half_of_one(
    tmp_path: Path, disk: ThreadPoolExecutor
) -> None:
    path = tmp_path / "call-customer-1.webm"
    file = a_file(path, disk)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1500, before[1]))  # write() takes a part, then fails
    try:
        file.write(b"a" * 1000, at=0.0)
        file.write(b"b" * 1000, at=0.0)
        file.write(b"c" * 400, at=0.0)
        assert await file.close() == 1400
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.read_bytes() == b"a" * 1000 + b"c" * 400


def test_files_in_the_spool_are_told_apart_by_name(tmp_path: Path) -> None:
    for name in ("a1-b2-customer-1.webm", "a1-b2-agent-2.webm", "notes.txt", "x.webm"):
        (tmp_path / name).touch()
    found = [(each.room, each.party, each.segment) for each in spooled(tmp_path)]
    assert found == [("a1-b2", "agent", 2), ("a1-b2", "customer", 1)]
