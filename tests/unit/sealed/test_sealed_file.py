"""A sealed file gives back what was written, or says that it cannot; never anything else."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from ekyc.sealed.form import HEADER_BYTES, RECORD, CustomerKey, Damaged, Sealer, sealed
from ekyc.sealed.reader import Reader, Stream

OURS = CustomerKey(id="ab" * 16, key=b"k" * 32)
PARTS = [bytes([number]) * (number * 37 + 1) for number in range(12)]
WHOLE = b"".join(PARTS)
FILE_ID = bytes(range(16))


def written(*, end: bool = True) -> bytes:
    """A file of twelve records, perhaps broken off before its end marker."""
    sealer = Sealer(OURS.data_key(), file_id=FILE_ID)
    records = [sealer.record(part) for part in PARTS]
    return b"".join([sealer.header, *records, sealer.end() if end else b""])


def opened(folder: Path, file: bytes, owner: CustomerKey = OURS) -> Reader:
    path = folder / "file.ekr"
    path.write_bytes(file)
    return Reader(path, owner)


def test_any_range_of_a_file_is_what_was_written_there(tmp_path: Path) -> None:
    draw = random.Random(4)
    with opened(tmp_path, written()) as reader:
        assert (reader.is_whole, reader.missing, reader.size) == (True, 0, len(WHOLE))
        assert list(reader.records()) == PARTS
        for _ in range(300):
            at, count = draw.randrange(len(WHOLE) + 5), draw.randrange(900)
            assert reader.read(at, count) == WHOLE[at : at + count]


def test_a_range_opens_only_the_records_it_needs(tmp_path: Path) -> None:
    file = bytearray(written())
    file[HEADER_BYTES + RECORD.size] ^= 1  # the first record
    with opened(tmp_path, bytes(file)) as reader:
        assert reader.read(len(WHOLE) - 100, 100) == WHOLE[-100:]
        with pytest.raises(Damaged):
            reader.read(0, 1)


def test_programs_read_it_as_a_file(tmp_path: Path) -> None:
    with opened(tmp_path, written()) as reader:
        stream = Stream(reader)
        assert stream.seek(-50, os.SEEK_END) == len(WHOLE) - 50
        assert (stream.read(20), stream.tell()) == (WHOLE[-50:-30], len(WHOLE) - 30)
        assert stream.seek(0) == 0
        assert stream.read() == WHOLE


def test_a_file_that_broke_off_anywhere_gives_its_whole_records_and_says_so(tmp_path: Path) -> None:
    file = written()
    starts = {b"".join(PARTS[:count]) for count in range(len(PARTS) + 1)}
    for length in range(HEADER_BYTES, len(file), 29):
        with opened(tmp_path, file[:length]) as reader:
            assert not reader.is_whole
            assert reader.read(0, reader.size) in starts


@pytest.mark.parametrize("length", [0, 1, HEADER_BYTES - 1])
def test_less_than_a_header_is_no_sealed_file(tmp_path: Path, length: int) -> None:
    with pytest.raises(Damaged):
        opened(tmp_path, written()[:length])


def test_another_customers_key_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(Damaged):
        opened(tmp_path, written(), CustomerKey(id=OURS.id, key=b"x" * 32))


def test_nothing_of_the_content_stands_in_the_file() -> None:
    content = b"Nguyen Thi Mai" * 40
    file = sealed(content, OURS.data_key(), file_id=FILE_ID, record_bytes=64)
    assert b"Mai" not in file
    assert OURS.key not in file


def test_the_same_content_sealed_twice_has_nothing_in_common() -> None:
    key = OURS.data_key()
    first, second = (sealed(WHOLE, key, file_id=FILE_ID) for _ in range(2))
    assert first[HEADER_BYTES + 20 :] != second[HEADER_BYTES + 20 :]


def test_what_did_not_fit_on_the_disk_is_known_to_be_missing(tmp_path: Path) -> None:
    sealer = Sealer(OURS.data_key(), file_id=FILE_ID)
    file = sealer.header + sealer.record(b"first")
    sealer.record(b"does not fit")
    sealer.take_back()
    sealer.miss(2)  # these never reached the disk's line
    file += sealer.record(b"second") + sealer.end()
    with opened(tmp_path, file) as reader:
        assert reader.read(0, 99) == b"firstsecond"
        assert (reader.is_whole, reader.missing) == (True, 3)


# Whoever changes a file


Change = Callable[[random.Random, list[bytes]], list[bytes]]


def _flip(draw: random.Random, parts: list[bytes]) -> list[bytes]:
    which = draw.randrange(len(parts))
    changed = bytearray(parts[which])
    changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return [*parts[:which], bytes(changed), *parts[which + 1 :]]


def _swap(draw: random.Random, parts: list[bytes]) -> list[bytes]:
    one, other = draw.sample(range(1, len(parts)), 2)
    parts[one], parts[other] = parts[other], parts[one]
    return parts


def _drop(draw: random.Random, parts: list[bytes]) -> list[bytes]:
    first = draw.randrange(1, len(parts))
    del parts[first : first + draw.randrange(1, 4)]
    return parts


def _repeat(draw: random.Random, parts: list[bytes]) -> list[bytes]:
    parts.insert(draw.randrange(1, len(parts) + 1), draw.choice(parts[1:]))
    return parts


def _cut(draw: random.Random, parts: list[bytes]) -> list[bytes]:
    file = b"".join(parts)
    return [file[: draw.randrange(len(file))]]


def _splice(draw: random.Random, parts: list[bytes]) -> list[bytes]:
    """A record of another file under the same data key."""
    return [*parts[:3], Sealer(KEY, file_id=FILE_ID).record(PARTS[3]), *parts[4:]]


KEY = OURS.data_key()


@pytest.mark.parametrize("change", [_flip, _swap, _drop, _repeat, _cut, _splice])
@pytest.mark.parametrize("end", [True, False], ids=["whole", "broken-off"])
def test_a_changed_file_is_never_taken_for_what_was_written(
    tmp_path: Path, change: Change, end: bool
) -> None:
    draw = random.Random(11)
    for _ in range(40):
        sealer = Sealer(KEY, file_id=FILE_ID)
        parts = [sealer.header, *(sealer.record(part) for part in PARTS)]
        parts += [sealer.end()] if end else []
        before = b"".join(parts)
        after = b"".join(change(draw, parts))
        if after == before:
            continue
        try:
            with opened(tmp_path, after) as reader:
                assert not reader.is_whole or change is not _cut
                content = reader.read(0, reader.size)
        except Damaged:
            continue
        assert not reader.is_whole, "taken for whole"
        assert WHOLE.startswith(content)
