"""The driving licence on PET (GPLX), of the Ministry of Transport until February 2025 and of the
Ministry of Public Security since (Circular 12/2025/TT-BCA).

Fields and their labels are the circular's; positions, and what the QR code of genuine licences
holds, are not published: here it is the number.
"""

from datetime import date
from typing import Final

from ekyc.demo.designs.sheet import INK, LABEL, RED, Paper, Print, Sheet
from ekyc.demo.specimen import Specimen
from ekyc.domain.document import Side

PAPER: Final = Paper(outer=(244, 226, 190), inner=(248, 240, 216))
HANDED_OVER: Final = date(2025, 3, 1)
RIGHT: Final = 1652
VEHICLES: Final = {
    "A1": ("Xe mô tô hai bánh đến 125 cm3 hoặc đến 11 kW", "Motorcycles up to 125 cm3 or 11 kW"),
    "A": ("Xe mô tô hai bánh trên 125 cm3 hoặc trên 11 kW", "Motorcycles over 125 cm3 or 11 kW"),
    "B2": ("Ô tô đến 9 chỗ, ô tô tải dưới 3500 kg", "Motor vehicles up to 9 seats or 3500 kg"),
    "B": ("Ô tô đến 8 chỗ, ô tô tải đến 3500 kg", "Motor vehicles up to 8 seats or 3500 kg"),
    "C": ("Ô tô tải trên 7500 kg", "Trucks over 7500 kg"),
}


def front(specimen: Specimen, how: Print) -> Sheet:
    """Portrait, number, name, birth, nationality, residence, class, dates."""
    sheet = Sheet(specimen, Side.FRONT, PAPER, how)
    police = specimen.issue >= HANDED_OVER
    sheet.titles(
        280,
        [
            (40, "BỘ CÔNG AN" if police else "BỘ GTVT", 36, True, INK),
            (84, "MPS" if police else "MOT", 32, True, INK),
        ],
    )
    sheet.titles(
        1080,
        [
            (36, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 38, True, INK),
            (84, "Độc lập - Tự do - Hạnh phúc", 32, True, INK),
            (136, "GIẤY PHÉP LÁI XE / DRIVER'S LICENSE", 50, True, RED),
        ],
    )
    sheet.portrait((70, 250, 470, 850))
    end = sheet.write((760, 222), "Số / No:", 40, colour=RED)
    sheet.write((end + 20, 208), specimen.number, 56, colour=RED, bold=True)
    left = 520
    sheet.labelled((left, 310), "Họ tên / Full name:", specimen.full_name, size=42, small=32)
    born = f"{specimen.birth:%d/%m/%Y}"
    sheet.labelled((left, 390), "Ngày sinh / Date of Birth:", born, size=42, small=32)
    nation = "VIỆT NAM"
    sheet.labelled((left, 470), "Quốc tịch / Nationality:", nation, size=42, small=32)
    end = sheet.write((left, 556), "Nơi cư trú / Address:", 32, colour=LABEL)
    sheet.paragraph((left, 550), specimen.residence, right=RIGHT, size=40, indent=end + 14 - left)
    day = specimen.issue
    words = f"Ngày / date {day:%d} tháng / month {day:%m} năm / year {day.year}"
    sheet.write((760, 690), words, 36)
    sheet.seal((1260, 760, 1460, 960))
    sheet.write((70, 880), "Hạng / Class:", 36, colour=LABEL)
    sheet.write((330, 862), specimen.licence_class, 58, colour=RED, bold=True)
    sheet.labelled((70, 970), "Có giá trị đến / Expires:", specimen.until, size=40, small=32)
    sheet.stamp((860, 860, 1160, 940))
    return sheet


def back(specimen: Specimen, how: Print) -> Sheet:
    """What may be driven since when, and a QR code at the lower left."""
    sheet = Sheet(specimen, Side.BACK, PAPER, how)
    sheet.titles(
        856,
        [
            (40, "CÁC LOẠI XE CƠ GIỚI ĐƯỜNG BỘ ĐƯỢC ĐIỀU KHIỂN", 42, True, INK),
            (94, "CLASSIFICATION OF MOTOR VEHICLES", 34, False, INK),
        ],
    )
    sheet.write((70, 170), "Hạng / Class", 32, colour=LABEL)
    sheet.write((400, 170), "Loại xe / Vehicles", 32, colour=LABEL)
    sheet.write((1300, 170), "Ngày / Beginning date", 32, colour=LABEL)
    sheet.write((110, 236), specimen.licence_class, 50, bold=True)
    vietnamese, english = VEHICLES[specimen.licence_class]
    sheet.write((400, 230), vietnamese, 34)
    sheet.write((400, 276), english, 30)
    sheet.write((1320, 240), f"{specimen.issue:%d/%m/%Y}", 38)
    for y in (156, 216, 330, 420, 510, 600):
        sheet.pen.line((60, y, RIGHT, y), fill=INK, width=3)
    sheet.code(specimen.qr_text, (70, 660), 360)
    sheet.stamp((1280, 860, 1600, 950))
    return sheet
