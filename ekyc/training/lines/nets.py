"""The net, what it is taught, and the training itself; one thread, one seed, one result.

A letter's shape, its mark and its tone are three answers that add up, so that a rare letter is
learnt from its relatives.
"""

import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from ekyc.training import school
from ekyc.training.lines.pictures import HIGH, WIDE, Pixels, draw
from ekyc.training.school import Batch, begin, layer, tensor, write
from ekyc.vision.line_net import ALPHABET, CELL, NOTHING
from ekyc.vision.mrz_nets import levelled

IGNORED: Final = -100
MOST: Final = WIDE // CELL
"""Signs of one picture, at most."""


class Lines(nn.Module):
    """For each 4 columns: how surely each sign has its middle there, or none."""

    def __init__(self) -> None:
        super().__init__()
        self.eyes = nn.Sequential(
            layer(1, 16),
            layer(16, 32, step=2),
            layer(32, 32),
            layer(32, 64, step=2),
            layer(64, 64),
            layer(64, 96, step=(2, 1)),
            layer(96, 96),
        )
        self.whole = nn.Sequential(
            nn.Conv2d(96, 192, (HIGH // 8, 1), bias=False), nn.BatchNorm2d(192), nn.ReLU()
        )
        self.along = nn.ModuleList([layer(192, 192, size=(1, 5)) for _ in range(3)])
        shapes, sums = _parts()
        self.mouth = nn.Conv2d(192, shapes, 1)
        self.adds = nn.Conv2d(shapes, NOTHING + 1, 1, bias=False)
        self.adds.weight = nn.Parameter(torch.from_numpy(sums)[:, :, None, None], False)

    def forward(self, picture: Any) -> Any:
        seen = self.whole(self.eyes(picture))
        for step in self.along:
            seen = seen + step(seen)
        return self.adds(self.mouth(seen))


def _parts() -> tuple[int, Pixels]:
    """The shapes, marks and tones there are, and which of them make up each sign."""
    names: list[str] = []
    apart = [*(unicodedata.normalize("NFD", sign) for sign in ALPHABET), ("nothing",)]
    made = [[_number(names, part) for part in parts] for parts in apart]
    sums = np.zeros((NOTHING + 1, len(names)), np.float32)
    for row, parts in enumerate(made):
        sums[row, parts] = 1
    return len(names), sums


def _number(names: list[str], part: str) -> int:
    if part not in names:
        names.append(part)
    return names.index(part)


def loss(net: Any, pictures: Pixels, truth: Pixels, share: float) -> tuple[Any, float]:
    """Cross entropy at the signs' middles and between them; CTC, the more the later (`share`)."""
    answer = net(tensor(np.stack([levelled(each) for each in pictures])[:, None]))[:, :, 0]
    wanted = torch.from_numpy(np.stack([_targets(rows, answer.shape[2]) for rows in truth]))
    each = functional.cross_entropy(answer, wanted, reduction="none", ignore_index=IGNORED)
    is_sign = (wanted >= 0) & (wanted < NOTHING)
    told = each[is_sign].mean() + each[wanted == NOTHING].mean()
    right = (answer.argmax(1)[is_sign] == wanted[is_sign]).float().mean()
    signs = [rows[rows[:, 1] >= 0, 1].astype(np.int64) for rows in truth]
    ctc = functional.ctc_loss(
        answer.log_softmax(1).permute(2, 0, 1),
        torch.from_numpy(np.concatenate(signs)),
        torch.full((len(truth),), answer.shape[2]),
        torch.tensor([len(each) for each in signs]),
        blank=NOTHING,
        zero_infinity=True,
    )
    return (1 - share) * told + share * ctc, float(right)


def _targets(rows: Pixels, wide: int) -> Pixels:
    """The sign at its middle, anything beside it; none elsewhere, and always between two alike."""
    kinds = np.full(wide, NOTHING, np.int64)
    cells = [(int(x // CELL), int(sign)) for x, sign in rows if sign >= 0]
    cells = [(min(max(at, 0), wide - 1), sign) for at, sign in cells]
    for at, _ in cells:
        kinds[max(at - 1, 0) : at + 2] = IGNORED
    for (one, before), (other, after) in pairwise(cells):
        if before == after and other - one > 1:
            kinds[(one + other) // 2] = NOTHING
    for at, sign in cells:
        kinds[at] = sign
    return kinds


def drawn(seed: int, number: int, folder: Path) -> Batch:
    """The picture of this number, and MOST rows of x and sign, −1 where there is none."""
    made = draw(np.random.default_rng([seed, number]), folder)
    rows = np.full((MOST, 2), -1, np.float32)
    known = [(x, ALPHABET.index(sign)) for sign, x in made.signs if sign in ALPHABET]
    known = [(x, sign) for x, sign in known if 2 < x < WIDE - 2]
    rows[: len(known[:MOST])] = known[:MOST] or np.zeros((0, 2))
    return made.picture, rows


FASTEST: Final = 3e-3
BATCH: Final = 24
FRESH: Final = 8
RING: Final = 40_000


def train(*, seed: int, fonts: Path, folder: Path, steps: int) -> None:
    """Train the net and write the running average of its weights as ONNX."""
    begin(seed)

    def taught(net: Any, pictures: Pixels, truth: Pixels, step: int) -> tuple[Any, float]:
        return loss(net, pictures, truth, share=0.7 * step / steps)

    def keep(net: Any, step: int) -> None:
        free = {0: "count", 3: "wide"}
        write(net, folder / f"lines-{step}.onnx", size=(WIDE, HIGH), free=free)

    batches = _batches(seed, fonts, steps)
    school.train(Lines(), batches, taught, fastest=FASTEST, steps=steps, keep=keep)


def _batches(seed: int, fonts: Path, steps: int) -> Iterator[Batch]:
    """Each step some pictures come anew, drawn by another process in the order of their numbers."""
    chance = np.random.default_rng([seed, 2**20])
    numbers = ((seed, number, fonts) for number in range(4 * BATCH + steps * FRESH))
    with get_context("spawn").Pool(1) as pool:
        coming = pool.imap(_drawn, numbers, chunksize=FRESH)
        kept = [next(coming) for _ in range(4 * BATCH)]
        for step in range(steps):
            for number in range(FRESH):
                made = next(coming)
                if len(kept) < RING:
                    kept.append(made)
                else:
                    kept[(step * FRESH + number) % RING] = made
            chosen = chance.choice(len(kept), BATCH, replace=False)
            yield (
                np.stack([kept[number][0] for number in chosen]).astype(np.float32),
                np.stack([kept[number][1] for number in chosen]),
            )


def _drawn(asked: tuple[int, int, Path]) -> Batch:
    cv2.setNumThreads(1)
    picture, rows = drawn(*asked)
    return picture.astype(np.uint8), rows
