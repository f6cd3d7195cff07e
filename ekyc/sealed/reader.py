"""Reads a sealed file, finished or broken off, at any place: only the records asked for are opened.

Everything blocks; call it in a thread. One reader is for one thread at a time.
"""

import io
import os
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from ekyc.sealed.form import (
    HEADER_BYTES,
    LONGEST,
    RECORD,
    TAG_BYTES,
    Cipher,
    CustomerKey,
    Damaged,
    Header,
)


class Source(Protocol):
    """Clear bytes of a known number, read at any place."""

    @property
    def size(self) -> int:
        """How many."""
        ...

    def read(self, at: int, count: int) -> bytes:
        """So many from there, fewer at the end; `Damaged`."""
        ...

    def close(self) -> None:
        """No more."""
        ...


def header_of(path: Path) -> Header:
    """Whose file it is; `Damaged`."""
    with path.open("rb") as file:
        return Header.parsed(file.read(HEADER_BYTES))


class Reader:
    """An opened file. What `read` gives was written by the holder of the key, in this order."""

    def __init__(self, path: Path, owner: CustomerKey | Callable[[Header], CustomerKey]) -> None:
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self.header = Header.parsed(os.pread(self._descriptor, HEADER_BYTES, 0))
            customer = owner if isinstance(owner, CustomerKey) else owner(self.header)
            self._cipher = Cipher(self.header, self.header.key_under(customer))
            self._held: tuple[int, bytes] = (-1, b"")
            self._scan()
        except BaseException:
            os.close(self._descriptor)
            raise

    def _scan(self) -> None:
        """Walk the lengths; believe the end only once it is opened."""
        self._places, self._numbers = array("Q"), array("I")
        self._starts = array("Q", [0])  # of each record's content, and where the last one ends
        length, self.is_whole = os.fstat(self._descriptor).st_size, False
        place, number = HEADER_BYTES, -1
        while place + RECORD.size <= length and not self.is_whole:
            head = os.pread(self._descriptor, RECORD.size, place)
            sealed, given, last = RECORD.unpack(head)
            end = place + RECORD.size + sealed
            content = sealed - TAG_BYTES
            is_record = content == 0 if last == 1 else last == 0 and 0 < content <= LONGEST
            if not is_record or given <= number or end > length:
                break
            self._places.append(place + RECORD.size)
            self._numbers.append(given)
            self._starts.append(self._starts[-1] + content)
            place, number, self.is_whole = end, given, bool(last)
        self._settle_end(extra=length - place)

    def _settle_end(self, *, extra: int) -> None:
        if self.is_whole:
            if extra:
                raise Damaged("something stands after the end")
            self._record(len(self._places) - 1)
            return
        while len(self._places) and not self._opens(len(self._places) - 1):
            self._places.pop()
            self._numbers.pop()
            self._starts.pop()

    def _opens(self, index: int) -> bool:
        try:
            self._record(index)
        except Damaged:
            return False
        return True

    @property
    def size(self) -> int:
        """Bytes of content."""
        return self._starts[-1]

    @property
    def missing(self) -> int:
        """Records the writer had to let go: the disk was full or stalled."""
        return self._numbers[-1] + 1 - len(self._numbers) if len(self._numbers) else 0

    def read(self, at: int, count: int) -> bytes:
        """So many bytes from there, fewer at the end; `Damaged`."""
        parts, end = [], min(at + count, self.size)
        while at < end:
            index = bisect_right(self._starts, at) - 1
            start = self._starts[index]
            part = self._record(index)[at - start : end - start]
            parts.append(part)
            at += len(part)
        return b"".join(parts)

    def records(self) -> Iterator[bytes]:
        """The content of one record after the other; `Damaged`."""
        for index in range(len(self._places)):
            content = self._record(index)
            if content:
                yield content

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _record(self, index: int) -> bytes:
        if self._held[0] != index:
            start, after = self._starts[index], self._starts[index + 1]
            sealed = os.pread(self._descriptor, after - start + TAG_BYTES, self._places[index])
            last = self.is_whole and index == len(self._places) - 1
            number = self._numbers[index]
            self._held = (index, self._cipher.open(sealed, number=number, at=start, last=last))
        return self._held[1]


class Stream(io.RawIOBase):
    """A source as a file, for programs that read files."""

    def __init__(self, source: Source) -> None:
        self._source, self._at = source, 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go on elsewhere."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._source.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        """Where it goes on."""
        return self._at

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        """Fill the buffer, or less at the end."""
        content = self._source.read(self._at, len(buffer))
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)
