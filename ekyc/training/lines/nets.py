"""The net, what it is taught, and the training itself; one thread, one seed, one result.

A letter's shape, its mark and its tone are three answers that add up, so that a rare letter is
learnt from its relatives.
"""

import copy
import math
import time
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
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ekyc.training.lines.pictures import HIGH, WIDE, Pixels, draw
from ekyc.vision.line_net import ALPHABET, CELL, NOTHING
from ekyc.vision.mrz_nets import levelled

IGNORED: Final = -100
MOST: Final = WIDE // CELL
"""Signs of one picture, at most."""

Batch = tuple[Pixels, Pixels]


def _layer(before: int, after: int, *, size: Any = 3, step: Any = 1) -> Any:
    gap = tuple(one // 2 for one in size) if isinstance(size, tuple) else size // 2
    return nn.Sequential(
        nn.Conv2d(before, after, size, step, gap, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )


class Lines(nn.Module):
    """For each 4 columns: how surely each sign has its middle there, or none."""

    def __init__(self) -> None:
        super().__init__()
        self.eyes = nn.Sequential(
            _layer(1, 16),
            _layer(16, 32, step=2),
            _layer(32, 32),
            _layer(32, 64, step=2),
            _layer(64, 64),
            _layer(64, 96, step=(2, 1)),
            _layer(96, 96),
        )
        self.whole = nn.Sequential(
            nn.Conv2d(96, 192, (HIGH // 8, 1), bias=False), nn.BatchNorm2d(192), nn.ReLU()
        )
        self.along = nn.ModuleList([_layer(192, 192, size=(1, 5)) for _ in range(3)])
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
    answer = net(_tensor(np.stack([levelled(each) for each in pictures])[:, None]))[:, :, 0]
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


def _tensor(values: Pixels) -> Any:
    tensor = torch.from_numpy(np.ascontiguousarray(values, np.float32))
    return tensor.contiguous(memory_format=torch.channels_last)


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
WARM: Final = 60
AVERAGED: Final = 0.995
KEPT: Final = 500
"""The net is written each so many steps."""


def train(*, seed: int, fonts: Path, folder: Path, steps: int) -> None:
    """Train the net and write the running average of its weights as ONNX."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(seed)
    net = Lines().to(memory_format=torch.channels_last)
    average = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(AVERAGED), use_buffers=True)
    taught = [weight for weight in net.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(taught, lr=FASTEST, weight_decay=1e-3)
    begun, mean = time.monotonic(), 0.0
    for step, (pictures, truth) in enumerate(_batches(seed, fonts, steps), 1):
        for group in optimiser.param_groups:
            group["lr"] = FASTEST * min(1.0, step / WARM) * _fallen(step / steps)
        found, score = loss(net, pictures, truth, share=0.7 * step / steps)
        optimiser.zero_grad()
        found.backward()
        nn.utils.clip_grad_norm_(taught, 5.0)
        optimiser.step()
        average.update_parameters(net)
        mean = score if step == 1 else 0.97 * mean + 0.03 * score
        if step % 25 == 0:
            passed = time.monotonic() - begun
            print(
                f"{passed:.0f} s, step {step}: loss {float(found):.3f}, right {mean:.4f}",
                flush=True,
            )
        if step % KEPT == 0 or step == steps:
            write(average.module, folder / f"lines-{step}.onnx")


def _fallen(passed: float) -> float:
    """What is left of the pace when that share of the training has passed."""
    return 0.5 + 0.5 * math.cos(math.pi * passed)


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


def write(net: Any, file: Path) -> None:
    """The net as it stands, for lines of any length."""
    net = copy.deepcopy(net).to(memory_format=torch.contiguous_format).eval()
    free = {0: "count", 3: "wide"}
    torch.onnx.export(
        net,
        (torch.zeros(1, 1, HIGH, WIDE),),
        str(file),
        input_names=["picture"],
        output_names=["answer"],
        dynamic_axes={"picture": free, "answer": free},
        opset_version=17,
        dynamo=False,
    )
