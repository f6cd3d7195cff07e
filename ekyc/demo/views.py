"""How a drawn customer shows the card and the face when the agent asks for a view."""

import random
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from ekyc.domain.still import StillOf, View

_LEAN: Final = 0.18
"""So much shorter is the edge that goes away, of its length."""
_AWAY: Final = {View.LEFT: (0, 3), View.RIGHT: (1, 2), View.AWAY: (0, 1), View.NEAR: (2, 3)}
"""Corners that go away: upper left, upper right, lower right, lower left."""
_SKIN: Final = (224, 172, 138)
_DESK: Final = (96, 88, 80)


def shown(view: View, pictures: dict[StillOf, Image.Image], *, seed: int) -> bytes:
    """A JPEG of the card, tilted or with a finger over it, or of the face behind a hand."""
    dice = random.Random(f"{seed} {view}")
    if view is View.HAND:
        picture = _covered(pictures[StillOf.FACE], fingers=4, dice=dice)
    elif view is View.FINGER:
        picture = _covered(pictures[StillOf.DOCUMENT], fingers=1, dice=dice)
    else:
        picture = _tilted(pictures[StillOf.DOCUMENT], view)
    into = BytesIO()
    picture.save(into, "JPEG", quality=90)
    return into.getvalue()


def _tilted(card: Image.Image, view: View) -> Image.Image:
    """The card on a desk, the edge that goes away shorter."""
    width, height = card.size
    corners = [(0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height))]
    for at in _AWAY.get(view, ()):
        x, y = corners[at]
        # The card is drawn from a larger quadrilateral: what lies beyond it is the desk.
        corners[at] = (x + _LEAN * (x - width / 2), y + _LEAN * (y - height / 2))
    upper_left, upper_right, lower_right, lower_left = corners
    quad = (*upper_left, *lower_left, *lower_right, *upper_right)
    tilted = card.transform(card.size, Image.Transform.QUAD, quad, fillcolor=_DESK)
    desk = Image.new("RGB", (width * 5 // 4, height * 5 // 4), _DESK)
    desk.paste(tilted, (width // 8, height // 8))
    return desk


def _covered(picture: Image.Image, *, fingers: int, dice: random.Random) -> Image.Image:
    """The picture with so many fingers across it."""
    covered, wide = picture.copy(), picture.width
    pen, thick = ImageDraw.Draw(covered), wide // 12
    for number in range(fingers):
        x = wide * (0.3 + 0.13 * number) + dice.uniform(-0.02, 0.02) * wide
        tip = (x, picture.height * dice.uniform(0.3, 0.45))
        pen.line([tip, (x + wide * 0.05, picture.height)], fill=_SKIN, width=thick)
        pen.ellipse(
            [tip[0] - thick / 2, tip[1] - thick / 2, tip[0] + thick / 2, tip[1] + thick / 2],
            fill=_SKIN,
        )
    return covered
