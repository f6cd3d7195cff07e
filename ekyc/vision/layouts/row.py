"""One row of a layout: where some fields stand on a straightened side, and how they are read."""

from dataclasses import dataclass
from typing import Final

from ekyc.vision.layouts.parsing import Parse

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the straightened side."""

CARD: Final = (1712, 1080)
"""ID-1, 20 pixels a millimetre."""

PAGE: Final = (1712, 1205)
"""ID-3, 13.7 pixels a millimetre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`box`: with its label where that stands beside the value."""

    box: Box
    parse: Parse
    fields: tuple[str, ...]
