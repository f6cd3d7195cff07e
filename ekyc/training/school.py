"""What the nets for zones and for lines share: their layers, the pace of training, how they are
kept; one thread, one seed, one result."""

import copy
import math
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

Pixels = NDArray[Any]
Batch = tuple[Pixels, Pixels]
"""Pictures, and what is true of each."""

Loss = Callable[[Any, Pixels, Pixels, int], tuple[Any, float]]
"""Of a net, a batch and the number of the step: what is to fall, and the share that is right."""

WARM: Final = 60
"""Steps until the pace is full; from there it falls along half a cosine to nothing at the end."""

AVERAGED: Final = 0.995
KEPT: Final = 500
"""The net is written each so many steps."""


def layer(before: int, after: int, *, size: Any = 3, step: Any = 1, spread: int = 1) -> Any:
    """A convolution that keeps the size but for its step, levelled."""
    gap = tuple(one // 2 for one in size) if isinstance(size, tuple) else spread * (size // 2)
    return nn.Sequential(
        nn.Conv2d(before, after, size, step, gap, spread, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )


def tensor(values: Pixels) -> Any:
    """As the nets take pictures."""
    made = torch.from_numpy(np.ascontiguousarray(values, np.float32))
    return made.contiguous(memory_format=torch.channels_last)


def begin(seed: int) -> None:
    """One thread, and every weight by this seed."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(seed)


def train(
    net: Any,
    batches: Iterable[Batch],
    loss: Loss,
    *,
    fastest: float,
    steps: int,
    keep: Callable[[Any, int], None],
) -> None:
    """Teach a net in so many steps; `keep` is given the running average of its weights."""
    net = net.to(memory_format=torch.channels_last)
    average = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(AVERAGED), use_buffers=True)
    taught = [weight for weight in net.parameters() if weight.requires_grad]
    optimiser = torch.optim.AdamW(taught, lr=fastest, weight_decay=1e-3)
    begun, mean = time.monotonic(), 0.0
    for step, (pictures, truth) in enumerate(batches, 1):
        for group in optimiser.param_groups:
            group["lr"] = fastest * min(1.0, step / WARM) * _fallen(step / steps)
        found, score = loss(net, pictures, truth, step)
        optimiser.zero_grad()
        found.backward()
        nn.utils.clip_grad_norm_(taught, 5.0)
        optimiser.step()
        average.update_parameters(net)
        mean = score if step == 1 else 0.97 * mean + 0.03 * score
        if step % 25 == 0:
            passed, left = time.monotonic() - begun, float(found)
            print(f"{passed:.0f} s, step {step}: loss {left:.3f}, right {mean:.4f}", flush=True)
        if step % KEPT == 0 or step == steps:
            keep(average.module, step)


def _fallen(passed: float) -> float:
    """What is left of the pace when that share of the training has passed."""
    return 0.5 + 0.5 * math.cos(math.pi * passed)


def write(net: Any, file: Path, *, size: tuple[int, int], free: Mapping[int, str]) -> None:
    """A net as it stands, as ONNX; `size`: width and height of one of its pictures, `free`: which
    of the axes (count, sign, height, width) may be of any length."""
    net = copy.deepcopy(net).to(memory_format=torch.contiguous_format).eval()
    wide, high = size
    torch.onnx.export(
        net,
        (torch.zeros(1, 1, high, wide),),
        str(file),
        input_names=["picture"],
        output_names=["answer"],
        dynamic_axes={"picture": dict(free), "answer": dict(free)},
        opset_version=17,
        dynamo=False,
    )
