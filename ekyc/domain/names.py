"""Names as people, cards and machines write them: folding diacritics away, and comparing."""

import unicodedata

FILLER = "<"


def composed(text: str) -> str:
    """NFC with single spaces: one spelling for what looks the same."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def folded(text: str) -> str:
    """Capital letters without diacritics, as ICAO 9303-3 §6 writes names: `Đặng Ửng` → `DANG UNG`.

    đ has no decomposition in Unicode, so it is folded by hand.
    """
    plain = text.replace("đ", "d").replace("Đ", "D")
    parts = unicodedata.normalize("NFD", plain)
    bare = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return " ".join(bare.upper().split())


def words(text: str) -> list[str]:
    """The folded letters and digits of a text, word by word; everything else separates."""
    return "".join(sign if sign.isalnum() else " " for sign in folded(text)).split()


def distance(left: str, right: str) -> int:
    """How many letters must be put in, taken out or changed (Levenshtein)."""
    above = list(range(len(right) + 1))
    for row, sign in enumerate(left, start=1):
        line = [row]
        for column, other in enumerate(right, start=1):
            changed = above[column - 1] + (sign != other)
            line.append(min(above[column] + 1, line[-1] + 1, changed))
        above = line
    return above[-1]
