"""Residence cards of Utopia with the zones of ICAO 9303-5 (TD1, on the back) and 9303-6 (TD2).

Everything above the zone is made up: of such cards only the zone is read.
"""

from typing import Final

from ekyc.demo.designs.sheet import ID_2, INK, LABEL, Paper, Print, Sheet
from ekyc.demo.specimen import Design, Specimen
from ekyc.domain.document import Side

TD1: Final = Paper(outer=(232, 216, 212), inner=(244, 236, 226))
TD2: Final = Paper(outer=(212, 220, 236), inner=(234, 238, 244), size=ID_2)


def front(specimen: Specimen, how: Print) -> Sheet:
    """Portrait and print; of TD2 the zone as well."""
    if specimen.design is Design.RESIDENCE_TD2:
        return _td2(specimen, how)
    sheet = Sheet(specimen, Side.FRONT, TD1, how)
    sheet.titles(
        1080,
        [(50, "REPUBLIC OF UTOPIA", 56, True, LABEL), (126, "RESIDENCE PERMIT", 48, True, INK)],
    )
    sheet.portrait((70, 200, 550, 920))
    _print(sheet, specimen, 640, 250)
    sheet.stamp((1300, 940, 1620, 1030))
    return sheet


def back(specimen: Specimen, how: Print) -> Sheet:
    """Remarks, a chip, the zone."""
    sheet = Sheet(specimen, Side.BACK, TD1, how)
    sheet.write((80, 60), "REMARKS", 34, colour=LABEL)
    sheet.write((80, 110), "EMPLOYMENT PERMITTED", 44)
    sheet.chip((140, 300, 480, 580))
    sheet.stamp((1280, 600, 1600, 690))
    sheet.zone(specimen.mrz_lines, top=790)
    return sheet


def _td2(specimen: Specimen, how: Print) -> Sheet:
    sheet = Sheet(specimen, Side.FRONT, TD2, how)
    sheet.titles(
        1300, [(60, "REPUBLIC OF UTOPIA", 64, True, LABEL), (150, "IDENTITY CARD", 52, True, INK)]
    )
    sheet.portrait((90, 260, 630, 1060))
    _print(sheet, specimen, 720, 300)
    sheet.stamp((1640, 1000, 1980, 1090))
    sheet.zone(specimen.mrz_lines, top=1110, left=136, step=127)
    return sheet


def _print(sheet: Sheet, specimen: Specimen, left: float, top: float) -> None:
    surname, _, given = specimen.full_name.partition(" ")
    lines = [
        ("Surname", surname),
        ("Given names", given),
        ("Date of birth", f"{specimen.birth:%d %m %Y}"),
        ("Sex", specimen.sex),
        ("Document number", specimen.number),
    ]
    for row, (label, value) in enumerate(lines):
        sheet.under((left, top + 130 * row), label, value, size=48, small=32)
