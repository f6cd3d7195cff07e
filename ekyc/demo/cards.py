"""Drawn specimens of the chip citizen card of 2021: the layout of Circular 06/2021/TT-BCA, marked
MẪU / SPECIMEN, with a number nobody has.

20 px a millimetre: 1712 × 1080 for ID-1 (85.6 × 53.98 mm).
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ekyc.demo.specimen import Specimen
from ekyc.domain.citizen import SPECIMEN
from ekyc.domain.document import Side
from ekyc.vision import models

WIDTH: Final = 1712
HEIGHT: Final = 1080
RADIUS: Final = 64  # 3.18 mm
FONTS: Final = Path(__file__).with_name("fonts")

INK: Final = (22, 22, 26)
LABEL: Final = (48, 50, 92)
RED: Final = (186, 30, 45)
GOLD: Final = (212, 175, 80)
GREY: Final = (110, 116, 112)
PAPER: Final = ((214, 232, 226), (240, 238, 208))

PORTRAIT: Final = (70, 330, 470, 930)  # 20 × 30 mm
QR: Final = (1350, 50, 300)
MRZ_LEFT: Final = 80
MRZ_TOP: Final = 790
MRZ_PITCH: Final = 50.8  # 2.54 mm, ten characters an inch
MRZ_STEP: Final = 84
MRZ_SIZE: Final = 70

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One side, drawn."""

    side: Side
    specimen: Specimen
    image: Image.Image


def front(specimen: Specimen, *, portrait: Image.Image | None = None) -> Card:
    """The side with portrait, QR code and most fields; without a portrait a figure is drawn."""
    sheet = _Sheet(specimen, Side.FRONT)
    _emblem(sheet)
    _titles(sheet)
    sheet.image.paste(_qr(specimen.qr_text), QR[:2])
    _paste_portrait(sheet, portrait or _figure())
    _stamp(sheet, (1376, 362, 1650, 430))
    _front_fields(sheet, specimen)
    return sheet.card(specimen, Side.FRONT)


def back(specimen: Specimen) -> Card:
    """The side with the chip, the date of issue and the machine-readable zone."""
    sheet = _Sheet(specimen, Side.BACK)
    _back_fields(sheet, specimen)
    _chip(sheet)
    _stamp(sheet, (560, 600, 880, 690))
    _fingerprints(sheet)
    _zone(sheet, specimen.mrz_lines)
    return sheet.card(specimen, Side.BACK)


class _Sheet:
    """The paper of one side, its guilloche, and a pen."""

    def __init__(self, specimen: Specimen, side: Side) -> None:
        self.chance = np.random.default_rng([int(specimen.number), side is Side.BACK])
        self.image = _paper(self.chance)
        self.pen = ImageDraw.Draw(self.image)

    def write(
        self,
        at: tuple[float, float],
        text: str,
        size: float,
        *,
        colour: tuple[int, int, int] = INK,
        bold: bool = False,
        middle: bool = False,
    ) -> float:
        """Print a line with its top left (or top middle) at `at`; the x where it ends."""
        font = _font(bold=bold, size=size)
        x = at[0] - font.getlength(text) / 2 if middle else at[0]
        self.pen.text((x, at[1]), text, font=font, fill=colour)
        return x + font.getlength(text)

    def card(self, specimen: Specimen, side: Side) -> Card:
        """The finished side."""
        return Card(side=side, specimen=specimen, image=self.image)


@cache
def _font(*, bold: bool, size: float) -> ImageFont.FreeTypeFont:
    file = FONTS / "Roboto-Bold.ttf" if bold else models.path("Roboto-Regular.ttf")
    return ImageFont.truetype(file, size)


@cache
def _ocr_b() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(models.path("OCRB.otf"), MRZ_SIZE)


def _paper(chance: np.random.Generator) -> Image.Image:
    """Greenish paper, yellow in the middle, with fine waves, a rosette and the word SPECIMEN."""
    across = np.exp(-(((np.arange(WIDTH) - WIDTH / 2) / (WIDTH / 3)) ** 2))[None, :, None]
    outer, inner = (np.array(colour, np.float32) for colour in PAPER)
    tint = np.broadcast_to(outer * (1 - across) + inner * across, (HEIGHT, WIDTH, 3))
    lines = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(lines)
    _waves(pen, chance)
    _rosette(pen, chance)
    _watermark(pen)
    lines = lines.filter(ImageFilter.GaussianBlur(0.7))
    shade = np.asarray(lines, np.float32)[..., None] / 255
    grain = chance.normal(0, 1.5, (HEIGHT, WIDTH, 1))
    return Image.fromarray(np.clip(tint * shade + grain, 0, 255).astype(np.uint8))


def _waves(pen: ImageDraw.ImageDraw, chance: np.random.Generator) -> None:
    x = np.arange(0, WIDTH + 6, 6)
    for row in range(60):
        swing, pace = chance.uniform(20, 70), chance.uniform(0.003, 0.009)
        phase = chance.uniform(0, 2 * np.pi)
        y = row * HEIGHT / 60 + swing * (
            np.sin(x * pace + phase) + 0.3 * np.sin(2.7 * x * pace + 2 * phase)
        )
        pen.line(list(zip(x.tolist(), y.tolist(), strict=True)), int(chance.integers(195, 228)), 2)


def _rosette(pen: ImageDraw.ImageDraw, chance: np.random.Generator) -> None:
    x, y = 960, 670
    for radius in range(60, 430, 22):
        box = (x - radius, y - radius, x + radius, y + radius)
        pen.ellipse(box, outline=int(chance.integers(190, 222)), width=2)
    for angle in np.radians(np.arange(0, 360, 7.5)):
        start = (x + 420 * np.cos(angle), y + 420 * np.sin(angle))
        end = (x + 120 * np.cos(angle + 0.35), y + 120 * np.sin(angle + 0.35))
        pen.line([start, end], 216, 2)


def _watermark(pen: ImageDraw.ImageDraw) -> None:
    font = _font(bold=True, size=58)
    for row, y in enumerate(range(-20, HEIGHT, 210)):
        for x in range(-300 + 190 * (row % 2), WIDTH, 620):
            pen.text((x, y), "MẪU · SPECIMEN", font=font, fill=233)


def _emblem(sheet: _Sheet) -> None:
    """A red disc with a star: it stands for the arms, and is not them."""
    sheet.pen.ellipse((60, 50, 300, 290), fill=RED, outline=(200, 160, 40), width=12)
    sheet.pen.polygon(_star(180, 170, 82), fill=(245, 215, 60))


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    turns = np.radians(np.arange(10) * 36 - 90)
    reach = np.where(np.arange(10) % 2, radius * 0.382, radius)
    return list(
        zip((x + reach * np.cos(turns)).tolist(), (y + reach * np.sin(turns)).tolist(), strict=True)
    )


def _titles(sheet: _Sheet) -> None:
    sheet.write((820, 34), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 37, bold=True, middle=True)
    sheet.write((820, 84), "Độc lập - Tự do - Hạnh phúc", 32, bold=True, middle=True)
    sheet.write((820, 128), "SOCIALIST REPUBLIC OF VIET NAM", 27, middle=True)
    sheet.write((820, 164), "Independence - Freedom - Happiness", 25, middle=True)
    sheet.write((820, 200), "CĂN CƯỚC CÔNG DÂN", 66, bold=True, colour=RED, middle=True)
    sheet.write((820, 292), "Citizen Identity Card", 36, colour=LABEL, middle=True)


def _front_fields(sheet: _Sheet, specimen: Specimen) -> None:
    left = 520
    end = sheet.write((left, 372), "Số / No.:", 34, colour=LABEL)
    sheet.write((end + 20, 348), specimen.number, 62, bold=True)
    sheet.write((left, 440), "Họ và tên / Full name:", 30, colour=LABEL)
    sheet.write((left, 480), specimen.full_name, 44)
    end = sheet.write((left, 550), "Ngày sinh / Date of birth:", 30, colour=LABEL)
    sheet.write((end + 16, 542), f"{specimen.birth:%d/%m/%Y}", 38)
    end = sheet.write((left, 608), "Giới tính / Sex:", 30, colour=LABEL)
    sheet.write((end + 14, 600), "Nam" if specimen.sex == "M" else "Nữ", 38)
    end = sheet.write((left + 400, 608), "Quốc tịch / Nationality:", 30, colour=LABEL)
    sheet.write((end + 14, 600), "Việt Nam", 38)
    sheet.write((left, 666), "Quê quán / Place of origin:", 30, colour=LABEL)
    y = _paragraph(sheet, (left, 704), specimen.origin)
    end = sheet.write((left, y + 14), "Nơi thường trú / Place of residence:", 30, colour=LABEL)
    _paragraph(sheet, (left, y + 6), specimen.residence, indent=end + 14 - left)
    sheet.write((70, 944), "Có giá trị đến:", 27, colour=LABEL)
    sheet.write((70, 978), "Date of expiry:", 27, colour=LABEL)
    until = f"{specimen.expiry:%d/%m/%Y}" if specimen.expiry else "Không thời hạn"
    sheet.write((296, 956), until, 33)


def _paragraph(
    sheet: _Sheet, at: tuple[int, int], text: str, *, size: float = 36, indent: float = 0
) -> int:
    """Print words in lines of 50 px down to the right margin; the y below the last line."""
    x, y = at
    line, room = "", WIDTH - 60 - x - indent
    for word in text.split():
        if line and _font(bold=False, size=size).getlength(f"{line} {word}") > room:
            sheet.write((x + indent, y), line, size)
            y, line, indent, room = y + 50, "", 0, WIDTH - 60 - x
        line = f"{line} {word}".strip()
    sheet.write((x + indent, y), line, size)
    return y + 50


def _qr(text: str) -> Image.Image:
    """Error correction M as on the card, two modules of quiet zone."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    modules = np.array([[0 if dark else 255 for dark in row] for row in code.matrix], np.uint8)
    framed = Image.fromarray(np.pad(modules, 2, constant_values=255)).convert("RGB")
    return framed.resize((QR[2], QR[2]), Image.Resampling.NEAREST)


def _paste_portrait(sheet: _Sheet, portrait: Image.Image) -> None:
    """Fill the frame with the middle of the picture, the head kept."""
    left, top, right, bottom = PORTRAIT
    wide, high = right - left, bottom - top
    scale = max(wide / portrait.width, high / portrait.height)
    size = (round(portrait.width * scale), round(portrait.height * scale))
    grown = portrait.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    x = (grown.width - wide) // 2
    sheet.image.paste(grown.crop((x, 0, x + wide, high)), (left, top))


def _figure() -> Image.Image:
    """Head and shoulders before light blue: nobody."""
    image = Image.new("RGB", (400, 600), (150, 188, 216))
    pen = ImageDraw.Draw(image)
    pen.ellipse((20, 400, 380, 860), fill=(70, 86, 110))
    pen.rectangle((162, 340, 238, 450), fill=(206, 164, 136))
    pen.ellipse((104, 96, 296, 396), fill=(226, 184, 154))
    pen.pieslice((88, 60, 312, 360), 180, 360, fill=(40, 34, 34))
    for eye in (156, 244):
        pen.ellipse((eye - 11, 236, eye + 11, 254), fill=(36, 30, 30))
    pen.line((200, 250, 192, 304, 206, 306), fill=(186, 140, 112), width=5)
    pen.arc((164, 308, 236, 356), 20, 160, fill=(160, 84, 84), width=5)
    return image.filter(ImageFilter.GaussianBlur(1.5))


def _stamp(sheet: _Sheet, box: Box) -> None:
    """What makes plain that this card is nobody's."""
    sheet.pen.rounded_rectangle(box, 12, outline=RED, width=5)
    size = (box[3] - box[1]) * 0.44
    middle, top = (box[0] + box[2]) / 2, box[1] + (box[3] - box[1]) * 0.2
    sheet.write((middle, top), "MẪU / SPECIMEN", min(size, 30), colour=RED, bold=True, middle=True)


def _back_fields(sheet: _Sheet, specimen: Specimen) -> None:
    sheet.write((60, 36), "Đặc điểm nhận dạng / Personal identification:", 32, colour=LABEL)
    sheet.write((60, 80), specimen.mark, 38)
    end = sheet.write((60, 146), "Ngày, tháng, năm / Date, month, year:", 32, colour=LABEL)
    sheet.write((end + 14, 139), f"{specimen.issue:%d/%m/%Y}", 38)
    sheet.write((490, 208), "CỤC TRƯỞNG CỤC CẢNH SÁT", 28, bold=True, middle=True)
    sheet.write((490, 246), "QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI", 28, bold=True, middle=True)
    sheet.write((490, 290), "DIRECTOR GENERAL OF THE POLICE DEPARTMENT FOR", 22, middle=True)
    sheet.write((490, 320), "ADMINISTRATIVE MANAGEMENT OF SOCIAL ORDER", 22, middle=True)
    sheet.pen.ellipse((590, 380, 790, 580), outline=RED, width=8)
    sheet.write((690, 462), SPECIMEN * 2, 34, colour=RED, bold=True, middle=True)


def _chip(sheet: _Sheet) -> None:
    sheet.pen.rounded_rectangle(
        (140, 400, 480, 680), 30, fill=GOLD, outline=(150, 120, 40), width=5
    )
    for y in (470, 540, 610):
        sheet.pen.line((140, y, 480, y), fill=(150, 120, 40), width=4)
    sheet.pen.rounded_rectangle((240, 460, 380, 620), 24, outline=(150, 120, 40), width=4)


def _fingerprints(sheet: _Sheet) -> None:
    for left, finger in ((1000, "Ngón trỏ trái"), (1340, "Ngón trỏ phải")):
        sheet.write((left + 150, 76), finger, 28, middle=True)
        sheet.pen.rectangle((left, 130, left + 300, 560), outline=GREY, width=3)
        for radius in range(10, 146, 9):
            box = (
                left + 150 - radius,
                345 - 1.35 * radius,
                left + 150 + radius,
                345 + 1.35 * radius,
            )
            start, end = sheet.chance.integers(0, 90), sheet.chance.integers(200, 360)
            sheet.pen.arc(box, int(start), int(end), fill=GREY, width=3)


def _zone(sheet: _Sheet, lines: tuple[str, ...]) -> None:
    """Character by character: OCR-B is printed at a fixed pitch."""
    for row, line in enumerate(lines):
        for column, sign in enumerate(line):
            at = (MRZ_LEFT + column * MRZ_PITCH, MRZ_TOP + row * MRZ_STEP)
            sheet.pen.text(at, sign, font=_ocr_b(), fill=INK)
