"""Four-sided outlines that may be a card: from straight lines and regions, scored by the sides."""

from typing import Final

import cv2
import numpy as np

from ekyc.vision.image import Pixels

SMALL: Final = 640
"""Long side, pixels, of the picture in which outlines are looked for."""

ASPECT: Final = 85.6 / 53.98
CARD_ABOVE: Final = 1.5
"""Width to height: cards (1.59) are above, passports and TD2 (1.42) below."""

LINES: Final = 12
"""Lines kept of each direction: 66 × 66 pairs are scored."""

LEAST_AREA: Final = 0.025
PIECES: Final = 160
SAMPLES: Final = 32
STRONG: Final = 6.0
"""An edge counts half at this many times the usual slope of the picture."""


def outlines(small: Pixels, *, most: int) -> list[Pixels]:
    """Likely outlines in a small colour picture, best first: corners clockwise on the screen."""
    lab = _colours(small)
    slopes = _slopes(lab)
    candidates = np.concatenate([_from_regions(lab), _from_lines(lab)])
    quads = _plausible(candidates, small.shape)
    if not len(quads):
        return []
    scores = _scores(slopes, quads)
    return _distinct(quads[np.argsort(-scores)], most=most, apart=small.shape[1] / 60)


def clockwise(quad: Pixels) -> Pixels:
    """The corners clockwise on the screen, the one nearest the top left first."""
    middle = quad.mean(axis=0)
    angles = np.arctan2(quad[:, 1] - middle[1], quad[:, 0] - middle[0])
    ordered = quad[np.argsort(angles)]
    return np.roll(ordered, -int(np.argmin(ordered.sum(axis=1))), axis=0)


def crossing(a: Pixels, b: Pixels, c: Pixels, d: Pixels) -> Pixels | None:
    """Where the line through a and b meets the line through c and d."""
    along, other = b - a, d - c
    area = along[0] * other[1] - along[1] * other[0]
    if abs(area) < 1e-6:
        return None
    reach = ((c - a)[0] * other[1] - (c - a)[1] * other[0]) / area
    return np.asarray(a + along * reach)


def _colours(small: Pixels) -> Pixels:
    """L*a*b*, the colours three times as strong: a white card on white paper differs in tint."""
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 1.0), cv2.COLOR_BGR2LAB).astype(np.float32)
    lab[..., 1:] = 128 + 3 * (lab[..., 1:] - 128)
    return np.asarray(np.clip(lab, 0, 255).astype(np.uint8))


def _slopes(lab: Pixels) -> Pixels:
    """Structure tensor over the three channels, a little blurred: xx, xy, yy."""
    channels = lab.astype(np.float32)
    dx = cv2.Sobel(channels, cv2.CV_32F, 1, 0)
    dy = cv2.Sobel(channels, cv2.CV_32F, 0, 1)
    tensor = np.stack([(dx * dx).sum(2), (dx * dy).sum(2), (dy * dy).sum(2)], axis=2)
    return np.asarray(cv2.blur(tensor, (3, 3)))


def _from_regions(lab: Pixels) -> Pixels:
    """Outlines of areas that differ from what surrounds them."""
    high, wide = lab.shape[:2]
    found = []
    for mask in _regions(lab):
        contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:4]:
            hull = cv2.convexHull(contour)
            if cv2.contourArea(hull) < LEAST_AREA * wide * high:
                break
            quad = _four_sides(hull)
            if quad is not None:
                found.append(quad)
    return np.array(found) if found else np.zeros((0, 4, 2))


def _regions(lab: Pixels) -> list[Pixels]:
    masks = []
    for low, high in ((20, 60), (50, 120), (90, 200)):
        edges = np.zeros(lab.shape[:2], np.uint8)
        for channel in cv2.split(lab):
            edges = np.maximum(edges, cv2.Canny(channel, low, high))
        masks.append(cv2.dilate(edges, np.ones((3, 3), np.uint8)))
        masks.append(cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)))
    for plane in (_distance_from_border(lab), *cv2.split(lab)):
        _, bright = cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        for mask in (bright, cv2.bitwise_not(bright)):
            closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((13, 13), np.uint8))
            masks.append(cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8)))
    return masks


def _distance_from_border(lab: Pixels) -> Pixels:
    """How far each pixel's colour is from the colour along the picture's edge."""
    band = max(4, lab.shape[1] // 60)
    rim = [lab[:band], lab[-band:], lab[:, :band], lab[:, -band:]]
    usual = np.median(np.concatenate([part.reshape(-1, 3) for part in rim]), axis=0)
    apart = np.linalg.norm((lab - usual) * (0.6, 1.6, 1.6), axis=2)
    return np.asarray(np.clip(apart * 3, 0, 255).astype(np.uint8))


def _four_sides(hull: Pixels) -> Pixels | None:
    """The quadrilateral whose sides run along a convex outline with round corners."""
    around = cv2.arcLength(hull, True)
    corners = hull
    for tolerance in (0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.07):
        corners = cv2.approxPolyDP(hull, tolerance * around, True)
        if len(corners) <= 4:
            break
    if len(corners) != 4:
        return None
    quad = clockwise(corners[:, 0].astype(np.float64))
    rim = _along(hull[:, 0].astype(np.float64))
    lines = [_side_line(rim, quad[side], quad[(side + 1) % 4]) for side in range(4)]
    meeting = [crossing(*lines[side - 1], *lines[side]) for side in range(4)]
    if any(point is None for point in meeting):
        return quad
    return clockwise(np.array(meeting))


def _along(points: Pixels) -> Pixels:
    """A closed outline as points two pixels apart."""
    pieces = []
    for start, end in zip(points, np.roll(points, -1, axis=0), strict=True):
        steps = max(1, int(np.linalg.norm(end - start) / 2))
        pieces.append(start + (end - start) * np.linspace(0, 1, steps, endpoint=False)[:, None])
    return np.concatenate(pieces)


def _side_line(rim: Pixels, start: Pixels, end: Pixels) -> tuple[Pixels, Pixels]:
    """A line through the rim's points near this side, its corners left out."""
    along = end - start
    length = np.linalg.norm(along) + 1e-6
    normal = np.array([-along[1], along[0]]) / length
    place = (rim - start) @ along / length**2
    near = (place > 0.12) & (place < 0.88) & (np.abs((rim - start) @ normal) < 0.06 * length)
    if near.sum() < 6:
        return start, end
    dx, dy, x, y = cv2.fitLine(rim[near].astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
    return np.array([x, y]), np.array([x + dx, y + dy])


def _from_lines(lab: Pixels) -> Pixels:
    """Every two lines of one direction with every two across, where four corners result."""
    lines = _long_lines(lab)
    if len(lines) < 4:
        return np.zeros((0, 4, 2))
    quads = []
    directions = lines[:, 2:] - lines[:, :2]
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    for reference in directions[:2]:
        parallel = np.abs(directions @ reference)
        quads.append(_grid(lines[parallel > 0.92][:LINES], lines[parallel < 0.38][:LINES]))
    return np.concatenate(quads)


def _long_lines(lab: Pixels) -> Pixels:
    """Straight edges, pieces of one line joined, the longest first: x1, y1, x2, y2."""
    detector = cv2.createLineSegmentDetector()
    pieces = []
    for channel in cv2.split(lab):
        found = detector.detect(cv2.GaussianBlur(channel, (5, 5), 0))[0]
        if found is not None:
            pieces.append(found.reshape(-1, 4))
    if not pieces:
        return np.zeros((0, 4))
    segments = np.concatenate(pieces).astype(np.float64)
    lengths = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    keep = lengths > 0.04 * lab.shape[1]
    return _joined(segments[keep], lengths[keep])


def _joined(segments: Pixels, lengths: Pixels) -> Pixels:
    """Pieces of one line (within 3.6 degrees and 4 px) count together under the longest."""
    order = np.argsort(-lengths)[:PIECES]
    segments, lengths = segments[order], lengths[order]
    along = (segments[:, 2:] - segments[:, :2]) / lengths[:, None]
    middle = (segments[:, 2:] + segments[:, :2]) / 2
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    parallel = np.abs(along @ along.T) > 0.998
    aside = np.abs(((middle[None] - middle[:, None]) * normal[:, None]).sum(axis=2))
    same = parallel & (aside < 4)
    taken = np.zeros(len(segments), bool)
    lines, totals = [], []
    for index in range(len(segments)):
        if not taken[index]:
            group = same[index] & ~taken
            taken |= group
            lines.append(segments[index])
            totals.append(lengths[group].sum())
    return np.array(lines)[np.argsort(-np.array(totals))] if lines else np.zeros((0, 4))


def _grid(across: Pixels, along: Pixels) -> Pixels:
    """Quadrilaterals between any two lines of each set."""
    if len(across) < 2 or len(along) < 2:
        return np.zeros((0, 4, 2))
    a, b = across[:, None, :2], along[None, :, :2]
    u, v = across[:, None, 2:] - a, along[None, :, 2:] - b
    area = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    reach = ((b - a)[..., 0] * v[..., 1] - (b - a)[..., 1] * v[..., 0]) / np.where(
        np.abs(area) < 1e-6, 1e-6, area
    )
    points = a + u * reach[..., None]
    i, k = np.triu_indices(len(across), 1)
    j, m = np.triu_indices(len(along), 1)
    i, k = np.repeat(i, len(j)), np.repeat(k, len(j))
    j, m = (
        np.tile(j, len(across) * (len(across) - 1) // 2),
        np.tile(m, len(across) * (len(across) - 1) // 2),
    )
    return np.stack([points[i, j], points[i, m], points[k, m], points[k, j]], axis=1)


def _plausible(quads: Pixels, shape: tuple[int, ...]) -> Pixels:
    """Those that a card could look like: convex, large, its sides in proportion, in the picture."""
    high, wide = shape[:2]
    middle = quads.mean(axis=1, keepdims=True)
    angles = np.arctan2(quads[..., 1] - middle[..., 1], quads[..., 0] - middle[..., 0])
    quads = np.take_along_axis(quads, np.argsort(angles, axis=1)[..., None], axis=1)
    sides = np.roll(quads, -1, axis=1) - quads
    lengths = np.linalg.norm(sides, axis=2) + 1e-6
    onward = np.roll(sides, -1, axis=1)
    cosines = (sides * onward).sum(axis=2) / lengths / np.roll(lengths, -1, axis=1)
    turns = sides[..., 0] * onward[..., 1] - sides[..., 1] * onward[..., 0]
    area = 0.5 * np.abs(
        (quads[..., 0] * np.roll(quads[..., 1], -1, 1)).sum(1)
        - (quads[..., 1] * np.roll(quads[..., 0], -1, 1)).sum(1)
    )
    one, two = lengths[:, 0] + lengths[:, 2], lengths[:, 1] + lengths[:, 3]
    aspect = np.maximum(one, two) / np.minimum(one, two)
    uneven = np.maximum(lengths, np.roll(lengths, 2, 1)) / np.minimum(
        lengths, np.roll(lengths, 2, 1)
    )
    inside = ((quads > -0.02 * wide) & (quads < np.array([1.02 * wide, high + 0.02 * wide]))).all(
        axis=(1, 2)
    )
    good = (
        inside
        & (turns > 0).all(axis=1)
        & (np.abs(cosines) < 0.4).all(axis=1)
        & (area > LEAST_AREA * wide * high)
        & (uneven < 1.4).all(axis=1)
        & (aspect > 1.25)
        & (aspect < 2.0)
    )
    return np.asarray(quads[good])


def _scores(slopes: Pixels, quads: Pixels) -> Pixels:
    """How much of each side lies on an edge of its own direction, and how card-like the shape is.

    An edge that runs on beyond a corner belongs to something else.
    """
    strong = STRONG * np.median(slopes[..., 0] + slopes[..., 2]) + 30.0
    start, end = quads, np.roll(quads, -1, axis=1)
    sides = end - start
    lengths = np.linalg.norm(sides, axis=2, keepdims=True)
    normals = np.stack([-sides[..., 1], sides[..., 0]], axis=2) / lengths
    inner = np.linspace(0.07, 0.93, SAMPLES)
    outer = np.array([-0.16, -0.12, -0.08, -0.05, 1.05, 1.08, 1.12, 1.16])
    support = _support(slopes, start, sides, normals, inner, strong)
    beyond = _support(slopes, start, sides, normals, outer, strong)
    one, two = lengths[:, 0] + lengths[:, 2], lengths[:, 1] + lengths[:, 3]
    aspect = (np.maximum(one, two) / np.minimum(one, two))[:, 0]
    area = np.sqrt(lengths[:, :, 0].prod(axis=1))
    share = np.minimum(area / (slopes.shape[0] * slopes.shape[1]), 0.6)
    score = support.mean(1) + 1.2 * support.min(1) - 0.5 * beyond.mean(1)
    return np.asarray(score - 0.8 * np.abs(np.log(aspect / ASPECT)) + 0.8 * share)


def _support(
    slopes: Pixels, start: Pixels, sides: Pixels, normals: Pixels, places: Pixels, strong: float
) -> Pixels:
    """Per side, the mean of edge strength along its normal, saturating; places outside count 0."""
    high, wide = slopes.shape[:2]
    points = start[:, :, None] + sides[:, :, None] * places[None, None, :, None]
    x, y = np.round(points[..., 0]).astype(int), np.round(points[..., 1]).astype(int)
    inside = (x >= 0) & (y >= 0) & (x < wide) & (y < high)
    tensor = slopes[np.clip(y, 0, high - 1), np.clip(x, 0, wide - 1)]
    nx, ny = normals[..., 0][..., None], normals[..., 1][..., None]
    energy = nx * nx * tensor[..., 0] + 2 * nx * ny * tensor[..., 1] + ny * ny * tensor[..., 2]
    return np.asarray((inside * energy / (energy + strong)).mean(axis=2))


def _distinct(quads: Pixels, *, most: int, apart: float) -> list[Pixels]:
    kept: list[Pixels] = []
    for quad in quads:
        ordered = clockwise(quad)
        if all(np.abs(ordered - other).max() > apart for other in kept):
            kept.append(ordered)
        if len(kept) == most:
            break
    return kept
