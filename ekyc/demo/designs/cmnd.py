"""The identity card before the citizen card (CMND), with nine digits or, from 2012, with twelve.

They are worth nothing since 31 December 2024 and drawn to be recognised and refused. Titles and
labels are those of Decree 05/1999/NĐ-CP and Circular 27/2012/TT-BCA; positions are drawn as they
may be.
"""

from typing import Final

from ekyc.demo.designs.sheet import INK, LABEL, RED, Paper, Print, Sheet
from ekyc.demo.specimen import Design, Specimen
from ekyc.domain.document import Side

PAPER: Final = Paper(outer=(190, 222, 206), inner=(214, 232, 220))
RIGHT: Final = 1652


def front(specimen: Specimen, how: Print) -> Sheet:
    """Portrait, number, name, birth, origin, residence."""
    sheet = Sheet(specimen, Side.FRONT, PAPER, how)
    sheet.emblem((110, 40, 330, 260))
    sheet.portrait((70, 320, 470, 920))
    sheet.titles(
        1060,
        [
            (36, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 42, True, INK),
            (92, "Độc lập - Tự do - Hạnh phúc", 36, True, INK),
            (152, _title(specimen), 62, True, RED),
        ],
    )
    end = sheet.write((800, 256), "SỐ", 44, colour=RED, bold=True)
    sheet.write((end + 30, 240), specimen.number, 64, colour=RED, bold=True)
    twelve = specimen.design is Design.CMND_12
    left = 520
    name = "Họ và tên khai sinh:" if twelve else "Họ tên:"
    sheet.labelled((left, 350), name, specimen.full_name, size=44, small=38)
    born = f"{specimen.birth:%d-%m-%Y}"
    end = sheet.labelled((left, 450), "Sinh ngày:", born, size=44, small=38)
    if twelve:
        sheet.labelled((end + 60, 450), "Giới tính:", specimen.sex_word, size=44, small=38)
    _place(sheet, 550, "Quê quán:" if twelve else "Nguyên quán:", specimen.origin)
    _place(sheet, 740, "Nơi thường trú:" if twelve else "Nơi ĐKHK thường trú:", specimen.residence)
    sheet.stamp((1376, 970, 1650, 1038))
    return sheet


def _title(specimen: Specimen) -> str:
    twelve = specimen.design is Design.CMND_12
    return "CHỨNG MINH NHÂN DÂN" if twelve else "GIẤY CHỨNG MINH NHÂN DÂN"


def _place(sheet: Sheet, y: float, label: str, text: str) -> None:
    end = sheet.write((520, y + 5), label, 38, colour=LABEL)
    sheet.paragraph((520, y), text, right=RIGHT, size=42, indent=end + 14 - 520, pitch=74)


def back(specimen: Specimen, how: Print) -> Sheet:
    """Fingerprints to the left, marks and date of issue to the right."""
    sheet = Sheet(specimen, Side.BACK, PAPER, how)
    sheet.labelled((420, 50), "Dân tộc:", "Kinh", size=42, small=36)
    sheet.labelled((960, 50), "Tôn giáo:", "Không", size=42, small=36)
    sheet.fingerprint((70, 110, 370, 520), "NGÓN TRỎ TRÁI")
    sheet.fingerprint((70, 610, 370, 1020), "NGÓN TRỎ PHẢI")
    sheet.write((640, 150), "DẤU VẾT RIÊNG VÀ DỊ HÌNH", 40, bold=True)
    sheet.paragraph((420, 220), specimen.mark, right=RIGHT, size=42, pitch=74)
    day = specimen.issue
    sheet.write((720, 420), f"Ngày {day:%d} tháng {day:%m} năm {day.year}", 44)
    sheet.titles(1010, [(500, "GIÁM ĐỐC CÔNG AN", 38, True, INK), (550, "TỈNH MẪU", 34, True, INK)])
    sheet.seal((700, 640, 900, 840))
    sheet.stamp((1200, 900, 1500, 990))
    return sheet
