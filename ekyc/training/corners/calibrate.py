"""What the finder notices, weighed: a logistic regression on photographs drawn for it alone."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Final

import cv2
import numpy as np

from ekyc.training.corners import designs
from ekyc.training.corners.brush import Chance, Pixels
from ekyc.training.corners.scenes import Scene, scene
from ekyc.vision import card, sureness

SIZE: Final = (960, 720)
GOOD: Final = 0.01
ROUNDS: Final = 40
CALM: Final = 1.0
"""Weights are held near nothing by so much: few photographs are bad."""


def calibrate(*, number: int, seed: int, backgrounds: Pixels) -> str:
    """The lines of `ekyc.vision.sureness` that hold weights and offset."""
    signs, right = _noticed(number, seed, backgrounds)
    print(f"{len(right)} places, {int(right.sum())} right", flush=True)
    weights, offset = _fitted(signs, right)
    named = zip(fields(sureness.Signs), weights, strict=True)
    print(" ".join(f"{sign.name} {weight:.2f}" for sign, weight in named), flush=True)
    told = ", ".join(f"{weight:.4f}" for weight in weights)
    return f"WEIGHTS: Final = ({told})\nOFFSET: Final = {offset:.4f}"


def _noticed(number: int, seed: int, backgrounds: Pixels) -> tuple[Pixels, Pixels]:
    """Signs of every place looked at, and whether all of a card lies there."""
    signs, right = [], []
    for shown in _drawn(number, seed, backgrounds):
        for found in card.looked_at(shown.picture):
            if found.signs is not None:
                signs.append(sureness.scaled(found.signs))
                right.append(_is_right(found.quad, shown))
    return np.array(signs), np.array(right, float)


def _drawn(number: int, seed: int, backgrounds: Pixels) -> Iterator[Scene]:
    chance = np.random.default_rng([seed, 77])
    ours = list(designs.specimens(1))
    for _ in range(number):
        ours_now = chance.random() < 0.5
        design = ours[int(chance.integers(len(ours)))] if ours_now else designs.invented(chance)
        yield scene(chance, design, SIZE, _background(chance, backgrounds))


def _background(chance: Chance, backgrounds: Pixels) -> Pixels | None:
    """One time in four a real photograph, where there are any."""
    if not len(backgrounds) or chance.random() > 0.25:
        return None
    shot = backgrounds[int(chance.integers(len(backgrounds)))]
    grown = cv2.resize(shot, SIZE, interpolation=cv2.INTER_CUBIC)
    return np.asarray(grown, np.float32)


def _is_right(quad: Pixels, shown: Scene) -> bool:
    """Every corner within one hundredth of the diagonal, whichever way round."""
    if shown.quad is None or shown.cut:
        return False
    diagonal = float(np.linalg.norm(shown.quad[2] - shown.quad[0]))
    ways = (np.roll(quad, turn, axis=0) - shown.quad for turn in range(4))
    return min(float(np.linalg.norm(way, axis=1).max()) for way in ways) < GOOD * diagonal


def _fitted(signs: Pixels, right: Pixels) -> tuple[Pixels, float]:
    """Newton's method on centred signs, given back for signs as they are."""
    middle, spread = signs.mean(axis=0), signs.std(axis=0) + 1e-6
    rows = np.column_stack([(signs - middle) / spread, np.ones(len(signs))])
    calm = np.full(rows.shape[1], CALM)
    calm[-1] = 1e-6
    weights = np.zeros(rows.shape[1])
    for _ in range(ROUNDS):
        likely = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (likely - right) + calm * weights
        bend = (rows * (likely * (1 - likely))[:, None]).T @ rows + np.diag(calm)
        weights = weights - np.linalg.solve(bend, slope)
    plain = weights[:-1] / spread
    return plain, float(weights[-1] - plain @ middle)
