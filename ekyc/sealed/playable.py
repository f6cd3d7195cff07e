"""A recording as it is played: the front out of its index, then clusters out of the original."""

from pathlib import Path
from struct import Struct

from ekyc.sealed.form import CustomerKey, Damaged
from ekyc.sealed.reader import Reader, Source

_PLACES = Struct(">QQ16s")


def index_content(front: bytes, *, begin: int, end: int, file_id: bytes) -> bytes:
    """What stands in an index: which bytes of which original follow the front, and the front."""
    return _PLACES.pack(begin, end, file_id) + front


class Playable:
    """A front, and what follows it out of another source."""

    def __init__(self, front: bytes, original: Source, *, begin: int, end: int) -> None:
        self._front, self._original, self._begin, self._end = front, original, begin, end
        self.size = len(front) + end - begin
        """Bytes of content."""

    @classmethod
    def opened(cls, index: Path, original: Path, owner: CustomerKey) -> "Playable":
        """Both files of a recording; `Damaged`, also when they are not of one recording."""
        with Reader(index, owner) as reader:
            content = reader.read(0, reader.size)
            if not reader.is_whole or reader.header.file_id.hex() != index.name.partition(".")[0]:
                raise Damaged("the index broke off, or is another recording's")
        begin, end, file_id = _PLACES.unpack_from(content)
        recording = Reader(original, owner)
        if recording.header.file_id != file_id or end > recording.size:
            recording.close()
            raise Damaged("the index is another recording's")
        return cls(content[_PLACES.size :], recording, begin=begin, end=end)

    def read(self, at: int, count: int) -> bytes:
        """So many bytes from there, fewer at the end; `Damaged`."""
        front = self._front[at : at + count]
        begin = self._begin + max(0, at - len(self._front))
        rest = min(count - len(front), self._end - begin)
        return front + self._original.read(begin, rest) if rest > 0 else front

    def close(self) -> None:
        """Let go of the original."""
        self._original.close()
