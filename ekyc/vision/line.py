"""A line of print as somebody read it: words, and how sure each is."""

from dataclasses import dataclass

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of a straightened side."""

Word = tuple[str, float]
"""Its text, and the reader's confidence, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of print, word by word."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The line as read."""
        return " ".join(word for word, _ in self.words)

    def confidence(self, part: str) -> float:
        """Of the least sure word in a part of the line; labels around it do not count."""
        wanted = set(part.split())
        sure = [confidence for word, confidence in self.words if word in wanted]
        return min(sure) if sure else min(confidence for _, confidence in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Print without a gap as it was read, and where: from its first sign to its last, from the top
    of its small letters or capitals to its foot."""

    box: Box
    line: Line
