"""What a card may lie on: some twenty surfaces, drawn by chance, 0…255 blue, green, red.

None of them is drawn as in `ekyc.demo.photographs` or `ekyc.bench`: what is measured there was
never trained on."""

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np

from ekyc.training.corners.brush import (
    Chance,
    Pixels,
    Size,
    axes,
    cloud,
    colour,
    finger,
    plain,
    skin,
    soft,
)
from ekyc.training.corners.leaves import leaves


def _flat(chance: Chance, size: Size) -> Pixels:
    grain = cloud(chance, size, octaves=2, base=2) * chance.uniform(0, 6)
    return plain(size, colour(chance)) + grain


def _wood(chance: Chance, size: Size) -> Pixels:
    unit = size[0] / 512
    _, across = axes(chance, size)
    warp = cloud(chance, size, octaves=3, base=3)[..., 0]
    rings = np.sin(across / unit * chance.uniform(0.03, 0.25) + warp * chance.uniform(1, 6))
    streaks = chance.standard_normal(512).astype(np.float32)
    fine = streaks[(across / unit * chance.uniform(0.4, 1.5)).astype(int) % 512]
    brown = chance.uniform([30, 60, 90], [120, 160, 220]).astype(np.float32)
    tint = brown if chance.random() < 0.7 else colour(chance)
    wood = (
        tint
        * (1 + chance.uniform(0.03, 0.16) * rings + chance.uniform(0.01, 0.08) * fine)[..., None]
    )
    if chance.random() < 0.5:
        board = chance.uniform(40, 160) * unit
        place = across + chance.uniform(0, 200) * unit
        wood = (
            wood * (1 - 0.5 * (np.abs(place % board) < chance.uniform(0.8, 2.5) * unit))[..., None]
        )
        wood = wood * (1 + 0.1 * np.sin(np.floor(place / board) * 12.9))[..., None]
    return np.asarray(wood, np.float32)


def _weave(chance: Chance, size: Size) -> Pixels:
    unit = size[0] / 512
    along, across = axes(chance, size, np.pi / 2)
    one, two = chance.uniform(2, 14, 2) * unit
    threads = np.sin(along / one * 6.28) * np.sin(across / two * 6.28) * chance.uniform(4, 25)
    cloth = colour(chance) + threads[..., None]
    for way in (along, across):
        if chance.random() < 0.5:
            stripe = np.sin(way / (chance.uniform(15, 60) * unit)) > chance.uniform(-0.5, 0.7)
            cloth = cloth * 0.6 + 0.4 * colour(chance) * stripe[..., None]
    return np.asarray(cloth, np.float32)


def _sheet(chance: Chance, size: Size) -> Pixels:
    """White or nearly white paper, perhaps with an edge of its own."""
    white = colour(chance, 215, 252, 0.3)
    paper = plain(size, white) + cloud(chance, size, octaves=3) * chance.uniform(0, 3)
    if chance.random() < 0.35:
        along, _ = axes(chance, size, 2 * np.pi)
        middle = along.mean()
        beyond = along > middle + chance.uniform(0.15, 0.45) * size[0]
        paper[beyond] = colour(chance)
    return paper


def _ruled(chance: Chance, size: Size) -> Pixels:
    """Lined or squared paper: edges as straight as a card's."""
    unit = size[0] / 512
    paper = _sheet(chance, size) if chance.random() < 0.7 else _flat(chance, size)
    ink = colour(chance, 20, 220)
    step, thick = chance.uniform(8, 34) * unit, chance.uniform(0.6, 2.2) * unit
    strength = chance.uniform(0.15, 0.9)
    ways = axes(chance, size, np.pi / 2 if chance.random() < 0.5 else 0.2)
    for way in ways[1:] if chance.random() < 0.6 else ways:
        distance = np.abs((way + chance.uniform(0, step)) % step - step / 2)
        line = np.clip(thick / 2 - distance + 0.5, 0, 1)[..., None] * strength
        paper = paper * (1 - line) + ink * line
    return np.asarray(paper, np.float32)


def _printed(chance: Chance, size: Size) -> Pixels:
    """A page of words, now and then in columns, with headings and boxes."""
    unit = size[0] / 512
    paper = _sheet(chance, size)
    step = chance.uniform(7, 40) * unit
    ink = np.zeros((size[1], size[0]), np.uint8)
    for y in np.arange(-size[1] * 0.3, size[1] * 1.3, step):
        x = chance.uniform(-0.3, 0.1) * size[0]
        while x < size[0] * chance.uniform(0.9, 1.4):
            wide = chance.uniform(0.4, 3.5) * step
            if chance.random() < 0.85:
                _word(chance, ink, (x, y), (wide, step * 0.55))
            x += wide + step * chance.uniform(0.2, 0.5)
    if chance.random() < 0.4:
        for _ in range(int(chance.integers(1, 4))):
            _frame(chance, ink, size, int(max(1, unit * chance.uniform(1, 4))))
    turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), chance.uniform(-40, 40), 1.15)
    shade = cv2.warpAffine(ink, turn, size)[..., None] / np.float32(255) * chance.uniform(0.3, 0.95)
    return np.asarray(paper * (1 - shade) + colour(chance, 5, 90) * shade, np.float32)


def _word(chance: Chance, ink: Pixels, at: tuple[float, float], size: tuple[float, float]) -> None:
    """A grey bar for small print; letters where they are large enough to be told."""
    (x, y), (wide, high) = at, size
    if high < 7:
        box = (int(x), int(y)), (int(x + wide), int(y + high))
        cv2.rectangle(ink, *box, int(chance.integers(90, 255)), -1)
        return
    letters = "".join(chance.choice(LETTERS, max(1, int(wide / high / 0.8))))
    thick = max(1, int(high / chance.uniform(5, 12)))
    at_base = (int(x), int(y + high))
    cv2.putText(ink, letters, at_base, _FACE, high / 22, 255, thick, cv2.LINE_AA)


LETTERS: Final = np.array(list("ABCDEFGHIKLMNOPRSTUVXYabcdefghiklmnoprstuvxy0123456789"))
_FACE: Final = cv2.FONT_HERSHEY_SIMPLEX


def _frame(chance: Chance, ink: Pixels, size: Size, thick: int) -> None:
    x, y = chance.uniform(0, 0.8, 2) * size
    wide, high = chance.uniform(0.1, 0.8, 2) * size
    cv2.rectangle(ink, (int(x), int(y)), (int(x + wide), int(y + high)), 255, thick)


def _marble(chance: Chance, size: Size) -> Pixels:
    noise = cloud(chance, size, octaves=5, base=int(chance.integers(2, 6)))
    veins = np.abs(np.sin(noise * chance.uniform(1, 4)))
    return np.asarray(colour(chance) * (1 - 0.4 * veins) + colour(chance) * 0.4 * veins)


def _noise(chance: Chance, size: Size) -> Pixels:
    planes = [
        cloud(chance, size, octaves=7, base=2, gain=chance.uniform(0.55, 0.85)) for _ in range(3)
    ]
    return colour(chance) + np.concatenate(planes, axis=2) * chance.uniform(8, 32)


def _clutter(chance: Chance, size: Size) -> Pixels:
    scene = plain(size, colour(chance)).copy()
    for _ in range(int(chance.integers(6, 50))):
        _thing(chance, scene, size)
    if chance.random() < 0.5:
        scene = cv2.GaussianBlur(scene, (0, 0), chance.uniform(0.5, 6) * size[0] / 512)
    return scene


def _thing(chance: Chance, scene: Pixels, size: Size) -> None:
    """A sheet, a disc, a pencil or a word somewhere."""
    unit = size[0] / 512
    shade = [float(part) for part in colour(chance)]
    middle = tuple(float(part) for part in chance.uniform(-0.05, 1.05, 2) * size)
    length = chance.uniform(10, 200) * unit
    at = (int(middle[0]), int(middle[1]))
    kind = chance.integers(4)
    if kind == 0:
        box = (middle, (length, length * chance.uniform(0.2, 1.6)), chance.uniform(0, 90))
        cv2.fillConvexPoly(scene, cv2.boxPoints(box).astype(np.int32), shade, cv2.LINE_AA)
    elif kind == 1:
        half = (int(length / 2), int(length * chance.uniform(0.1, 0.6)))
        cv2.ellipse(scene, at, half, chance.uniform(0, 180), 0, 360, shade, -1, cv2.LINE_AA)
    elif kind == 2:
        end = (int(at[0] + chance.normal(0, length)), int(at[1] + chance.normal(0, length)))
        cv2.line(scene, at, end, shade, max(1, int(chance.uniform(1, 14) * unit)), cv2.LINE_AA)
    else:
        letters = "".join(chance.choice(LETTERS, 5))
        ink = np.zeros(scene.shape[:2], np.uint8)  # OpenCV 5 writes on bytes only
        thick = max(1, int(chance.uniform(1, 6) * unit))
        cv2.putText(ink, letters, at, _FACE, chance.uniform(0.4, 3) * unit, 255, thick, 16)
        scene[ink > 127] = shade


def _tiles(chance: Chance, size: Size) -> Pixels:
    unit = size[0] / 512
    along, across = axes(chance, size, np.pi / 2)
    wide, high = chance.uniform(25, 200, 2) * unit
    joint = chance.uniform(1, 5) * unit
    column, row = np.floor(along / wide), np.floor(across / high)
    varied = np.sin(column * 12.98 + row * 78.2) * chance.uniform(0, 25)
    floor = np.asarray(colour(chance) + varied[..., None], np.float32)
    floor[(along % wide < joint) | (across % high < joint)] = colour(chance)
    return floor


def _keys(chance: Chance, size: Size) -> Pixels:
    unit = size[0] / 512
    board = plain(size, colour(chance, 10, 240, 0.3)).copy()
    shade = [float(part) for part in colour(chance, 10, 240, 0.3)]
    step = chance.uniform(24, 60) * unit
    for y in np.arange(-step, size[1] + step, step):
        shift = chance.uniform(0, step)
        for x in np.arange(-step, size[0] + step, step):
            start = (int(x + shift), int(y))
            end = (int(x + shift + step * 0.84), int(y + step * 0.84))
            cv2.rectangle(board, start, end, shade, -1)
    turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), chance.uniform(-40, 40), 1.15)
    return np.asarray(cv2.warpAffine(board, turn, size, borderMode=cv2.BORDER_REFLECT))


def _hand(chance: Chance, size: Size) -> Pixels:
    tone = skin(chance)
    palm = tone * (1 + 0.12 * cloud(chance, size, base=2))
    for _ in range(3):
        start = chance.uniform(0, 1, 2) * size
        finger(chance, palm, tone, start, start + chance.normal(0, 0.3, 2) * size[0])
    return np.asarray(palm, np.float32)


def _leather(chance: Chance, size: Size) -> Pixels:
    grain = np.clip(cloud(chance, size, octaves=3, base=40), -1.5, 1)
    return np.asarray(colour(chance) * (1 + 0.12 * grain), np.float32)


def _papers(chance: Chance, size: Size) -> Pixels:
    """Larger sheets under the card, each with its shadow: other rectangles that are no card."""
    unit = size[0] / 512
    under = [_flat, _wood, _marble, _weave][int(chance.integers(4))](chance, size)
    for _ in range(int(chance.integers(1, 4))):
        middle = tuple(float(v) for v in chance.uniform(0.1, 0.9, 2) * size)
        sides = tuple(float(v) for v in chance.uniform(0.3, 1.1, 2) * size)
        box = cv2.boxPoints((middle, sides, chance.uniform(0, 180))).astype(np.int32)
        cover = np.zeros((size[1], size[0]), np.float32)
        cv2.fillConvexPoly(cover, box, 1.0, cv2.LINE_AA)
        cover = cover[..., None]
        cast = np.roll(cover, (int(4 * unit), int(4 * unit)), (0, 1))
        under = under * (1 - soft(cast, 4 * unit) * 0.4 * (1 - cover))
        under = under * (1 - cover) + colour(chance, 5, 252, 0.6) * cover
    return np.asarray(under, np.float32)


SURFACES: Final[dict[str, tuple[float, Callable[[Chance, Size], Pixels]]]] = {
    "flat": (0.05, _flat),
    "wood": (0.07, _wood),
    "weave": (0.06, _weave),
    "sheet": (0.12, _sheet),
    "ruled": (0.09, _ruled),
    "printed": (0.12, _printed),
    "marble": (0.04, _marble),
    "noise": (0.04, _noise),
    "clutter": (0.07, _clutter),
    "tiles": (0.05, _tiles),
    "keys": (0.04, _keys),
    "hand": (0.03, _hand),
    "leather": (0.02, _leather),
    "papers": (0.07, _papers),
    "leaves": (0.13, leaves),
}
"""Name → share, drawing. Where the first sketch failed (paper, photographs) the share is large."""


def surface(chance: Chance, size: Size) -> Pixels:
    """One of them by chance."""
    names = list(SURFACES)
    shares = np.array([SURFACES[name][0] for name in names])
    name = names[int(chance.choice(len(names), p=shares / shares.sum()))]
    return np.ascontiguousarray(SURFACES[name][1](chance, size), np.float32)
