"""The chip citizen card of 2021, by the layout of Circular 06/2021/TT-BCA."""

from typing import Final

from ekyc.demo.designs.sheet import INK, LABEL, RED, Paper, Print, Sheet
from ekyc.demo.specimen import Specimen
from ekyc.domain.document import Side

PAPER: Final = Paper(outer=(214, 232, 226), inner=(240, 238, 208))
RIGHT: Final = 1652


def front(specimen: Specimen, how: Print) -> Sheet:
    """Portrait, QR code and most fields."""
    sheet = Sheet(specimen, Side.FRONT, PAPER, how)
    sheet.emblem((60, 50, 300, 290))
    sheet.titles(
        820,
        [
            (34, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 37, True, INK),
            (84, "Độc lập - Tự do - Hạnh phúc", 32, True, INK),
            (128, "SOCIALIST REPUBLIC OF VIET NAM", 27, False, INK),
            (164, "Independence - Freedom - Happiness", 25, False, INK),
            (200, "CĂN CƯỚC CÔNG DÂN", 66, True, RED),
            (292, "Citizen Identity Card", 36, False, LABEL),
        ],
    )
    sheet.code(specimen.qr_text, (1350, 50), 300)
    sheet.portrait((70, 330, 470, 930))
    sheet.stamp((1376, 362, 1650, 430))
    _fields(sheet, specimen)
    return sheet


def _fields(sheet: Sheet, specimen: Specimen) -> None:
    left = 520
    end = sheet.write((left, 372), "Số / No.:", 34, colour=LABEL)
    sheet.write((end + 20, 348), specimen.number, 62, bold=True)
    sheet.write((left, 440), "Họ và tên / Full name:", 30, colour=LABEL)
    sheet.write((left, 480), specimen.full_name, 44)
    end = sheet.write((left, 550), "Ngày sinh / Date of birth:", 30, colour=LABEL)
    sheet.write((end + 16, 542), f"{specimen.birth:%d/%m/%Y}", 38)
    end = sheet.write((left, 608), "Giới tính / Sex:", 30, colour=LABEL)
    sheet.write((end + 14, 600), specimen.sex_word, 38)
    end = sheet.write((left + 400, 608), "Quốc tịch / Nationality:", 30, colour=LABEL)
    sheet.write((end + 14, 600), "Việt Nam", 38)
    sheet.write((left, 666), "Quê quán / Place of origin:", 30, colour=LABEL)
    y = sheet.paragraph((left, 704), specimen.origin, right=RIGHT)
    end = sheet.write((left, y + 14), "Nơi thường trú / Place of residence:", 30, colour=LABEL)
    sheet.paragraph((left, y + 6), specimen.residence, right=RIGHT, indent=end + 14 - left)
    sheet.write((70, 944), "Có giá trị đến:", 27, colour=LABEL)
    sheet.write((70, 978), "Date of expiry:", 27, colour=LABEL)
    sheet.write((296, 956), specimen.until, 33)


def back(specimen: Specimen, how: Print) -> Sheet:
    """The chip, the date of issue and the machine-readable zone."""
    sheet = Sheet(specimen, Side.BACK, PAPER, how)
    sheet.write((60, 36), "Đặc điểm nhận dạng / Personal identification:", 32, colour=LABEL)
    sheet.write((60, 80), specimen.mark, 38)
    end = sheet.write((60, 146), "Ngày, tháng, năm / Date, month, year:", 32, colour=LABEL)
    sheet.write((end + 14, 139), f"{specimen.issue:%d/%m/%Y}", 38)
    sheet.titles(
        490,
        [
            (208, "CỤC TRƯỞNG CỤC CẢNH SÁT", 28, True, INK),
            (246, "QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI", 28, True, INK),
            (290, "DIRECTOR GENERAL OF THE POLICE DEPARTMENT FOR", 22, False, INK),
            (320, "ADMINISTRATIVE MANAGEMENT OF SOCIAL ORDER", 22, False, INK),
        ],
    )
    sheet.seal((590, 380, 790, 580))
    sheet.chip((140, 400, 480, 680))
    sheet.stamp((560, 600, 880, 690))
    for left, finger in ((1000, "Ngón trỏ trái"), (1340, "Ngón trỏ phải")):
        sheet.fingerprint((left, 130, left + 300, 560), finger)
    sheet.zone(specimen.mrz_lines, top=790)
    return sheet
