"""Drawn specimens of every kind of document, marked MẪU / SPECIMEN, with numbers nobody has."""

from collections.abc import Callable
from typing import Final

from PIL import Image

from ekyc.demo.designs import (
    barcode_2016,
    chip_2021,
    cmnd,
    identity_2024,
    licence,
    passport,
    residence,
)
from ekyc.demo.designs.sheet import ROBOTO, Card, Print, Sheet, Typeface
from ekyc.demo.specimen import Design, Specimen
from ekyc.domain.document import Side

__all__ = ["Card", "back", "draw", "front", "sides"]

Draw = Callable[[Specimen, Print], Sheet]

_FRONTS: Final[dict[Design, Draw]] = {
    Design.CHIP_2021: chip_2021.front,
    Design.IDENTITY_2024: identity_2024.front,
    Design.BARCODE_2016: barcode_2016.front,
    Design.CMND: cmnd.front,
    Design.CMND_12: cmnd.front,
    Design.PASSPORT: passport.front,
    Design.PASSPORT_UTO: passport.front,
    Design.LICENCE: licence.front,
    Design.RESIDENCE: residence.front,
    Design.RESIDENCE_TD2: residence.front,
}
_BACKS: Final[dict[Design, Draw]] = {
    Design.CHIP_2021: chip_2021.back,
    Design.IDENTITY_2024: identity_2024.back,
    Design.BARCODE_2016: barcode_2016.back,
    Design.CMND: cmnd.back,
    Design.CMND_12: cmnd.back,
    Design.LICENCE: licence.back,
    Design.RESIDENCE: residence.back,
}


def draw(
    specimen: Specimen,
    side: Side,
    *,
    portrait: Image.Image | None = None,
    typeface: Typeface = ROBOTO,
) -> Card:
    """This side; KeyError for a back on which nothing is printed (`Design.is_two_sided`)."""
    designs = _FRONTS if side is Side.FRONT else _BACKS
    return designs[specimen.design](specimen, Print(typeface=typeface, portrait=portrait)).card()


def front(specimen: Specimen, *, portrait: Image.Image | None = None) -> Card:
    """The side with the portrait; without one a figure is drawn."""
    return draw(specimen, Side.FRONT, portrait=portrait)


def back(specimen: Specimen) -> Card:
    """The other side."""
    return draw(specimen, Side.BACK)


def sides(specimen: Specimen) -> tuple[Card, ...]:
    """Every side that says something, the front first."""
    one = front(specimen)
    return (one, back(specimen)) if specimen.design.is_two_sided else (one,)
