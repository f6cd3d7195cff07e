"""One row of a layout: where some fields stand on a straightened side, and how they are read."""

from dataclasses import dataclass
from typing import Final

from ekyc.vision.layouts.parsing import Parse
from ekyc.vision.line import Box, Line

CARD: Final = (1712, 1080)
"""ID-1, 20 pixels a millimetre."""

PAGE: Final = (1712, 1205)
"""ID-3, 13.7 pixels a millimetre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`box`: with its label where that stands beside the value.

    `lines`: what the net has read there already; `most`: no field of it is surer, for the row was
    found by its place alone; `listed`: the places it may name are Vietnamese; `confirmed`: what the
    net read there fits what a machine-readable source says; `elsewhere`: the code of the other side
    tells it as well.
    """

    box: Box
    parse: Parse
    fields: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    most: float = 1.0
    listed: bool = True
    confirmed: bool = False
    elsewhere: bool = False
