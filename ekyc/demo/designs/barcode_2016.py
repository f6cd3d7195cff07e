"""The citizen card of 2016 (Circular 61/2015/TT-BCA): Vietnamese alone, a stacked bar code on the
back, no machine-readable zone.

Which fields there are and in which order is the circular's; positions are drawn as they may be.
What the bar code of genuine cards holds is not published: here it is the number.
"""

from typing import Final

import zxingcpp
from PIL import Image

from ekyc.demo.designs.sheet import INK, LABEL, RED, Paper, Print, Sheet
from ekyc.demo.specimen import Specimen
from ekyc.domain.document import Side

PAPER: Final = Paper(outer=(208, 228, 240), inner=(236, 240, 222))
LEFT: Final = 520
RIGHT: Final = 1652


def front(specimen: Specimen, how: Print) -> Sheet:
    """Portrait and most fields."""
    sheet = Sheet(specimen, Side.FRONT, PAPER, how)
    sheet.emblem((70, 40, 290, 260))
    sheet.titles(
        1060,
        [
            (40, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 42, True, INK),
            (98, "Độc lập - Tự do - Hạnh phúc", 36, True, INK),
            (170, "CĂN CƯỚC CÔNG DÂN", 72, True, RED),
        ],
    )
    sheet.portrait((70, 300, 470, 900))
    end = sheet.write((LEFT + 150, 290), "Số:", 40, colour=LABEL)
    sheet.write((end + 20, 272), specimen.number, 62, bold=True, colour=RED)
    sheet.labelled((LEFT, 372), "Họ và tên:", specimen.full_name, size=44, small=36)
    born = f"{specimen.birth:%d/%m/%Y}"
    sheet.labelled((LEFT, 452), "Ngày, tháng, năm sinh:", born, size=42, small=36)
    end = sheet.labelled((LEFT, 532), "Giới tính:", specimen.sex_word, size=42, small=36)
    sheet.labelled((max(end + 60, 960), 532), "Quốc tịch:", "Việt Nam", size=42, small=36)
    _place(sheet, 612, "Quê quán:", specimen.origin)
    _place(sheet, 742, "Nơi thường trú:", specimen.residence)
    sheet.labelled((60, 950), "Có giá trị đến:", specimen.until, size=36, small=32)
    sheet.stamp((1376, 960, 1650, 1028))
    return sheet


def _place(sheet: Sheet, y: float, label: str, text: str) -> None:
    end = sheet.write((LEFT, y + 5), label, 36, colour=LABEL)
    sheet.paragraph((LEFT, y), text, right=RIGHT, size=40, indent=end + 14 - LEFT, pitch=56)


def back(specimen: Specimen, how: Print) -> Sheet:
    """Bar code above, fingerprints to the left, mark and date of issue to the right."""
    sheet = Sheet(specimen, Side.BACK, PAPER, how)
    made = zxingcpp.create_barcode(specimen.number, zxingcpp.BarcodeFormat.PDF417)
    bars = Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=4)).convert("RGB")
    sheet.image.paste(bars.resize((1240, 210), Image.Resampling.NEAREST), (236, 40))
    sheet.fingerprint((80, 330, 380, 650), "Ngón trỏ trái")
    sheet.fingerprint((80, 720, 380, 1040), "Ngón trỏ phải")
    sheet.write((440, 300), "Đặc điểm nhận dạng:", 36, colour=LABEL)
    sheet.paragraph((440, 350), specimen.mark, right=RIGHT, size=40)
    day = specimen.issue
    words = f"Ngày {day:%d} tháng {day:%m} năm {day.year}"
    sheet.write((700, 480), words, 42)
    sheet.titles(
        1000,
        [
            (550, "CỤC TRƯỞNG CỤC CẢNH SÁT", 32, True, INK),
            (592, "ĐKQL CƯ TRÚ VÀ DLQG VỀ DÂN CƯ", 32, True, INK),
        ],
    )
    sheet.seal((900, 660, 1100, 860))
    sheet.stamp((1200, 900, 1500, 990))
    return sheet
