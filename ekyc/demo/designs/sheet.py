"""The paper of a drawn document, its guilloche, and a pen: what all designs have in common.

20 px a millimetre: 1712 × 1080 for ID-1 (85.6 × 53.98 mm). ID-1, ID-2 and ID-3 are the sizes of
ISO/IEC 7810.
"""

from collections.abc import Sequence
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

ID_1: Final = (1712, 1080)
ID_2: Final = (2100, 1480)
ID_3: Final = (2500, 1760)
RADIUS: Final = 64  # 3.18 mm

INK: Final = (22, 22, 26)
LABEL: Final = (48, 50, 92)
RED: Final = (186, 30, 45)
GOLD: Final = (212, 175, 80)
GREY: Final = (110, 116, 112)

MRZ_LEFT: Final = 80
MRZ_PITCH: Final = 50.8  # 2.54 mm, ten characters an inch
MRZ_STEP: Final = 84
MRZ_SIZE: Final = 70

Place = tuple[float, float]
Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]
Title = tuple[float, str, float, bool, Colour]
"""y, text, size, bold, colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeface:
    """What everything but the machine-readable zone is printed in."""

    regular: Path
    bold: Path


ROBOTO: Final = Typeface(
    regular=models.path("Roboto-Regular.ttf"),
    bold=Path(__file__).parent.with_name("fonts") / "Roboto-Bold.ttf",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One side, drawn."""

    side: Side
    specimen: Specimen
    image: Image.Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Colours at the rims and in the middle, and how dark the pattern is printed (0 … 1)."""

    outer: Colour
    inner: Colour
    ink: float = 1.0
    size: tuple[int, int] = ID_1


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """How a drawn document is made: its typeface, and a portrait instead of the drawn figure."""

    typeface: Typeface = ROBOTO
    portrait: Image.Image | None = None


class Sheet:
    """One side while it is drawn. Every pattern is drawn by chance from the person's number."""

    def __init__(self, specimen: Specimen, side: Side, paper: Paper, how: Print) -> None:
        self.specimen, self.side, self.how = specimen, side, how
        seed = int("".join(sign for sign in specimen.number if sign.isdigit()) or "0")
        self.chance = np.random.default_rng([seed, side is Side.BACK])
        self.image = _pattern(paper, self.chance, how.typeface)
        self.pen = ImageDraw.Draw(self.image)

    def write(
        self,
        at: Place,
        text: str,
        size: float,
        *,
        colour: Colour = INK,
        bold: bool = False,
        middle: bool = False,
    ) -> float:
        """Print a line with its top left (or top middle) at `at`; the x where it ends."""
        font = _font(self.how.typeface, bold=bold, size=size)
        x = at[0] - font.getlength(text) / 2 if middle else at[0]
        self.pen.text((x, at[1]), text, font=font, fill=colour)
        return x + font.getlength(text)

    def titles(self, middle: float, lines: Sequence[Title]) -> None:
        """Lines around one middle."""
        for y, text, size, bold, colour in lines:
            self.write((middle, y), text, size, bold=bold, colour=colour, middle=True)

    def labelled(
        self,
        at: Place,
        label: str,
        value: str,
        *,
        size: float = 38,
        small: float = 30,
    ) -> float:
        """A label and its value on one line, their feet together; the x where it ends."""
        end = self.write((at[0], at[1] + (size - small) * 0.95), label, small, colour=LABEL)
        return self.write((end + 14, at[1]), value, size)

    def under(
        self,
        at: Place,
        label: str,
        value: str,
        *,
        size: float = 40,
        small: float = 28,
    ) -> None:
        """A value below its label."""
        self.write(at, label, small, colour=LABEL)
        self.write((at[0], at[1] + small * 1.32), value, size)

    def paragraph(
        self,
        at: Place,
        text: str,
        *,
        right: float,
        size: float = 36,
        indent: float = 0,
        pitch: float = 50,
    ) -> float:
        """Print words in lines down to the margin `right`; the y below the last line."""
        x, y = at
        line, room = "", right - x - indent
        font = _font(self.how.typeface, bold=False, size=size)
        for word in text.split():
            if line and font.getlength(f"{line} {word}") > room:
                self.write((x + indent, y), line, size)
                y, line, indent, room = y + pitch, "", 0, right - x
            line = f"{line} {word}".strip()
        self.write((x + indent, y), line, size)
        return y + pitch

    def emblem(self, box: Box) -> None:
        """A red disc with a star: it stands for the arms, and is not them."""
        radius = (box[2] - box[0]) / 2
        self.pen.ellipse(box, fill=RED, outline=(200, 160, 40), width=round(radius / 10))
        star = _star(box[0] + radius, box[1] + radius, radius * 82 / 120)
        self.pen.polygon(star, fill=(245, 215, 60))

    def portrait(self, box: Box) -> None:
        """Fill the frame with the middle of the portrait, the head kept."""
        left, top, right, bottom = box
        wide, high = right - left, bottom - top
        picture = self.how.portrait or _figure()
        scale = max(wide / picture.width, high / picture.height)
        size = (round(picture.width * scale), round(picture.height * scale))
        grown = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        x = (grown.width - wide) // 2
        self.image.paste(grown.crop((x, 0, x + wide, high)), (left, top))

    def stamp(self, box: Box) -> None:
        """What makes plain that this document is nobody's."""
        self.pen.rounded_rectangle(box, 12, outline=RED, width=5)
        size = (box[3] - box[1]) * 0.44
        middle, top = (box[0] + box[2]) / 2, box[1] + (box[3] - box[1]) * 0.2
        words = "MẪU / SPECIMEN"
        self.write((middle, top), words, min(size, 30), colour=RED, bold=True, middle=True)

    def code(self, text: str, at: tuple[int, int], size: int) -> None:
        """A QR code: error correction M as on the card, two modules of quiet zone."""
        code = segno.make(text, error="m", micro=False, boost_error=False)
        modules = np.array([[0 if dark else 255 for dark in row] for row in code.matrix], np.uint8)
        framed = Image.fromarray(np.pad(modules, 2, constant_values=255)).convert("RGB")
        self.image.paste(framed.resize((size, size), Image.Resampling.NEAREST), at)

    def seal(self, box: Box) -> None:
        """A round seal that says nobody's number."""
        self.pen.ellipse(box, outline=RED, width=8)
        at = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2 - 18
        self.write(at, SPECIMEN * 2, 34, colour=RED, bold=True, middle=True)

    def chip(self, box: Box) -> None:
        """A chip's gilt contacts."""
        left, top, right, bottom = box
        self.pen.rounded_rectangle(box, 30, fill=GOLD, outline=(150, 120, 40), width=5)
        for share in (0.25, 0.5, 0.75):
            y = top + (bottom - top) * share
            self.pen.line((left, y, right, y), fill=(150, 120, 40), width=4)
        inner = (
            left + round((right - left) * 0.295),
            top + round((bottom - top) * 0.215),
            right - round((right - left) * 0.295),
            bottom - round((bottom - top) * 0.215),
        )
        self.pen.rounded_rectangle(inner, 24, outline=(150, 120, 40), width=4)

    def fingerprint(self, box: Box, finger: str) -> None:
        """Arcs in a frame, with the finger's name above."""
        left, top, right, bottom = box
        x, y = (left + right) / 2, (top + bottom) / 2
        tall = min(1.35, 0.945 * (bottom - top) / (right - left))
        self.write((x, top - 54), finger, 28, middle=True)
        self.pen.rectangle(box, outline=GREY, width=3)
        for radius in range(10, (right - left) // 2 - 4, 9):
            around = (x - radius, y - tall * radius, x + radius, y + tall * radius)
            start, end = self.chance.integers(0, 90), self.chance.integers(200, 360)
            self.pen.arc(around, int(start), int(end), fill=GREY, width=3)

    def zone(
        self,
        lines: Sequence[str],
        *,
        top: float,
        left: float = MRZ_LEFT,
        step: float = MRZ_STEP,
    ) -> None:
        """Character by character: OCR-B is printed at a fixed pitch."""
        for row, line in enumerate(lines):
            for column, sign in enumerate(line):
                at = (left + column * MRZ_PITCH, top + row * step)
                self.pen.text(at, sign, font=_ocr_b(), fill=INK)

    def card(self) -> Card:
        """The finished side."""
        return Card(side=self.side, specimen=self.specimen, image=self.image)


@cache
def _font(typeface: Typeface, *, bold: bool, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(typeface.bold if bold else typeface.regular, size)


@cache
def _ocr_b() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(models.path("OCRB.otf"), MRZ_SIZE)


def _pattern(paper: Paper, chance: np.random.Generator, typeface: Typeface) -> Image.Image:
    """Tinted paper with fine waves, a rosette and the word SPECIMEN."""
    wide, high = paper.size
    across = np.exp(-(((np.arange(wide) - wide / 2) / (wide / 3)) ** 2))[None, :, None]
    outer, inner = (np.array(colour, np.float32) for colour in (paper.outer, paper.inner))
    tint = np.broadcast_to(outer * (1 - across) + inner * across, (high, wide, 3))
    lines = Image.new("L", paper.size, 255)
    pen = ImageDraw.Draw(lines)
    _waves(pen, chance, paper.size)
    _rosette(pen, chance, paper.size)
    _watermark(pen, paper.size, typeface)
    lines = lines.filter(ImageFilter.GaussianBlur(0.7))
    shade = 1 - paper.ink * (1 - np.asarray(lines, np.float32)[..., None] / 255)
    grain = chance.normal(0, 1.5, (high, wide, 1))
    return Image.fromarray(np.clip(tint * shade + grain, 0, 255).astype(np.uint8))


def _waves(pen: ImageDraw.ImageDraw, chance: np.random.Generator, size: tuple[int, int]) -> None:
    wide, high = size
    x = np.arange(0, wide + 6, 6)
    for row in range(60):
        swing, pace = chance.uniform(20, 70), chance.uniform(0.003, 0.009)
        phase = chance.uniform(0, 2 * np.pi)
        y = row * high / 60 + swing * (
            np.sin(x * pace + phase) + 0.3 * np.sin(2.7 * x * pace + 2 * phase)
        )
        pen.line(list(zip(x.tolist(), y.tolist(), strict=True)), int(chance.integers(195, 228)), 2)


def _rosette(pen: ImageDraw.ImageDraw, chance: np.random.Generator, size: tuple[int, int]) -> None:
    x, y = size[0] * 960 / 1712, size[1] * 670 / 1080
    for radius in range(60, 430, 22):
        box = (x - radius, y - radius, x + radius, y + radius)
        pen.ellipse(box, outline=int(chance.integers(190, 222)), width=2)
    for angle in np.radians(np.arange(0, 360, 7.5)):
        start = (x + 420 * np.cos(angle), y + 420 * np.sin(angle))
        end = (x + 120 * np.cos(angle + 0.35), y + 120 * np.sin(angle + 0.35))
        pen.line([start, end], 216, 2)


def _watermark(pen: ImageDraw.ImageDraw, size: tuple[int, int], typeface: Typeface) -> None:
    font = _font(typeface, bold=True, size=58)
    for row, y in enumerate(range(-20, size[1], 210)):
        for x in range(-300 + 190 * (row % 2), size[0], 620):
            pen.text((x, y), "MẪU · SPECIMEN", font=font, fill=233)


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    turns = np.radians(np.arange(10) * 36 - 90)
    reach = np.where(np.arange(10) % 2, radius * 0.382, radius)
    return list(
        zip((x + reach * np.cos(turns)).tolist(), (y + reach * np.sin(turns)).tolist(), strict=True)
    )


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
