"""Reads machine-readable zones: TD1, TD2, TD3, MRV-A and MRV-B, at any angle in a photograph.

One network finds the zone and the direction it reads in; it is cut out level; another finds signs
and their centres; a lattice is laid through them; where that leaves a doubt, each line is looked at
again along the lattice. Which zone the signs most likely are is decided by `domain.mrz_decoding`,
with the check digits. No OCR program is asked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Final

import cv2
import numpy as np

from ekyc.domain import mrz
from ekyc.domain.document import Candidate, Point
from ekyc.domain.mrz_decoding import Decoded, Level, decode
from ekyc.vision import card, mrz_band, mrz_lattice, mrz_nets
from ekyc.vision.image import Pixels
from ekyc.vision.mrz_band import PITCH, Band, Cut
from ekyc.vision.mrz_lattice import SHAPES, Lattice, Line

LOOKS: Final = ((512, 0.5), (768, 0.4), (1024, 0.4))
"""Long side of the photograph, how surely a cell lies in a zone; the later find small zones."""

PLAUSIBLE: Final = -1.2
"""Mean nats a sign: what reads worse is tried upside down."""

TOLD: Final = -0.6
"""Mean nats a sign: what reads worse is no zone, or too little of one."""

EASY: Final = 0.7
"""Least probability of the worst sign of a zone that is not looked at again."""

AGAIN: Final = 0.75
"""Share of the second look."""

FLOOR: Final = 0.004
"""Probability left for every sign not seen."""

MOST_CUTS: Final = 2

STRIP: Final = 40
"""Height of one line in the second look, pixels."""

ROOM: Final = 2
"""Pitches before and behind it."""

CARD_PITCH: Final = 2.54 * 20
CARD_STEP: Final = 4.2 * 20
"""Pixels from sign to sign and from line to line on a straightened card, 20 pixels a millimetre."""

CARD_ZONE: Final = Band(x=card.WIDTH / 2, y=875.0, length=30.2 * CARD_PITCH, height=250.0, turn=0.0)

VALID: Final = 0.97
UNSURE: Final = 0.85
REPAIRED: Final = 0.6
UNCHECKED: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone as read.

    `corners`: of the print, in the picture it was read from, from where reading begins clockwise;
    `turn_deg`: the direction of reading, clockwise from left to right; `stretch`: how far pitch and
    line step are from what a straightened card has, as a share.
    """

    decoded: Decoded
    corners: tuple[Point, ...]
    turn_deg: float
    pitch_px: float
    stretch: float

    @property
    def mrz(self) -> mrz.Mrz:
        """What it says."""
        return self.decoded.zone

    @property
    def level(self) -> Level:
        """How much had to be assumed."""
        return self.decoded.level

    @property
    def sure(self) -> bool:
        """Valid as read, and no sign doubtful."""
        return self.decoded.sure

    @property
    def fit(self) -> float:
        """How well it reads, 1 at best."""
        return float(np.exp(self.decoded.likelihood))

    def candidates(self) -> dict[str, Candidate]:
        """What it says about each field; checked fields are sure, a name is as sure as read."""
        said = mrz.fields(self.mrz, today=datetime.now(UTC).date())
        return {
            name: Candidate(value=value, confidence=self._confidence(name))
            for name, value in said.items()
            if self.mrz.valid or self.mrz.checks.get(_CHECKED.get(name, ""), False)
        }

    def _confidence(self, name: str) -> float:
        if not self.mrz.valid:
            return UNCHECKED
        if self.level is Level.REPAIRED:
            return REPAIRED
        worst = self.decoded.worst_of(_places(self.mrz.format, name))
        if name == "full_name":
            return min(UNSURE, worst)
        if name in _CHECKED:
            return VALID if self.sure else UNSURE
        return min(VALID, worst)


_CHECKED: Final = {"number": "number", "birth_date": "birth", "expiry_date": "expiry"}


def _places(format_: mrz.Format, name: str) -> Sequence[mrz.Place]:
    layout = mrz.LAYOUTS[format_]
    if name == "sex":
        return (layout.sex,)
    spans = {
        "number": layout.number,
        "birth_date": layout.birth,
        "expiry_date": layout.expiry,
        "nationality": layout.nationality,
        "full_name": layout.names,
    }
    return mrz.places_of(spans[name])


def read(straightened: Pixels) -> Zone | None:
    """The zone of a straightened card the right way up; nothing where there is none."""
    grey = _grey(straightened)
    scale = straightened.shape[1] / card.WIDTH
    place = replace(
        CARD_ZONE,
        x=CARD_ZONE.x * scale,
        y=CARD_ZONE.y * scale,
        length=CARD_ZONE.length * scale,
        height=CARD_ZONE.height * scale,
    )
    zone = _read(grey, place, SHAPES[:1])
    return zone if zone and zone.decoded.likelihood > TOLD else None


def find(pixels: Pixels, *, tries: int = 4) -> Zone | None:
    """The zone of a photograph, wherever it lies; nothing where there is none.

    A zone that is valid as read ends the search; else the best of `tries` places is taken.
    """
    grey = _grey(pixels)
    best: Zone | None = None
    for band in islice(_bands(grey), tries):
        for zone in _ways(grey, band):
            if best is None or _rank(zone) > _rank(best):
                best = zone
        if best and best.level in (Level.RAW, Level.GRAMMAR):
            break
    return best if best and best.decoded.likelihood > TOLD else None


def _ways(grey: Pixels, band: Band) -> Iterator[Zone]:
    """What stands at a place as it lies, and upside down when that made no sense."""
    zone = _read(grey, band, SHAPES)
    if zone is None:
        return
    yield zone
    if zone.decoded.likelihood <= PLAUSIBLE:
        turned = _read(grey, replace(band, turn=band.turn + np.pi), SHAPES)
        yield from filter(None, (turned,))


def _rank(zone: Zone) -> tuple[bool, bool, float]:
    mended = zone.level is Level.REPAIRED
    return zone.mrz.valid and not mended, mended, zone.decoded.likelihood


def _grey(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)) if pixels.ndim == 3 else pixels


def _bands(grey: Pixels) -> Iterator[Band]:
    """Places where a zone may be; a closer look is taken only when the ones before are used up."""
    seen: list[Band] = []
    for side_px, surely in LOOKS:
        for band in mrz_band.find(grey, side_px, surely):
            if not any(band.is_like(other) for other in seen):
                seen.append(band)
                yield band


def _read(grey: Pixels, band: Band, shapes: Sequence[tuple[int, int]]) -> Zone | None:
    """Cut out, find the signs, lay the lattice, decode; look again where a sign is in doubt."""
    found = _cut(grey, band, band.pitch)
    if found is None:
        return None
    cut, signs, lines, pitch = found
    lattice = mrz_lattice.fit(lines, pitch, shapes)
    if lattice is None:
        return None
    first = np.stack([_at(signs, nodes) for nodes in lattice.nodes])
    decoded = decode(_cells(first))
    if decoded and decoded.likelihood > PLAUSIBLE and not (decoded.sure and decoded.worst >= EASY):
        again = _second_look(grey, cut, lattice)
        decoded = decode(_cells((1 - AGAIN) * first + AGAIN * again))
    return _zone(decoded, cut, lattice) if decoded else None


def _cut(
    grey: Pixels, band: Band, guess: float, cuts: int = MOST_CUTS
) -> tuple[Cut, mrz_nets.Signs, list[Line], float] | None:
    """The band with its signs and lines and their pitch; again where the guess was bad.

    `guess`: pixels a character in the photograph. The shape may promise another number of columns,
    or lines may run out of the picture.
    """
    cut = mrz_band.cut(grey, band, guess)
    signs = mrz_nets.signs([cut.picture])[0]
    lines = mrz_lattice.lines(mrz_lattice.centres(signs))
    pitch = mrz_lattice.pitch(lines)
    if pitch is None:
        return None
    is_near = 0.76 * PITCH < pitch < 1.34 * PITCH
    runs_out = mrz_lattice.runs_out(lines, cut.picture.shape[1])
    if cuts == 1 or (is_near and not runs_out):
        return cut, signs, lines, pitch
    guess *= 1.0 if is_near else pitch / PITCH
    longer = replace(band, length=band.length + 6 * guess * runs_out)
    return _cut(grey, longer, guess, cuts - 1)


def _at(signs: mrz_nets.Signs, nodes: Pixels) -> Pixels:
    """What stands at each place of a line: the cells around it, the surer and nearer the more."""
    high, wide = signs.surely.shape
    cell = mrz_nets.CELL
    likely = np.full((len(nodes), len(mrz.ALPHABET)), 1 / len(mrz.ALPHABET))
    for number, (x, y) in enumerate(nodes.tolist()):
        column, row = int(x / cell), int(y / cell)
        around = np.s_[max(0, row - 1) : max(0, row + 2), max(0, column - 1) : max(0, column + 2)]
        if row > high or column > wide or not signs.surely[around].size:
            continue
        far = (signs.x[around] - x) ** 2 + (signs.y[around] - y) ** 2
        weight = signs.surely[around] * np.exp(-far / 18) + 1e-6
        likely[number] = (signs.kinds[:, *around] * weight).sum(axis=(1, 2)) / weight.sum()
    return likely


def _cells(likely: Pixels) -> list[list[dict[str, float]]]:
    logs = np.log((1 - FLOOR) * likely + FLOOR / len(mrz.ALPHABET)).tolist()
    return [[dict(zip(mrz.ALPHABET, place, strict=True)) for place in row] for row in logs]


def _second_look(grey: Pixels, cut: Cut, lattice: Lattice) -> Pixels:
    """Each line drawn out straight along the lattice: bend and slant are gone."""
    length = lattice.nodes.shape[1]
    strips = [_strip(grey, cut, lattice, row) for row in range(len(lattice.nodes))]
    places = np.stack([(np.arange(length) + ROOM) * PITCH, np.full(length, STRIP / 2)], axis=1)
    return np.stack([_at(signs, places) for signs in mrz_nets.signs(strips)])


def _strip(grey: Pixels, cut: Cut, lattice: Lattice, row: int) -> Pixels:
    nodes = lattice.nodes[row]
    length = len(nodes)
    wide = -(-(length + 2 * ROOM) * PITCH // mrz_nets.GRAIN) * mrz_nets.GRAIN
    columns = (np.arange(wide) + 0.5) / PITCH - ROOM
    courses = [np.polyfit(np.arange(length), nodes[:, axis], 3) for axis in (0, 1)]
    x, y = (np.polyval(course, columns) for course in courses)
    gap = np.hypot(*(np.polyval(np.polyder(course), columns) for course in courses)) / PITCH
    below, above = (row + 1, row) if row + 1 < len(lattice.nodes) else (row, row - 1)
    down = (lattice.nodes[below] - lattice.nodes[above]).mean(axis=0)
    down /= np.linalg.norm(down)
    deep = (np.arange(STRIP) + 0.5 - STRIP / 2)[:, None] * gap
    photo = mrz_band.mapped(cut.to_photo, x + deep * down[0], y + deep * down[1])
    return mrz_band.sampled(grey, *photo, cut.scale * float(gap.mean()))


def _zone(decoded: Decoded, cut: Cut, lattice: Lattice) -> Zone:
    x, y = mrz_band.mapped(cut.to_photo, lattice.nodes[..., 0], lattice.nodes[..., 1])
    nodes = np.stack([x, y], axis=-1)
    rows, length = nodes.shape[:2]
    along = (nodes[:, -1] - nodes[:, 0]).mean(axis=0) / (length - 1)
    down = (nodes[-1] - nodes[0]).mean(axis=0) / (rows - 1)
    pitch, step = float(np.hypot(*along)), float(np.hypot(*down))
    right, below = 0.6 * along, 0.6 * pitch * down / step
    corners = (
        nodes[0, 0] - right - below,
        nodes[0, -1] + right - below,
        nodes[-1, -1] + right + below,
        nodes[-1, 0] - right + below,
    )
    return Zone(
        decoded=decoded,
        corners=tuple((float(x), float(y)) for x, y in corners),
        turn_deg=float(np.degrees(np.arctan2(along[1], along[0]))) % 360,
        pitch_px=pitch,
        stretch=max(abs(pitch / CARD_PITCH - 1), abs(step / CARD_STEP - 1)),
    )
