"""A passport's data page, ID-3, Vietnamese or of Utopia: the zones are those of ICAO 9303-4.

Where the page prints what above the machine-readable zone is drawn as it may be.
"""

from typing import Final

from ekyc.demo.designs.sheet import ID_3, INK, LABEL, RED, Paper, Print, Sheet
from ekyc.demo.specimen import VIETNAM, Specimen
from ekyc.domain.document import Side

VIETNAMESE: Final = Paper(outer=(222, 226, 206), inner=(242, 236, 214), size=ID_3)
UTOPIAN: Final = Paper(outer=(226, 212, 226), inner=(238, 232, 240), size=ID_3)
LEFT: Final = 860
MRZ_LEFT: Final = 132
MRZ_TOP: Final = 1400
MRZ_STEP: Final = 127  # 6.35 mm, 9303-4 figure 7
_MONTHS: Final = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()  # noqa: SIM905


def front(specimen: Specimen, how: Print) -> Sheet:
    """The data page."""
    home = specimen.nationality == VIETNAM
    sheet = Sheet(specimen, Side.FRONT, VIETNAMESE if home else UTOPIAN, how)
    (_vietnamese if home else _utopian)(sheet, specimen)
    sheet.portrait((120, 360, 820, 1260))
    sheet.stamp((2060, 1180, 2380, 1270))
    sheet.zone(specimen.mrz_lines, top=MRZ_TOP, left=MRZ_LEFT, step=MRZ_STEP)
    return sheet


def _vietnamese(sheet: Sheet, specimen: Specimen) -> None:
    sheet.emblem((120, 60, 340, 280))
    sheet.titles(
        1340,
        [
            (60, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 52, True, INK),
            (130, "SOCIALIST REPUBLIC OF VIET NAM", 40, False, INK),
            (200, "HỘ CHIẾU / PASSPORT", 70, True, RED),
        ],
    )
    _pair(sheet, 310, ("Loại / Type", "P"), ("Mã số / Code", "VNM"))
    sheet.under((1960, 310), "Số hộ chiếu / Passport No", specimen.number, size=52, small=34)
    sheet.under((LEFT, 430), "Họ và tên / Full name", specimen.full_name, size=54, small=34)
    sheet.under((LEFT, 560), "Quốc tịch / Nationality", "VIỆT NAM / VIETNAMESE", size=50, small=34)
    born, place = f"{specimen.birth:%d / %m / %Y}", specimen.birth_place
    _pair(sheet, 680, ("Ngày sinh / Date of birth", born), ("Nơi sinh / Place of birth", place))
    sex = "NAM / M" if specimen.sex == "M" else "NỮ / F"
    number = ("Số GCMND / ID card No", specimen.personal)
    _pair(sheet, 800, ("Giới tính / Sex", sex), number)
    issued = ("Ngày cấp / Date of issue", f"{specimen.issue:%d / %m / %Y}")
    assert specimen.expiry is not None  # a passport runs out
    until = ("Có giá trị đến / Date of expiry", f"{specimen.expiry:%d / %m / %Y}")
    _pair(sheet, 920, issued, until)
    authority = "Cục Quản lý xuất nhập cảnh"
    sheet.under((LEFT, 1040), "Nơi cấp / Place of issue", authority, size=50, small=34)


def _utopian(sheet: Sheet, specimen: Specimen) -> None:
    sheet.titles(
        1250, [(70, "REPUBLIC OF UTOPIA", 70, True, LABEL), (170, "PASSPORT", 60, True, INK)]
    )
    _pair(sheet, 310, ("Type", "P"), ("Code of issuing State", "UTO"))
    sheet.under((1960, 310), "Passport No", specimen.number, size=52, small=34)
    surname, _, given = specimen.full_name.partition(" ")
    sheet.under((LEFT, 430), "Surname", surname, size=54, small=34)
    sheet.under((LEFT, 550), "Given names", given, size=54, small=34)
    _pair(sheet, 670, ("Nationality", "UTOPIAN"), ("Date of birth", _day(specimen.birth)))
    _pair(sheet, 790, ("Sex", specimen.sex), ("Place of birth", specimen.birth_place))
    assert specimen.expiry is not None  # a passport runs out
    _pair(
        sheet,
        910,
        ("Date of issue", _day(specimen.issue)),
        ("Date of expiry", _day(specimen.expiry)),
    )
    sheet.under((LEFT, 1030), "Authority", "PASSPORT OFFICE ZENITH", size=50, small=34)


def _day(day: object) -> str:
    return f"{day:%d} {_MONTHS[int(f'{day:%m}') - 1]} {day:%Y}"


def _pair(sheet: Sheet, y: float, one: tuple[str, str], other: tuple[str, str]) -> None:
    sheet.under((LEFT, y), *one, size=50, small=34)
    sheet.under((LEFT + 620, y), *other, size=50, small=34)
