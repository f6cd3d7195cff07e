"""What the net for lines learns from says nobody's number."""

import re

import numpy as np

from ekyc.training.lines import texts
from ekyc.vision.line_net import ALPHABET


def test_no_drawn_line_holds_a_number_that_could_be_somebodys() -> None:
    chance = np.random.default_rng(1)
    for _ in range(1500):
        for part in texts.line(chance):
            assert not re.search(r"(?<![0-9])[0-9]{12}(?![0-9])", part.replace(" ", ""))


def test_every_letter_with_every_mark_and_tone_is_drawn() -> None:
    chance = np.random.default_rng(2)
    seen = set("".join(part for _ in range(3000) for part in texts.line(chance)))
    assert set(ALPHABET) - seen <= set("&;·)")
