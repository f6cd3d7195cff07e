"""Names as people, cards and machines write them: folding diacritics away, and comparing."""

import unicodedata
from collections.abc import Iterator

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
    if not left or not right:
        return len(left) + len(right)
    *_, cost = _costs(left, right, 1)
    return cost


def appears(phrase: str, text: str, *, misread: float = 0.2) -> bool:
    """Whether a phrase stands somewhere in a text, up to this share of its letters misread."""
    letters = len("".join(words(phrase)))
    return letters_misread(phrase, text) <= misread * letters


def letters_misread(phrase: str, text: str) -> int:
    """Letters put in, taken out or changed where a text comes nearest to saying a phrase.

    Both without diacritics, spaces and signs (an edit distance that may begin anywhere: Sellers
    1980).
    """
    wanted, given = "".join(words(phrase)), "".join(words(text))
    return min((len(wanted), *_costs(wanted, given, 0)))


def _costs(wanted: str, given: str, beginning: int) -> Iterator[int]:
    """What all of `wanted` costs against what is given up to each sign, letters before it at
    `beginning` each: a column of the usual table in the bits of two numbers (Myers 1999)."""
    whole, last = (1 << len(wanted)) - 1, 1 << len(wanted) >> 1
    stands: dict[str, int] = {}
    for at, letter in enumerate(wanted):
        stands[letter] = stands.get(letter, 0) | 1 << at
    rises, falls, cost = whole, 0, len(wanted)
    for sign in given:
        same = stands.get(sign, 0)
        free = (((same & rises) + rises) ^ rises) | same | falls
        up, down = falls | (whole & ~(free | rises)), rises & free
        cost += bool(up & last) - bool(down & last)
        yield cost
        up, down = (up << 1 | beginning) & whole, down << 1 & whole
        rises, falls = down | (whole & ~(free | up)), up & free
