"""The training itself: one thread, a fixed number of steps, every picture drawn by its number."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Final

import cv2
import numpy as np
import torch
from torch import Tensor

from ekyc.training.corners import nets
from ekyc.training.corners.brush import Chance
from ekyc.training.corners.nets import Net
from ekyc.training.corners.targets import Example, Sources, for_locator, for_refiner
from ekyc.vision.rectangle import CROP, LOOK

BATCH: Final = 24
WARM_UP: Final = 150
SMOOTH: Final = 0.998
SAVED_EVERY: Final = 200
"""Steps of a rising rate; how slowly the kept weights follow; steps between two savings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What one of the two nets learns."""

    net: Callable[[], Net]
    size: tuple[int, int]
    example: Callable[[Chance, Sources, int], Example]
    loss: Callable[[Tensor, Tensor, dict[str, Tensor]], dict[str, Tensor]]


LESSONS: Final = {
    "locator": Lesson(net=nets.locator, size=LOOK, example=for_locator, loss=nets.locator_loss),
    "refiner": Lesson(net=nets.refiner, size=CROP, example=for_refiner, loss=nets.refiner_loss),
}


def learn(
    name: str,
    sources: Sources,
    *,
    steps: int,
    seed: int,
    rate: float,
    weights: Path,
    begin: Path | None,
) -> None:
    """Train, saving the weights now and then; `begin`: weights to go on from."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(seed)
    lesson = LESSONS[name]
    net = lesson.net().to(memory_format=torch.channels_last)
    if begin:
        net.load_state_dict(torch.load(begin)["smooth"])
    smooth = {key: value.detach().clone() for key, value in net.state_dict().items()}
    optimiser = torch.optim.AdamW(net.parameters(), lr=rate, weight_decay=1e-4)
    started = time.monotonic()
    told: dict[str, list[float]] = {}
    for step, batch in enumerate(_batches(lesson, sources, steps, seed)):
        warm = min(1.0, (step + 1) / WARM_UP)
        now = rate * warm * (0.5 + 0.5 * math.cos(math.pi * step / steps)) + 1e-5
        for group in optimiser.param_groups:
            group["lr"] = now
        maps, claims = net(_picture(batch))
        parts = lesson.loss(maps, claims, batch)
        optimiser.zero_grad(set_to_none=True)
        torch.stack(list(parts.values())).sum().backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        _follow(smooth, net, min(SMOOTH, step / (step + 20)))
        for key, value in parts.items():
            told.setdefault(key, []).append(value.item())
        if (step + 1) % SAVED_EVERY == 0 or step + 1 == steps:
            torch.save({"smooth": smooth, "step": step + 1}, weights)
            _say(name, step + 1, time.monotonic() - started, told)
            told.clear()


def _picture(batch: dict[str, Tensor]) -> Tensor:
    """Bytes into the shades of `ekyc.vision.rectangle`."""
    planes = batch["picture"].permute(0, 3, 1, 2).to(memory_format=torch.channels_last)
    return (planes.float() - 127.5) / 64


def _batches(
    lesson: Lesson, sources: Sources, steps: int, seed: int
) -> Iterator[dict[str, Tensor]]:
    """Made ahead in a second thread: OpenCV draws while torch waits for memory, and vice versa."""
    waiting: Queue[dict[str, Tensor]] = Queue(maxsize=4)

    def fill() -> None:
        for step in range(steps):
            chance = np.random.default_rng([seed, step])
            indices = chance.choice(sources.photographs.ready, BATCH)
            waiting.put(_batch([lesson.example(chance, sources, int(i)) for i in indices]))

    Thread(target=fill, name="examples", daemon=True).start()
    for _ in range(steps):
        yield waiting.get()


def _batch(examples: list[Example]) -> dict[str, Tensor]:
    return {
        key: torch.from_numpy(np.stack([getattr(example, key) for example in examples]))
        for key in ("picture", "maps", "claims", "known")
    }


@torch.no_grad()
def _follow(smooth: dict[str, Tensor], net: Net, share: float) -> None:
    """The kept weights are a slow mean of the last some hundred."""
    for key, value in net.state_dict().items():
        if value.dtype.is_floating_point:
            smooth[key].mul_(share).add_(value, alpha=1 - share)
        else:
            smooth[key].copy_(value)


def _say(name: str, step: int, seconds: float, told: dict[str, list[float]]) -> None:
    parts = " ".join(f"{key} {np.mean(values):.4f}" for key, values in told.items())
    print(f"{name} {step}: {parts} ({step * BATCH / seconds:.0f} pictures/s)", flush=True)
