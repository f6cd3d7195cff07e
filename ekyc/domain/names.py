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


def appears(phrase: str, text: str, *, misread: float = 0.2) -> bool:
    """Whether a phrase stands somewhere in a text, up to this share of its letters misread.

    Both without diacritics, spaces and signs (Sellers: an edit distance that may begin anywhere).
    """
    wanted, given = "".join(words(phrase)), "".join(words(text))
    if wanted in given:
        return True
    above = list(range(len(wanted) + 1))
    for sign in given:
        line = [0]
        for row, letter in enumerate(wanted, start=1):
            changed = above[row - 1] + (letter != sign)
            line.append(min(above[row] + 1, line[-1] + 1, changed))
        if line[-1] <= misread * len(wanted):
            return True
        above = line
    return False
