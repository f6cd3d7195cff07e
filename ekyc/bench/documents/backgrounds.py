"""What a document of the frozen test set lies on: surfaces that nothing else here draws.

`USUAL` is what tables are made of; `HARD` is where edges get lost or abound.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[Any]
Chance = np.random.Generator
Size = tuple[int, int]
Surface = Callable[[Chance, Size, Pixels], Pixels]
"""Chance, width and height, the document's mean colour (BGR) → pixels, 0 … 255."""

FONT: Final = Path(__file__).parent / "fonts" / "Mulish-Regular.ttf"


def _octaves(chance: Chance, size: Size, *, first: int, count: int, fall: float = 0.55) -> Pixels:
    """Smooth noise of several scales, about -1 … 1."""
    wide, high = size
    total, weight, norm = np.zeros((high, wide), np.float32), 1.0, 0.0
    for octave in range(count):
        step = max(2, first >> octave)
        grid = chance.normal(0, 1, (high // step + 3, wide // step + 3)).astype(np.float32)
        total += weight * cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC)
        norm, weight = norm + weight**2, weight * fall
    return np.asarray(total / np.sqrt(norm))


def _colour(chance: Chance, low: int = 35, high: int = 230) -> Pixels:
    return chance.integers(low, high, 3).astype(np.float32)


def _shaded(colour: Pixels, shade: Pixels) -> Pixels:
    return np.asarray(colour * (1 + shade[..., None]))


def _lacquer(chance: Chance, size: Size, _: Pixels) -> Pixels:
    return _shaded(_colour(chance), 0.05 * _octaves(chance, size, first=512, count=2))


def _concrete(chance: Chance, size: Size, _: Pixels) -> Pixels:
    grey = np.full(3, chance.integers(90, 190), np.float32) + chance.normal(0, 5, 3)
    return _shaded(grey, 0.09 * _octaves(chance, size, first=256, count=7, fall=0.75))


def _planks(chance: Chance, size: Size, _: Pixels) -> Pixels:
    wide, high = size
    stretched = _octaves(chance, (max(32, wide // 24), high), first=64, count=5, fall=0.8)
    grain = cv2.resize(stretched, size, interpolation=cv2.INTER_LINEAR)
    width = int(chance.integers(180, 420))
    board = np.arange(high) // width
    tone = chance.normal(0, 0.08, int(board.max()) + 1)[board][:, None]
    gap = np.where(np.arange(high) % width < 5, -0.45, 0.0)[:, None]
    wood = np.array([chance.integers(40, 90), chance.integers(80, 130), chance.integers(120, 190)])
    boards = _shaded(wood.astype(np.float32), 0.16 * grain + tone + gap)
    return np.asarray(boards if chance.random() < 0.5 else boards[::-1])


def _terrazzo(chance: Chance, size: Size, _: Pixels) -> Pixels:
    image = np.broadcast_to(_colour(chance, 120, 225), (size[1], size[0], 3)).copy()
    for _chip in range(700):
        middle = (int(chance.integers(size[0])), int(chance.integers(size[1])))
        around = chance.uniform(4, 26) * (1 + 0.4 * chance.normal(0, 1, 7))
        angles = np.linspace(0, 2 * np.pi, 8)[:-1]
        points = np.stack([around * np.cos(angles), around * np.sin(angles)], axis=1) + middle
        shade = [float(part) for part in chance.integers(30, 240, 3)]
        cv2.fillPoly(image, [points.astype(np.int32)], shade, cv2.LINE_AA)
    return image


def _linen(chance: Chance, size: Size, _: Pixels) -> Pixels:
    along = cv2.GaussianBlur(
        chance.standard_normal((size[1], size[0]), np.float32), (0, 0), 9, sigmaY=0.8
    )
    across = cv2.GaussianBlur(
        chance.standard_normal((size[1], size[0]), np.float32), (0, 0), 0.8, sigmaY=9
    )
    return _shaded(_colour(chance), 0.9 * (along + across))


def _carpet(chance: Chance, size: Size, _: Pixels) -> Pixels:
    tufts = cv2.GaussianBlur(chance.standard_normal((size[1], size[0]), np.float32), (0, 0), 2.2)
    return _shaded(
        _colour(chance, 40, 180), 0.6 * tufts + 0.06 * _octaves(chance, size, first=128, count=3)
    )


def _tiles(chance: Chance, size: Size, _: Pixels) -> Pixels:
    pitch, turn = float(chance.integers(260, 620)), chance.uniform(0, np.pi)
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    joint = (np.minimum(u % pitch, v % pitch) < 7).astype(np.float32)
    tone = 0.05 * np.sin(12.9 * np.floor(u / pitch) + 78.2 * np.floor(v / pitch))
    return _shaded(_colour(chance, 90, 215), tone - 0.35 * joint)


def _stains(chance: Chance, size: Size, _: Pixels) -> Pixels:
    parts = [_octaves(chance, size, first=400, count=4) for _ in range(3)]
    return np.asarray(_colour(chance) + 22 * np.stack(parts, axis=2))


def _white_paper(chance: Chance, size: Size, _: Pixels) -> Pixels:
    white = np.full(3, chance.integers(222, 250), np.float32) + chance.normal(0, 2, 3)
    return _shaded(white, 0.012 * _octaves(chance, size, first=300, count=6, fall=0.8))


def _ruled_paper(chance: Chance, size: Size, document: Pixels) -> Pixels:
    paper = _white_paper(chance, size, document)
    pitch, turn = chance.uniform(28, 80), chance.normal(0, 0.06)
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    away = (y * np.cos(turn) + x * np.sin(turn)) % pitch
    lines = np.exp(-((away - pitch / 2) ** 2) / 2.5)
    if chance.random() < 0.4:
        lines = np.maximum(
            lines, np.exp(-((((x * np.cos(turn) - y * np.sin(turn)) % pitch) - 9) ** 2) / 2.5)
        )
    return np.asarray(paper - lines[..., None] * chance.uniform(40, 130, 3).astype(np.float32))


def _printed_page(chance: Chance, size: Size, document: Pixels) -> Pixels:
    image = Image.fromarray(np.clip(_white_paper(chance, size, document), 0, 255).astype(np.uint8))
    pen, height = ImageDraw.Draw(image), int(chance.integers(18, 46))
    font = ImageFont.truetype(FONT, height)
    letters = list("aănđêbcghiklmnơpqrstuưvxyoiaiutnhc ")
    for y in range(10, size[1], round(height * 1.5)):
        text = "".join(chance.choice(letters, 3 * size[0] // height))
        pen.text((int(chance.integers(-60, 30)), y), text, font=font, fill=(35, 32, 30))
    return np.asarray(image, np.float32)


def _own_colour(chance: Chance, size: Size, document: Pixels) -> Pixels:
    near = document + chance.normal(0, 6, 3).astype(np.float32)
    return _shaded(near, 0.025 * _octaves(chance, size, first=200, count=5))


def _busy(chance: Chance, size: Size, _: Pixels) -> Pixels:
    """Leaf upon leaf of every size (Lee, Mumford, Huang 2001: the statistics of photographs)."""
    image = np.broadcast_to(_colour(chance), (size[1], size[0], 3)).copy()
    for _leaf in range(260):
        reach = min(500.0, 14 * (1 - chance.random()) ** -0.7)
        middle = (int(chance.integers(size[0])), int(chance.integers(size[1])))
        shade = [float(part) for part in _colour(chance, 10, 245)]
        axes = (int(reach), int(reach * chance.uniform(0.2, 1)))
        if chance.random() < 0.5:
            cv2.ellipse(image, middle, axes, chance.uniform(0, 180), 0, 360, shade, -1, cv2.LINE_AA)
        else:
            box = cv2.boxPoints((middle, (2.0 * axes[0], 2.0 * axes[1]), chance.uniform(0, 180)))
            cv2.fillPoly(image, [box.astype(np.int32)], shade, cv2.LINE_AA)
    rough = 0.12 * _octaves(chance, size, first=64, count=5)
    return np.asarray(_shaded(np.ones(3, np.float32), rough) * image)


USUAL: Final[dict[str, Surface]] = {
    "lacquer": _lacquer,
    "concrete": _concrete,
    "planks": _planks,
    "terrazzo": _terrazzo,
    "linen": _linen,
    "carpet": _carpet,
    "tiles": _tiles,
    "stains": _stains,
}
HARD: Final[dict[str, Surface]] = {
    "white-paper": _white_paper,
    "ruled-paper": _ruled_paper,
    "printed-page": _printed_page,
    "own-colour": _own_colour,
    "busy": _busy,
}
