"""The printed fields of the chip citizen card of 2021: where they stand and what they look like.

Boxes are of a straightened card, 20 pixels a millimetre (Circular 06/2021/TT-BCA). Lines begin with
their bilingual label; what follows the colon is the value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ekyc.domain import citizen
from ekyc.domain.document import Candidate, Side
from ekyc.domain.names import composed, distance, folded
from ekyc.settings import Documents
from ekyc.vision import ocr
from ekyc.vision.image import Pixels
from ekyc.vision.ocr import CALM, SHARP, Line, Look

Box = tuple[int, int, int, int]
Parse = Callable[[Sequence[Line]], dict[str, Candidate]]

_DIGIT: Final = "[0-9OoQDIl|SB]"
_DATE: Final = re.compile(
    rf"(?<![0-9])({_DIGIT}{{2}})[^\w]{{1,4}}({_DIGIT}{{2}})[^\w]{{1,4}}({_DIGIT}{{4}})(?![0-9])"
)
_NUMBER: Final = re.compile(rf"{_DIGIT}(?: ?{_DIGIT}){{11}}")
_PLACE_BEGINS: Final = re.compile(
    r"(?<=\w) (?=(?:Huyện|Quận|Phường|Xã|Tỉnh|Thị xã|Thị trấn|Thành phố) )"
)
"""A comma stands before the next larger place; on fine paper lines it is easily missed."""

FEWEST_LETTERS: Final = 2
"""A piece of a line with less is a speck of the paper's pattern."""

NATION: Final = "Việt Nam"
MENDED: Final = 0.7
DISPUTED: Final = 0.45
_READ_AS_LETTERS: Final = str.maketrans("OoQDIl|SB", "000011158")
"""A model of a language takes a digit between letters for a letter; here only digits can stand."""


def read(card: Pixels, side: Side, limits: Documents) -> dict[str, Candidate]:
    """What the print of an upright, straightened side says."""
    zones = ZONES[side]
    crops = [(card[top:bottom, left:right], look) for (left, top, right, bottom), _, look in zones]
    found: dict[str, Candidate] = {}
    for (_, parse, _), lines in zip(zones, ocr.read(crops, limits), strict=True):
        for name, candidate in parse(lines).items():
            found[name] = _agreed(found[name], candidate) if name in found else candidate
    return found


def _agreed(first: Candidate, second: Candidate) -> Candidate:
    """Two looks at one field: alike, the surer one counts; else the surer one, in doubt."""
    surer = max(first, second, key=lambda candidate: candidate.confidence)
    if first.value == second.value:
        return surer
    return Candidate(value=surer.value, confidence=min(DISPUTED, surer.confidence))


def _number(lines: Sequence[Line]) -> dict[str, Candidate]:
    for line in lines:
        for digits in _NUMBER.finditer(line.text):
            text = digits.group().replace(" ", "").translate(_READ_AS_LETTERS)
            if citizen.citizen_number(text):
                return {"number": _sure(text, line, digits.group())}
    return {}


def _name(lines: Sequence[Line]) -> dict[str, Candidate]:
    """The longest line in capitals."""
    shouted = [line for line in lines if sum(c.isupper() for c in line.text) > len(line.text) / 2]
    if not shouted:
        return {}
    line = max(shouted, key=lambda each: len(each.text))
    name = composed(re.sub(r"[^\w\s'’-]|[\d_]", "", line.text)).upper().strip(" '’-")
    return {"full_name": _sure(name, line, line.text)} if name else {}


def _birth(lines: Sequence[Line]) -> dict[str, Candidate]:
    return _dated("birth_date", lines)


def _issue(lines: Sequence[Line]) -> dict[str, Candidate]:
    return _dated("issue_date", lines)


def _expiry(lines: Sequence[Line]) -> dict[str, Candidate]:
    if dated := _dated("expiry_date", lines):
        return dated
    for line in lines:
        if "THOI HAN" in folded(line.text):
            return {"expiry_date": _sure(citizen.NO_EXPIRY, line, line.text)}
    return {}


def _dated(field: str, lines: Sequence[Line]) -> dict[str, Candidate]:
    for line in lines:
        if (found := _DATE.search(line.text)) and (
            day := citizen.iso_date("".join(found.groups()).translate(_READ_AS_LETTERS))
        ):
            return {field: _sure(day, line, found.group())}
    return {}


def _sex_and_nationality(lines: Sequence[Line]) -> dict[str, Candidate]:
    found: dict[str, Candidate] = {}
    for line in lines:
        before = re.split(r"\bQu.c\b", line.text)[0]  # what follows ends with a Nam of its own
        sex = re.search(r"\b(Nam|N[ữừứuưủ])\b", before)
        if sex and "sex" not in found and (letter := citizen.sex_letter(_nu(sex.group()))):
            found["sex"] = _sure(letter, line, sex.group())
        if nation := _after_word(line.text, "NATIONALITY"):
            found["nationality"] = _nation(line, nation)
    return found


def _nation(line: Line, part: str) -> Candidate:
    """The card is given to citizens only, so a misread letter is mended, and says so."""
    name = composed(part).strip(" .:;,'")
    if name != NATION and distance(folded(name), folded(NATION)) <= 2:
        return Candidate(value=NATION, confidence=min(MENDED, line.confidence(part)))
    return _sure(name, line, part)


def _nu(text: str) -> str:
    return text if text == "Nam" else "Nữ"


def _places(lines: Sequence[Line]) -> dict[str, Candidate]:
    """Two labelled paragraphs of one or two lines each."""
    said: dict[str, list[tuple[str, float]]] = {"origin": [], "residence": []}
    current = ""
    for line in lines:
        label = _label(folded(line.text))
        current = label or current
        text = line.text
        if label:
            text = _after_word(text, label.upper()) or text.partition(":")[2]
        if current and sum(sign.isalpha() for sign in text) >= FEWEST_LETTERS:
            said[current].append((text, line.confidence(text)))
    return {name: _joined(parts) for name, parts in said.items() if parts}


def _label(plain: str) -> str:
    if "ORIGIN" in plain or "QUE QUAN" in plain:
        return "origin"
    if "RESIDENCE" in plain or "THUONG TRU" in plain:
        return "residence"
    return ""


def _after_word(text: str, last: str) -> str:
    """What follows a label's last word, be it misread by a letter or four."""
    words = text.split()
    for at, word in enumerate(words):
        letters = re.sub("[^A-Z]", "", folded(word)).removeprefix("OF")
        if distance(letters, last) <= len(last) // 3:
            return " ".join(words[at + 1 :])
    return ""


def _joined(parts: Sequence[tuple[str, float]]) -> Candidate:
    words = " ".join(text for text, _ in parts).split()
    text = composed(" ".join(map(_cased, words))).strip(" .;:,-'")
    text = _PLACE_BEGINS.sub(", ", text)
    return Candidate(value=text, confidence=min(confidence for _, confidence in parts))


def _cased(word: str) -> str:
    """A word as places are written: ó, ổ and their like have the same shape small and capital.

    What has no mark may be an abbreviation and stays.
    """
    mixed = any(sign.isupper() for sign in word[1:]) and any(sign.islower() for sign in word)
    marked = word.isupper() and folded(word) != word and len(word) > 1
    return word[0] + word[1:].lower() if mixed or marked else word


def _sure(value: str, line: Line, part: str) -> Candidate:
    return Candidate(value=value, confidence=line.confidence(part))


ZONES: Final[Mapping[Side, Sequence[tuple[Box, Parse, Look]]]] = {
    Side.FRONT: (
        ((505, 338, 1350, 432), _number, CALM),
        ((505, 472, 1690, 538), _name, CALM),
        ((505, 538, 1690, 597), _birth, CALM),
        ((505, 538, 1690, 597), _birth, SHARP),
        ((505, 596, 1690, 657), _sex_and_nationality, CALM),
        ((505, 656, 1700, 960), _places, CALM),
        ((505, 656, 1700, 960), _places, SHARP),  # no other source knows the place of origin
        ((50, 936, 530, 1020), _expiry, CALM),
        ((256, 936, 530, 1020), _expiry, SHARP),  # without most of its label
    ),
    Side.BACK: (
        ((40, 126, 985, 200), _issue, CALM),
        ((40, 126, 985, 200), _issue, SHARP),
    ),
}
