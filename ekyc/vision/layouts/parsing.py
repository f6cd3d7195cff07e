"""From lines of print to the values of fields, however the OCR program spells them.

Each function takes the lines of one place of a document and says what it found there: a field's
name and a candidate with the confidence of the words it stands in.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from ekyc.domain import citizen
from ekyc.domain.citizen import NATION
from ekyc.domain.document import Candidate
from ekyc.domain.names import composed, distance, folded
from ekyc.domain.syllables import SURNAMES, surname
from ekyc.vision.line import Line

Parse = Callable[[Sequence[Line]], dict[str, Candidate]]

_DIGIT: Final = "[0-9OoQDIl|SB]"
_DATE: Final = re.compile(
    rf"(?<![0-9])({_DIGIT}{{2}})[^\w]{{1,4}}({_DIGIT}{{2}})[^\w]{{1,4}}({_DIGIT}{{4}})(?![0-9])"
)
_WORDED: Final = re.compile(r"([0-9]{2})[^0-9]{1,20}([0-9]{2})[^0-9]{1,20}([0-9]{4})(?![0-9])")
_NUMBER: Final = re.compile(rf"{_DIGIT}(?: ?{_DIGIT}){{11}}")
_NINE: Final = re.compile(rf"(?<![0-9]){_DIGIT}(?: ?{_DIGIT}){{8}}(?![0-9])")
_PLACE_BEGINS: Final = re.compile(
    r"(?<=\w) (?=(?:Huyện|Quận|Phường|Xã|Tỉnh|Thị xã|Thị trấn|Thành phố) )"
)
"""A comma stands before the next larger place; on fine paper lines it is easily missed."""

FEWEST_LETTERS: Final = 2
"""A piece of a line with less is a speck of the paper's pattern."""

MENDED: Final = 0.7
SUPPOSED: Final = 0.6
"""A surname mended by its letters alone, or in no list (`THIỀU` was read `THIẾU`): stays in doubt
even where two readers say the same."""
_READ_AS_LETTERS: Final = str.maketrans("OoQDIl|SB", "000011158")
"""A model of a language takes a digit between letters for a letter; here only digits can stand."""


def number(lines: Sequence[Line]) -> dict[str, Candidate]:
    """Twelve digits."""
    return _digits("number", lines, _NUMBER)


def old_number(lines: Sequence[Line]) -> dict[str, Candidate]:
    """The number of an old identity card: twelve digits or nine."""
    return number(lines) or _digits("number", lines, _NINE)


def personal_number(lines: Sequence[Line]) -> dict[str, Candidate]:
    """The citizen number a passport mentions."""
    return _digits("personal_number", lines, _NUMBER)


def _digits(field: str, lines: Sequence[Line], form: re.Pattern[str]) -> dict[str, Candidate]:
    for line in lines:
        for digits in form.finditer(line.text):
            text = digits.group().replace(" ", "").translate(_READ_AS_LETTERS)
            return {field: _sure(text, line, digits.group())}
    return {}


_PASSPORT_NUMBER: Final = re.compile(r"\b(?=(?:[A-Z]*[0-9]){5})[A-Z0-9]{7,9}\b")


def passport_number(lines: Sequence[Line]) -> dict[str, Candidate]:
    """Seven to nine digits and letters, five digits at least (ICAO 9303-4: nine at most)."""
    for line in lines:
        whole = line.text.replace(" ", "")
        found = _PASSPORT_NUMBER.fullmatch(whole) or _PASSPORT_NUMBER.search(line.text)
        if found:
            return {"number": _sure(found.group(), line, found.group())}
    return {}


def name(lines: Sequence[Line]) -> dict[str, Candidate]:
    """A Vietnamese name: ends torn from their syllables go back to them, and a surname that differs
    from a usual one in marks alone is mended, and says so; one in no list is left in doubt."""
    return {field: _vietnamese(said) for field, said in any_name(lines).items()}


def _vietnamese(said: Candidate) -> Candidate:
    first, *others = _TORN.sub(r"\1", said.value).split()
    meant = surname(first)
    is_read = meant == first and meant.lower() in SURNAMES
    sure = said.confidence if is_read else min(SUPPOSED, said.confidence)
    return Candidate(value=" ".join([meant, *others]), confidence=sure)


def any_name(lines: Sequence[Line]) -> dict[str, Candidate]:
    """The longest line in capitals, or what follows its label's colon on the same line."""
    parts = [(line, line.text.rpartition(":")[2].strip()) for line in lines]
    shouted = [(line, part) for line, part in parts if _is_shouted(part)]
    if not shouted:
        return {}
    line, part = max(shouted, key=lambda each: len(each[1]))
    name = composed(re.sub(r"[^\w\s'’-]|[\d_]", "", part)).upper().strip(" '’-")
    return {"full_name": _sure(name, line, part)} if name else {}


_TORN: Final = re.compile(r" (C|CH|M|N|NG|NH|P|T)(?= |$)")
"""What ends a Vietnamese syllable and is none: `HỢ P` was printed `HỢP`."""


def _is_shouted(text: str) -> bool:
    return sum(sign.isupper() for sign in text) > len(text) / 2


def birth(lines: Sequence[Line]) -> dict[str, Candidate]:
    """The date of birth."""
    return _dated("birth_date", lines)


def issue(lines: Sequence[Line]) -> dict[str, Candidate]:
    """The date of issue, in figures or as `Ngày 22 tháng 05 năm 2021`."""
    return _dated("issue_date", lines) or _dated("issue_date", lines, _WORDED)


def expiry(lines: Sequence[Line]) -> dict[str, Candidate]:
    """The date of expiry, or that there is none."""
    if dated := _dated("expiry_date", lines):
        return dated
    for line in lines:
        if "THOI HAN" in folded(line.text):
            return {"expiry_date": _sure(citizen.NO_EXPIRY, line, line.text)}
    return {}


_MONTH: Final = r"(?:[^\W\d_]|0){3,9}"
_WRITTEN: Final = re.compile(
    rf"(?<![0-9])({_DIGIT}{{1,2}})[\W_]{{0,3}}({_MONTH})\.?(?: ?/ ?{_MONTH}\.?)?[\W_]{{0,3}}"
    rf"({_DIGIT}{{4}})(?![0-9])"
)
"""`05 Feb 1985`, `20 FEB /FÉV 2026`."""

_MONTHS: Final = (
    *("JAN ENE GEN", "FEB FEV", "MAR MAE", "APR AVR ABR", "MAY MAI MAG MAJ", "JUN JUIN GIU"),
    *("JUL JUIL LUG", "AUG AOU AGO", "SEP SET", "OCT OKT OTT OUT", "NOV", "DEC DEZ DIC DES"),
)
"""How months begin on passports, folded: ICAO 9303-3 has them in English, French or Spanish beside
the state's own language."""


def day(field: str) -> Parse:
    """A date in figures or with its month written out."""

    def parse(lines: Sequence[Line]) -> dict[str, Candidate]:
        return _dated(field, lines) or _dated(field, lines, _CLOSE) or _written(field, lines)

    return parse


_CLOSE: Final = re.compile(r"(?<![0-9])([0-9]{2}) ?([0-9]{2}) ?([0-9]{4})(?![0-9])")


def _written(field: str, lines: Sequence[Line]) -> dict[str, Candidate]:
    for line in lines:
        for found in _WRITTEN.finditer(line.text):
            date, month, year = found.groups()
            number = _month(folded(month.replace("0", "O")))
            text = f"{date.translate(_READ_AS_LETTERS)}/{number}/{year.translate(_READ_AS_LETTERS)}"
            if number and (iso := citizen.iso_date(text)):
                return {field: _sure(iso, line, found.group())}
    return {}


def _month(word: str) -> int:
    """1 to 12; 0 for what begins like none."""
    for number, names in enumerate(_MONTHS, start=1):
        if any(word.startswith(name) for name in names.split()):
            return number
    return 0


def _dated(
    field: str, lines: Sequence[Line], form: re.Pattern[str] | None = None
) -> dict[str, Candidate]:
    for line in lines:
        if (found := (form or _DATE).search(line.text)) and (
            day := citizen.iso_date("".join(found.groups()).translate(_READ_AS_LETTERS))
        ):
            return {field: _sure(day, line, found.group())}
    return {}


def sex(lines: Sequence[Line]) -> dict[str, Candidate]:
    """Nam or Nữ."""
    return {name: said for name, said in sex_and_nationality(lines).items() if name == "sex"}


def sex_letter(lines: Sequence[Line]) -> dict[str, Candidate]:
    """M or F, alone or beside the word of another language: `NỮ / F`."""
    for line in lines:
        if found := re.findall(r"(?<![^\W\d_])[MF](?![^\W\d_])", line.text):
            return {"sex": _sure(found[-1], line, found[-1])}
    return {}


def nationality(lines: Sequence[Line]) -> dict[str, Candidate]:
    """The nation, with or without its label before it."""
    for line in lines:
        part = _after_word(line.text, "NATIONALITY") or line.text.rpartition(":")[2]
        if sum(map(str.isalpha, part)) >= FEWEST_LETTERS:
            return {"nationality": _nation(line, part)}
    return {}


def sex_and_nationality(lines: Sequence[Line]) -> dict[str, Candidate]:
    """Both of one line; what follows the nation's label is the nation."""
    found: dict[str, Candidate] = {}
    for line in lines:
        before = re.split(r"\bQu.c\b", line.text)[0]  # what follows ends with a Nam of its own
        said = re.search(r"\b(Nam|N[ữừứuưủ])\b", before)
        if said and "sex" not in found and (letter := citizen.sex_letter(_nu(said.group()))):
            found["sex"] = _sure(letter, line, said.group())
        label = re.search(r"\bQu.c t.ch ?:", line.text)
        nation = _after_word(line.text, "NATIONALITY") or (label and line.text[label.end() :])
        if nation:
            found["nationality"] = _nation(line, nation)
    return found


def _nation(line: Line, part: str) -> Candidate:
    """The card is given to citizens only, so a misread letter is mended, and says so."""
    name = composed(part).strip(" .:;,'")
    if name.casefold() == NATION.casefold():
        return _sure(NATION, line, part)
    if distance(folded(name), folded(NATION)) <= 2:
        return Candidate(value=NATION, confidence=min(MENDED, line.confidence(part)))
    return _sure(name, line, part)


def _nu(text: str) -> str:
    return text if text == "Nam" else "Nữ"


PLACES: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "origin": (("ORIGIN", "QUE QUAN", "NGUYEN QUAN"), "ORIGIN"),
    "birth_place": (("OF BIRTH", "KHAI SINH", "NOI SINH"), "BIRTH"),
    "residence": (("RESIDENCE", "THUONG TRU", "CU TRU", "ADDRESS"), "RESIDENCE"),
}
"""What a label says, folded, and its last word where it is English as well."""


def places(lines: Sequence[Line]) -> dict[str, Candidate]:
    """Labelled paragraphs of one or more lines each; the label may stand on a line of its own."""
    said: dict[str, list[tuple[str, float]]] = {}
    current = ""
    for line in lines:
        label = _label(folded(line.text))
        current = label or current
        text = _after_label(line.text, label) if label else line.text
        if current and sum(sign.isalpha() for sign in text) >= FEWEST_LETTERS:
            said.setdefault(current, []).append((text, line.confidence(text)))
    return {name: _joined(parts) for name, parts in said.items()}


def place(field: str) -> Parse:
    """A paragraph that is this field's, label and all, however the label was read."""

    def parse(lines: Sequence[Line]) -> dict[str, Candidate]:
        parts = []
        for line in lines:
            label = _label(folded(line.text))
            text = _after_label(line.text, label) if label else line.text
            if sum(sign.isalpha() for sign in text) >= FEWEST_LETTERS:
                parts.append((text, line.confidence(text)))
        return {field: _joined(parts)} if parts else {}

    return parse


def _label(plain: str) -> str:
    for field, (marks, _) in PLACES.items():
        if any(mark in plain for mark in marks):
            return field
    return ""


def _after_label(text: str, label: str) -> str:
    return text.partition(":")[2] if ":" in text else _after_word(text, PLACES[label][1])


_CLASS: Final = re.compile(r"A[1-4]?|B[12]?|F?[CDE]|C1|D[12]|FB2|F|BE|C1E|CE|D[12]?E")
"""Of driving licences: Circular 35/2024/TT-BGTVT, and those given before."""


def licence_class(lines: Sequence[Line]) -> dict[str, Candidate]:
    """The class: the last word that is one."""
    for line in lines:
        for word in reversed(re.findall(r"\b[A-Z0-9]{1,3}\b", line.text)):
            if _CLASS.fullmatch(word):
                return {"licence_class": _sure(word, line, word)}
    return {}


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
