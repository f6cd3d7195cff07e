"""Data pages of passports as no country prints them, in the manners of many: captions above their
values or beside them, in two languages and English or French alone, dates written out or in
figures. Nobody's numbers: the country is ICAO's own for specimens.
"""

from collections.abc import Callable, Mapping
from typing import Final

from ekyc.demo.designs.sheet import ID_3, INK, LABEL, ROBOTO, Card, Paper, Print, Sheet, Typeface
from ekyc.demo.specimen import Specimen
from ekyc.domain.document import Side

_ENGLISH: Final = (
    *("JAN", "FEB", "MAR", "APR", "MAY", "JUN"),
    *("JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
)
_FRENCH: Final = (
    *("JANV", "FÉV", "MARS", "AVR", "MAI", "JUIN"),
    *("JUIL", "AOÛT", "SEPT", "OCT", "NOV", "DÉC"),
)
Row = tuple[float, float, str, str]
"""Left, top, caption, value."""


def page(specimen: Specimen, manner: str, *, typeface: Typeface = ROBOTO) -> Card:
    """The page of this person; `manner`: one of MANNERS."""
    paper, below, small, size, rows = MANNERS[manner]
    sheet = Sheet(specimen, Side.FRONT, paper, Print(typeface=typeface))
    for left, top, caption, value in rows(specimen):
        if below:
            sheet.under((left, top), caption, value, size=size, small=small)
        else:
            sheet.write((left, top + (size - small) * 0.95), caption, small, colour=LABEL)
            sheet.write((left + 640, top), value, size, colour=INK)
    sheet.portrait((120, 330, 760, 1190))
    sheet.stamp((160, 1220, 480, 1300))
    sheet.zone(specimen.mrz_lines, top=1400, left=132, step=127)
    return sheet.card()


def _names(specimen: Specimen) -> tuple[str, str]:
    surname, _, given = specimen.full_name.partition(" ")
    return surname, given


def _union(person: Specimen) -> list[Row]:
    """Numbered captions in two languages, months in both."""

    def day(when: object) -> str:
        month = int(f"{when:%m}") - 1
        return f"{when:%d} {_ENGLISH[month]} /{_FRENCH[month]} {when:%Y}"

    surname, given = _names(person)
    return [
        (860, 90, "REPUBLIC OF UTOPIA", "PASSPORT"),
        (820, 250, "Type/Type", "P"),
        (1240, 250, "Code/Code", "UTO"),
        (1860, 250, "Passport No./Passeport No.", person.number),
        (820, 380, "Surname/Nom (1)", surname),
        (820, 500, "Given names/Prénoms (2)", given),
        (820, 620, "Nationality/Nationalité (3)", "UTOPIAN"),
        (820, 740, "Date of birth/Date de naissance (4)", day(person.birth)),
        (820, 860, "Sex/Sexe (5)", person.sex),
        (1240, 860, "Place of birth/Lieu de naissance (6)", person.birth_place),
        (820, 980, "Date of issue/Date de délivrance (7)", day(person.issue)),
        (1700, 980, "Authority/Autorité (8)", "MINISTRY OF TRAVEL"),
        (820, 1100, "Date of expiry/Date d'expiration (9)", day(person.expiry)),
    ]


def _american(person: Specimen) -> list[Row]:
    """Three languages; the place of birth before the sex, the authority far below."""

    def day(when: object) -> str:
        return f"{when:%d} {_ENGLISH[int(f'{when:%m}') - 1].title()} {when:%Y}"

    surname, given = _names(person)
    return [
        (860, 80, "UNITED REPUBLICS OF UTOPIA", "PASSPORT"),
        (860, 240, "Type / Type / Tipo", "P"),
        (1200, 240, "Code / Code / Código", "UTO"),
        (1760, 240, "Passport No. / No. du Passeport", person.number),
        (860, 370, "Surname / Nom / Apellidos", surname),
        (860, 490, "Given Names / Prénoms / Nombres", given),
        (860, 610, "Nationality / Nationalité / Nacionalidad", "UTOPIA"),
        (860, 730, "Date of birth / Date de naissance", day(person.birth)),
        (860, 850, "Place of birth / Lieu de naissance", person.birth_place),
        (1900, 850, "Sex / Sexe / Sexo", person.sex),
        (860, 970, "Date of issue / Date de délivrance", day(person.issue)),
        (1660, 970, "Authority / Autorité / Autoridad", "Department of Roads"),
        (860, 1090, "Date of expiration / Date d'expiration", day(person.expiry)),
    ]


def _beside(person: Specimen) -> list[Row]:
    """Captions of one language, values beside them, dates in figures."""
    surname, given = _names(person)
    return [
        (860, 120, "UTOPIA", ""),
        (860, 250, "Passport No", person.number),
        (860, 340, "Surname", surname),
        (860, 430, "Given names", given),
        (860, 520, "Nationality", "UTO"),
        (860, 610, "Date of birth", f"{person.birth:%d.%m.%Y}"),
        (860, 700, "Sex", person.sex),
        (860, 790, "Place of birth", person.birth_place),
        (860, 880, "Date of issue", f"{person.issue:%d.%m.%Y}"),
        (860, 970, "Date of expiry", f"{person.expiry:%d.%m.%Y}"),
        (860, 1060, "Authority", "CITY OF ZENITH"),
    ]


def _french(person: Specimen) -> list[Row]:
    """French alone; the expiry above the issue, the number at the left."""
    surname, given = _names(person)
    return [
        (900, 80, "RÉPUBLIQUE D'UTOPIE", "PASSEPORT"),
        (840, 240, "Passeport No", person.number),
        (1700, 240, "Code du pays", "UTO"),
        (840, 380, "Nom", surname),
        (840, 520, "Prénoms", given),
        (840, 660, "Nationalité", "UTOPIAN"),
        (1500, 660, "Sexe", person.sex),
        (840, 800, "Date de naissance", f"{person.birth:%d %m %Y}"),
        (1500, 800, "Lieu de naissance", person.birth_place),
        (840, 940, "Date d'expiration", f"{person.expiry:%d %m %Y}"),
        (1500, 940, "Date de délivrance", f"{person.issue:%d %m %Y}"),
        (840, 1080, "Autorité", "PRÉFECTURE DE ZENITH"),
    ]


_ROSE: Final = Paper(outer=(226, 214, 218), inner=(240, 232, 232), size=ID_3)
_BLUE: Final = Paper(outer=(212, 222, 236), inner=(240, 238, 232), size=ID_3)
_GREEN: Final = Paper(outer=(218, 230, 222), inner=(240, 242, 232), size=ID_3)
_SAND: Final = Paper(outer=(230, 226, 208), inner=(242, 238, 226), size=ID_3)

Manner = tuple[Paper, bool, float, float, Callable[[Specimen], list[Row]]]
MANNERS: Final[Mapping[str, Manner]] = {
    "union": (_ROSE, True, 30, 52, _union),
    "american": (_BLUE, True, 32, 48, _american),
    "beside": (_GREEN, False, 34, 50, _beside),
    "french": (_SAND, True, 36, 54, _french),
}
"""Paper, whether values stand below their captions, sizes of captions and values, the rows."""
