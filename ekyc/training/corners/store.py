"""Training photographs on disk: drawn once by several processes, read by both trainings.

An array of bytes mapped into memory: 590 kB a photograph. What a part holds follows from the seed
and the number of parts alone.
"""

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final, Literal

import cv2
import numpy as np

from ekyc.training.corners import designs
from ekyc.training.corners.brush import Chance, Pixels, colour
from ekyc.training.corners.designs import Design
from ekyc.training.corners.scenes import SIZE, scene

SPECIMENS: Final = 3
INVENTED: Final = 60
FRESH: Final = 0.25
"""People with every specimen; other designs at hand, and how often one gives way to a new one."""

OURS: Final = 0.45
"""Share of the photographs that show a specimen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photographs:
    """Pictures, corners (reading order) and what each holds."""

    pictures: Pixels
    quads: Pixels
    kinds: Pixels

    @property
    def ready(self) -> Pixels:
        """Numbers of those already drawn; others may be drawn meanwhile."""
        return np.flatnonzero(np.array(self.kinds))

    @classmethod
    def opened(cls, folder: Path, number: int, mode: Literal["r", "r+"] = "r") -> "Photographs":
        """The arrays of a folder; made and empty where there are none."""
        wide, high = SIZE
        shapes = (("pictures", np.uint8, (high, wide, 3)), ("quads", np.float32, (4, 2)))
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {
            name: _mapped(folder / f"{name}.bin", kind, (number, *shape), mode)
            for name, kind, shape in (*shapes, ("kinds", np.uint8, ()))
        }
        return cls(**arrays)


EMPTY, NONE, WHOLE, CUT = range(4)


def _mapped(file: Path, kind: type, shape: tuple[int, ...], mode: Literal["r", "r+"]) -> Pixels:
    if mode == "r+" and not file.exists():
        with file.open("wb") as made:
            made.truncate(int(np.prod(shape)) * np.dtype(kind).itemsize)
    return np.asanyarray(np.memmap(file, kind, mode, shape=shape))


def draw(folder: Path, *, number: int, part: int, parts: int, seed: int) -> None:
    """Draw every `parts`-th photograph, beginning with `part`."""
    cv2.setNumThreads(1)
    kept = Photographs.opened(folder, number, "r+")
    chance = np.random.default_rng([seed, part, parts])
    ours = list(designs.specimens(SPECIMENS))
    others = [designs.invented(chance) for _ in range(INVENTED)]
    for done, index in zip(count(1), range(part, number, parts), strict=False):
        shown = scene(chance, _chosen(chance, ours, others))
        kept.pictures[index] = shown.picture
        if shown.quad is not None:
            kept.quads[index] = shown.quad
        whole = CUT if shown.cut else WHOLE
        kept.kinds[index] = NONE if shown.quad is None else whole
        if done % 500 == 0:
            print(f"part {part}: {done} photographs", flush=True)


def _chosen(chance: Chance, ours: list[Design], others: list[Design]) -> Design:
    if chance.random() < OURS:
        return ours[int(chance.integers(len(ours)))]
    place = int(chance.integers(len(others)))
    if chance.random() < FRESH:
        others[place] = designs.invented(chance)
    return others[place]


def backgrounds(folder: Path | None, *, number: int, seed: int) -> Pixels:
    """Crops of the photographs in a folder, their colours changed; none without a folder."""
    files = sorted(folder.glob("*")) if folder else []
    chance = np.random.default_rng([seed, 9])
    shots = [shot for shot in (cv2.imread(str(file)) for file in files) if shot is not None]
    crops = (
        [_crop(chance, shots[int(chance.integers(len(shots)))]) for _ in range(number)]
        if shots
        else []
    )
    return np.array(crops, np.uint8).reshape(-1, SIZE[1], SIZE[0], 3)


def _crop(chance: Chance, shot: Pixels) -> Pixels:
    high, wide = shot.shape[:2]
    across = wide * chance.uniform(0.35, 1)
    down = min(high, across * SIZE[1] / SIZE[0])
    x, y = chance.uniform(0, wide - across), chance.uniform(0, high - down)
    part = shot[int(y) : int(y + down), int(x) : int(x + across)]
    part = np.rot90(part, int(chance.integers(4)))[:, :: int(chance.choice([-1, 1]))]
    grown = cv2.resize(np.ascontiguousarray(part), SIZE, interpolation=cv2.INTER_AREA)
    if chance.random() < 0.3:
        grown = grown[..., chance.permutation(3)]
    tinted = grown * colour(chance, 0.7, 1.25, 0.4)
    if chance.random() < 0.3:
        tinted = cv2.GaussianBlur(tinted, (0, 0), chance.uniform(0.4, 3))
    return np.clip(tinted, 0, 255).astype(np.uint8)
