"""The identity card of July 2024 (Circular 16/2024/TT-BCA): the QR code has moved to the back.

What stands where and the code's 18 × 18 mm are the circular's; positions to the millimetre are not
published and drawn as photographs in the press show them.
"""

from typing import Final

from ekyc.demo.designs.sheet import INK, LABEL, RED, Paper, Print, Sheet
from ekyc.demo.specimen import Specimen
from ekyc.domain.document import Side

PAPER: Final = Paper(outer=(206, 226, 236), inner=(240, 236, 214))
LEFT: Final = 540


def front(specimen: Specimen, how: Print) -> Sheet:
    """Portrait, number, name, birth, sex, nationality."""
    sheet = Sheet(specimen, Side.FRONT, PAPER, how)
    sheet.emblem((60, 50, 300, 290))
    sheet.portrait((70, 340, 470, 940))
    sheet.titles(
        1010,
        [
            (36, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 38, True, INK),
            (86, "Độc lập - Tự do - Hạnh phúc", 33, True, INK),
            (132, "SOCIALIST REPUBLIC OF VIET NAM", 27, False, INK),
            (168, "Independence - Freedom - Happiness", 25, False, INK),
            (206, "CĂN CƯỚC", 72, True, RED),
            (298, "IDENTITY CARD", 38, False, LABEL),
        ],
    )
    label = "Số định danh cá nhân / Personal identification number:"
    sheet.write((LEFT, 390), label, 32, colour=LABEL)
    sheet.write((LEFT, 430), specimen.number, 62, bold=True)
    sheet.under(
        (LEFT, 530), "Họ, chữ đệm và tên khai sinh / Full name:", specimen.full_name, size=46
    )
    born = f"{specimen.birth:%d/%m/%Y}"
    sheet.under((LEFT, 650), "Ngày, tháng, năm sinh / Date of birth:", born)
    sheet.under((LEFT + 640, 650), "Giới tính / Sex:", specimen.sex_word)
    sheet.under((LEFT, 770), "Quốc tịch / Nationality:", specimen.nationality)
    sheet.stamp((1376, 960, 1650, 1028))
    return sheet


def back(specimen: Specimen, how: Print) -> Sheet:
    """Residence, where the birth is registered, chip, QR code, dates, machine-readable zone."""
    sheet = Sheet(specimen, Side.BACK, PAPER, how)
    sheet.write((60, 36), "Nơi cư trú / Place of residence:", 31, colour=LABEL)
    sheet.paragraph((60, 76), specimen.residence, right=1260, pitch=48)
    sheet.write((60, 186), "Nơi đăng ký khai sinh / Place of birth:", 31, colour=LABEL)
    sheet.paragraph((60, 226), specimen.birth_place, right=1260, pitch=48)
    sheet.code(specimen.qr_text, (1300, 50), 360)
    sheet.chip((100, 400, 440, 680))
    issued = f"{specimen.issue:%d/%m/%Y}"
    sheet.under((540, 350), "Ngày, tháng, năm cấp / Date of issue:", issued)
    sheet.under((540, 450), "Ngày, tháng, năm hết hạn / Date of expiry:", specimen.until)
    sheet.write((540, 570), "BỘ CÔNG AN", 34, bold=True)
    sheet.write((540, 614), "MINISTRY OF PUBLIC SECURITY", 26)
    sheet.seal((1010, 500, 1210, 700))
    sheet.stamp((1380, 600, 1660, 680))
    sheet.zone(specimen.mrz_lines, top=790)
    return sheet
