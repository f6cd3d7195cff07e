"""The two networks, what each is taught, and the training itself; one thread, one seed, one result.

`Band` looks at a whole photograph for a zone and the direction it reads in; `Glyphs` at a zone that
lies almost level for signs and their centres. Both look at any size of picture.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from ekyc.domain.mrz import ALPHABET
from ekyc.training import school
from ekyc.training.mrz.pictures import MOST_SIGNS, PAGE, PART, page, part
from ekyc.training.mrz.printing import Chance, Pixels
from ekyc.training.school import Batch, begin, layer, tensor, write
from ekyc.vision import mrz_nets

NOTHING: Final = len(ALPHABET)
"""The class of a place where no sign has its centre."""

IGNORED: Final = -100
FAR: Final = -1e4
"""Corners of the zone of a page that has none."""


class Glyphs(nn.Module):
    """For each 4 × 4 pixels: 37 signs and nothing, and where the centre of the sign lies."""

    def __init__(self) -> None:
        super().__init__()
        self.eyes = nn.Sequential(
            layer(1, 24, step=2, size=5), layer(24, 24), layer(24, 64, step=2)
        )
        self.steps = nn.ModuleList([layer(64, 64) for _ in range(3)])
        self.mouth = nn.Sequential(
            nn.Conv2d(64, 96, 1), nn.ReLU(inplace=True), nn.Conv2d(96, NOTHING + 3, 1)
        )

    def forward(self, picture: Any) -> Any:
        seen = self.eyes(picture)
        for step in self.steps:
            seen = seen + step(seen)
        return self.mouth(seen)


class Band(nn.Module):
    """For each 4 × 4 pixels: how surely a zone, and cosine and sine of its reading direction."""

    def __init__(self) -> None:
        super().__init__()
        self.eyes = nn.Sequential(layer(1, 12, step=2), layer(12, 24, step=2), layer(24, 24))
        self.down = layer(24, 40, step=2)
        self.steps = nn.ModuleList([layer(40, 40, spread=spread) for spread in (1, 2, 4, 8, 2)])
        self.back = nn.Conv2d(40, 24, 1)
        self.mouth = nn.Sequential(layer(24, 24), nn.Conv2d(24, 3, 1))

    def forward(self, picture: Any) -> Any:
        fine = self.eyes(picture)
        coarse = self.down(fine)
        for step in self.steps:
            coarse = coarse + step(coarse)
        wide = functional.interpolate(self.back(coarse), scale_factor=2, mode="nearest")
        return self.mouth(fine + wide)


def drawn_part(chance: Chance) -> Batch:
    """One picture, and MOST_SIGNS rows of x, y and number, −1 where there is no sign."""
    made = part(chance)
    signs = np.full((MOST_SIGNS, 3), -1, np.float32)
    signs[: len(made.centres)] = made.centres[:MOST_SIGNS]
    return made.picture, signs


def drawn_page(chance: Chance) -> Batch:
    """One picture and the four corners of its zone."""
    made = page(chance)
    none = np.full((4, 2), FAR, np.float32)
    return made.picture, none if made.corners is None else made.corners.astype(np.float32)


def glyph_loss(net: Any, pictures: Pixels, signs: Pixels, chance: Chance) -> tuple[Any, float]:
    """Cross entropy at centres and elsewhere, distance of the centres; the share read right."""
    shades = [
        mrz_nets.levelled(255 * (picture / 255) ** chance.uniform(0.75, 1.3))
        for picture in pictures
    ]
    answer = net(tensor(np.stack(shades)[:, None]))
    targets = [_targets(rows, answer.shape[2], answer.shape[3]) for rows in signs]
    kinds = torch.from_numpy(np.stack([kind for kind, _ in targets]))
    offsets = torch.from_numpy(np.stack([offset for _, offset in targets]))
    said, where = answer[:, : NOTHING + 1], answer[:, NOTHING + 1 :].permute(0, 2, 3, 1)
    each = functional.cross_entropy(said, kinds, reduction="none", ignore_index=IGNORED)
    is_sign = (kinds >= 0) & (kinds < NOTHING)
    loss = each[is_sign].mean() + 2 * each[kinds == NOTHING].mean()
    loss = loss + 0.5 * (where[is_sign] - offsets[is_sign]).abs().mean()
    right = (said[:, :NOTHING].argmax(1)[is_sign] == kinds[is_sign]).float().mean()
    return loss, float(right)


def _targets(signs: Pixels, high: int, wide: int) -> Batch:
    """What each place should say: the sign at its centre, anything beside it, else nothing."""
    kinds = np.full((high + 2, wide + 2), NOTHING, np.int64)
    offsets = np.zeros((high, wide, 2), np.float32)
    signs = signs[signs[:, 2] >= 0]
    x, y = np.floor(signs[:, :2].T / 4).astype(int)
    near = (x >= -1) & (x <= wide) & (y >= -1) & (y <= high)
    signs, x, y = signs[near], x[near], y[near]
    for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        kinds[np.clip(y + 1 + down, 0, high + 1), np.clip(x + 1 + right, 0, wide + 1)] = IGNORED
    margin = 5  # pixels: a sign cut by the edge teaches nothing
    cut = (signs[:, 0] < margin) | (signs[:, 0] > 4 * wide - margin)
    cut |= (signs[:, 1] < margin) | (signs[:, 1] > 4 * high - margin)
    kinds[y + 1, x + 1] = np.where(cut, IGNORED, signs[:, 2].astype(int))
    inside = (x >= 0) & (x < wide) & (y >= 0) & (y < high)
    places = np.stack([signs[:, 0] / 4 - x - 0.5, signs[:, 1] / 4 - y - 0.5], axis=1)
    offsets[y[inside], x[inside]] = places[inside]
    return kinds[1:-1, 1:-1].copy(), offsets


def band_loss(net: Any, pictures: Pixels, corners: Pixels, chance: Chance) -> tuple[Any, float]:
    """Cross entropy and overlap of the zone, and its direction inside; the mean overlap."""
    moved = [_moved(*pair, chance) for pair in zip(pictures, corners, strict=True)]
    answer = net(tensor(np.stack([mrz_nets.scaled(picture) for picture, _ in moved])[:, None]))
    masks = np.zeros((len(moved), *answer.shape[2:]), np.float32)
    ways = np.zeros((len(moved), 2), np.float32)
    for mask, way, (_, quad) in zip(masks, ways, moved, strict=True):
        if quad[0, 0] > FAR / 2:
            cv2.fillConvexPoly(mask, np.round(quad / 4 * 16).astype(np.int32), 1.0, shift=4)
            way[:] = (quad[1] - quad[0]) / np.linalg.norm(quad[1] - quad[0])
    wanted = torch.from_numpy(masks)
    surely = torch.sigmoid(answer[:, 0])
    loss = functional.binary_cross_entropy_with_logits(
        answer[:, 0], wanted, pos_weight=torch.tensor(2.0)
    )
    both, sums = (surely * wanted).sum((1, 2)), (surely + wanted).sum((1, 2))
    has = wanted.sum((1, 2)) > 0
    loss = loss + (has * (1 - 2 * both / (sums + 1))).sum() / (has.sum() + 1e-3)
    apart = ((answer[:, 1:] - torch.from_numpy(ways)[:, :, None, None]) ** 2).sum(1)
    loss = loss + 0.5 * (apart * wanted).sum() / (wanted.sum() + 1)
    return loss, float((has * both / (sums - both + 1)).sum() / (has.sum() + 1e-3))


WINDOW: Final = 256
"""Side of the part of a page the band network is taught on, pixels: mostly a part with zone."""


def _moved(picture: Pixels, corners: Pixels, chance: Chance) -> Batch:
    """A part of the page, turned over, turned and sized a little otherwise."""
    turn = 180.0 * int(chance.integers(2)) + chance.uniform(-15, 15) * (chance.random() < 0.6)
    middle = chance.uniform(0, 1, 2) * PAGE
    has_zone = corners[0, 0] > FAR / 2
    if has_zone and chance.random() < 0.75:
        middle = chance.dirichlet(np.ones(4)) @ corners
    at = (float(middle[0]), float(middle[1]))
    matrix = cv2.getRotationMatrix2D(at, turn, float(np.exp(chance.uniform(-0.25, 0.25))))
    right, down = (chance.uniform(0.2, 0.8, 2) * WINDOW - middle).tolist()
    matrix += np.array([[0, 0, right], [0, 0, down]])
    around = int(np.median(picture[::8, ::8]))
    turned = cv2.warpAffine(picture, matrix, (WINDOW, WINDOW), borderValue=around)
    if has_zone:
        corners = cv2.transform(corners[None], matrix)[0]
    return np.asarray(turned), corners


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What to train, and how: `ring` pictures are kept, each step draws some afresh."""

    net: Callable[[], Any]
    draw: Callable[[Chance], Batch]
    loss: Callable[[Any, Pixels, Pixels, Chance], tuple[Any, float]]
    size: tuple[int, int]
    batch: int
    fresh: int
    ring: int


LESSONS: Final = {
    "glyphs": Lesson(
        net=Glyphs,
        draw=drawn_part,
        loss=glyph_loss,
        size=PART,
        batch=24,
        fresh=8,
        ring=20_000,
    ),
    "band": Lesson(
        net=Band,
        draw=drawn_page,
        loss=band_loss,
        size=PAGE,
        batch=8,
        fresh=2,
        ring=2_000,
    ),
}
FASTEST: Final = 4e-3


def train(name: str, *, seed: int, folder: Path, steps: int) -> None:
    """Train one network and write it as ONNX; the same seed and steps give the same network."""
    lesson = LESSONS[name]
    begin(seed)
    chance = np.random.default_rng([seed, 1])

    def loss(net: Any, pictures: Pixels, truth: Pixels, _: int) -> tuple[Any, float]:
        return lesson.loss(net, pictures, truth, chance)

    def keep(net: Any, step: int) -> None:
        free = {0: "count", 2: "high", 3: "wide"}
        write(net, folder / f"{name}-{step}.onnx", size=lesson.size, free=free)

    batches = _batches(lesson, seed, steps)
    school.train(lesson.net(), batches, loss, fastest=FASTEST, steps=steps, keep=keep)


def _batches(lesson: Lesson, seed: int, steps: int) -> Iterator[Batch]:
    """Each step some pictures are drawn anew and take the place of the oldest."""
    chance = np.random.default_rng([seed, 2])
    kept: list[Batch] = [lesson.draw(chance) for _ in range(4 * lesson.batch)]
    for step in range(steps):
        for number in range(lesson.fresh):
            drawn = lesson.draw(chance)
            if len(kept) < lesson.ring:
                kept.append(drawn)
            else:
                kept[(step * lesson.fresh + number) % lesson.ring] = drawn
        chosen = chance.choice(len(kept), lesson.batch, replace=False)
        yield (
            np.stack([kept[number][0] for number in chosen]),
            np.stack([kept[number][1] for number in chosen]),
        )
