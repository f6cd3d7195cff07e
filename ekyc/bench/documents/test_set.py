"""The frozen test set: documents by number, each with its photographs and the truth about them.

Frozen means: drawn by exactly the files of `generator()`. Their hash stands in `frozen.txt`; a test
fails when they no longer have it. Whoever changes them writes the new hash there and measures anew.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ekyc.bench.documents.backgrounds import HARD, USUAL, Surface
from ekyc.bench.documents.camera import CARE, Level, Shot, shoot
from ekyc.bench.documents.people import person
from ekyc.demo import cards, designs
from ekyc.demo.designs.sheet import Card, Typeface
from ekyc.demo.specimen import Design, Specimen
from ekyc.domain.document import Kind, Side
from ekyc.vision import models

HERE: Final = Path(__file__).parent
TYPEFACES: Final = tuple(
    Typeface(
        regular=HERE / "fonts" / f"{name}-Regular.ttf", bold=HERE / "fonts" / f"{name}-Bold.ttf"
    )
    for name in ("Arimo", "Barlow", "Mulish")
)
ORDER: Final = (
    Design.CHIP_2021,
    Design.IDENTITY_2024,
    Design.PASSPORT,
    Design.BARCODE_2016,
    Design.CHIP_2021,
    Design.IDENTITY_2024,
    Design.LICENCE,
    Design.PASSPORT_UTO,
    Design.CHIP_2021,
    Design.IDENTITY_2024,
    Design.CMND,
    Design.RESIDENCE,
    Design.CHIP_2021,
    Design.IDENTITY_2024,
    Design.CMND_12,
    Design.RESIDENCE_TD2,
)
"""The two chip cards are half of all documents, as they are among customers."""

TURNED: Final = (0, 0, 0, 0, 0, 0, 0, 90, 180, 270)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document: who it says, and a photograph of each side that says something."""

    number: int
    specimen: Specimen
    shots: tuple[tuple[Side, Shot], ...]


def document(
    number: int, *, seed: int, level: Level, kind: Kind | None = None, hard: bool = False
) -> Document:
    """The document of this number in the set of this seed; `kind` leaves the others out."""
    order = [each for each in ORDER if kind is None or each.kind is kind]
    design = order[number % len(order)]
    one = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
    specimen = person(one, design)
    typeface = TYPEFACES[one % len(TYPEFACES)]
    shots = tuple(
        (card.side, _shot(card, seed, number, level, hard=hard))
        for card in _sides(specimen, typeface)
    )
    return Document(number=number, specimen=specimen, shots=shots)


def _sides(specimen: Specimen, typeface: Typeface) -> Iterator[Card]:
    """Of a residence card only the side with the zone is asked for."""
    if specimen.design is not Design.RESIDENCE:
        yield cards.draw(specimen, Side.FRONT, typeface=typeface)
    if specimen.design.is_two_sided:
        yield cards.draw(specimen, Side.BACK, typeface=typeface)


def _shot(card: Card, seed: int, number: int, level: Level, *, hard: bool) -> Shot:
    chance = np.random.default_rng([seed, number, card.side is Side.BACK, int(level[1]), hard])
    surfaces: list[Surface] = list((HARD if hard else USUAL).values())
    return shoot(
        card.image,
        surfaces[int(chance.integers(len(surfaces)))],
        chance,
        CARE[level],
        turned_deg=TURNED[int(chance.integers(len(TURNED)))],
        fingers=int(chance.integers(0, 3)) if hard and chance.random() < 0.4 else 0,
    )


def generator() -> list[Path]:
    """Every file that decides how the set looks."""
    drawing = Path(designs.__file__).parent
    return sorted(
        [
            *(HERE / f"{name}.py" for name in ("backgrounds", "camera", "people", "test_set")),
            HERE / "places.tsv",
            *(HERE / "fonts").glob("*.ttf"),
            *drawing.glob("*.py"),
            *(drawing.with_name(f"{name}.py") for name in ("cards", "specimen", "words", "zones")),
            models.path("OCRB.otf"),
        ]
    )


def fingerprint() -> str:
    """SHA-256 over names and contents of the generator's files."""
    whole = hashlib.sha256()
    for file in generator():
        whole.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def frozen() -> str:
    """The hash the figures were measured with."""
    return (HERE / "frozen.txt").read_text(encoding="ascii").strip()
