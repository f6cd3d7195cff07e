"""A simulated day as a picture (SVG): who waits, how long, and what had been promised."""

from collections.abc import Sequence
from statistics import median

from ekyc.bench.day import HOURS, Figures, Visit

_WIDTH, _HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 46, 40, 50
_SLOT_S = 900
_OPENS = 8

_INK, _FAINT, _BAND, _LINE, _BARS = "#334155", "#cbd5e1", "#bfe3dc", "#0f766e", "#e2e8f0"


def picture(day: Figures) -> str:
    """The waits by quarter of an hour over what was promised, and the length of the line."""
    slots = range(0, HOURS * 3600, _SLOT_S)
    own = [[v for v in day.visits if at <= v.at_s < at + _SLOT_S] for at in slots]
    tallest = max([1.0, *(_promised(visits)[1] for visits in own), *(_came(v) for v in own)]) / 60
    scale = _Scale(minutes=tallest * 1.1, people=max(1, day.longest) * 1.1)
    about = (
        f"{day.shape}: wait P50 {day.wait_p50_s:.0f} s, P90 {day.wait_p90_s:.0f} s, "
        f"{day.abandoned:.1%} gave up, occupancy {day.occupancy:.1%}, "
        f"range true {day.true_share:.1%}"
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="11" fill="{_INK}">',
        f"<title>{about}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="18" font-size="12.5" font-weight="600">{about}</text>',
        _legend(),
        *_lengths(day.lengths, scale),
        _band(own, scale),
        _waits(own, scale),
        *_axes(scale),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


class _Scale:
    """From hours, minutes and people to the picture's units."""

    def __init__(self, *, minutes: float, people: float) -> None:
        self.minutes, self.people = minutes, people

    def x(self, at_s: float) -> float:
        """A time of the day."""
        return round(_LEFT + at_s / (HOURS * 3600) * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(self, minutes: float) -> float:
        """A wait."""
        return self.height(minutes / self.minutes)

    def people_y(self, people: float) -> float:
        """A length of the line."""
        return self.height(people / self.people)

    def height(self, share: float) -> float:
        """A share of the picture's height."""
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)


def _promised(visits: Sequence[Visit]) -> tuple[float, float]:
    spans = [visit.span for visit in visits if visit.span]
    if not spans:
        return 0.0, 0.0
    return median(s.low_s for s in spans), median(s.high_s for s in spans)


def _came(visits: Sequence[Visit]) -> float:
    waits = [visit.came_s for visit in visits if visit.came_s is not None]
    return median(waits) if waits else 0.0


def _middles(own: Sequence[Sequence[Visit]]) -> Sequence[tuple[float, Sequence[Visit]]]:
    return [((n + 0.5) * _SLOT_S, visits) for n, visits in enumerate(own) if visits]


def _lengths(lengths: Sequence[tuple[float, int]], scale: _Scale) -> list[str]:
    """The longest line of each slot, as bars behind."""
    bars = []
    for at_s in range(0, HOURS * 3600, _SLOT_S):
        longest = max((n for t, n in lengths if at_s <= t < at_s + _SLOT_S), default=0)
        x, y = scale.x(at_s), scale.people_y(longest)
        width = scale.x(at_s + _SLOT_S) - x - 1
        height = _HEIGHT - _BOTTOM - y
        bars.append(
            f'<rect x="{x}" y="{y}" width="{width:.1f}" height="{height:.1f}" fill="{_BARS}"/>'
        )
    return bars


def _band(own: Sequence[Sequence[Visit]], scale: _Scale) -> str:
    promised = [(scale.x(at), *_promised(visits)) for at, visits in _middles(own)]
    there = [f"{x},{scale.y(high / 60)}" for x, _, high in promised]
    back = [f"{x},{scale.y(low / 60)}" for x, low, _ in reversed(promised)]
    return f'<polygon points="{" ".join(there + back)}" fill="{_BAND}" fill-opacity="0.75"/>'


def _waits(own: Sequence[Sequence[Visit]], scale: _Scale) -> str:
    points = [f"{scale.x(at)},{scale.y(_came(visits) / 60)}" for at, visits in _middles(own)]
    return f'<polyline points="{" ".join(points)}" fill="none" stroke="{_LINE}" stroke-width="2"/>'


def _axes(scale: _Scale) -> list[str]:
    base = _HEIGHT - _BOTTOM
    right = _WIDTH - _RIGHT
    parts = [f'<path d="M{_LEFT} {_TOP}V{base}H{right}V{_TOP}" fill="none" stroke="{_FAINT}"/>']
    for hour in range(0, HOURS + 1, 2):
        x = scale.x(hour * 3600)
        parts.append(
            f'<text x="{x}" y="{base + 16}" text-anchor="middle">{_OPENS + hour}:00</text>'
        )
    for share in (0.0, 0.5, 1.0):
        y = scale.height(share * 0.9)
        parts.append(
            f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">'
            f"{share * 0.9 * scale.minutes:.0f}</text>"
            f'<text x="{right + 6}" y="{y + 4}">{share * 0.9 * scale.people:.0f}</text>'
        )
    parts.append(f'<text x="{_LEFT - 6}" y="{_TOP - 6}" text-anchor="end">min</text>')
    parts.append(f'<text x="{right + 6}" y="{_TOP - 6}">people</text>')
    return parts


def _legend() -> str:
    y = _HEIGHT - 10
    return (
        f'<rect x="{_LEFT}" y="{y - 8}" width="14" height="8" fill="{_BAND}"/>'
        f'<text x="{_LEFT + 20}" y="{y}">promised (medians of a quarter of an hour)</text>'
        f'<path d="M{_LEFT + 260} {y - 4}h14" stroke="{_LINE}" stroke-width="2"/>'
        f'<text x="{_LEFT + 280}" y="{y}">came (median)</text>'
        f'<rect x="{_LEFT + 380}" y="{y - 8}" width="14" height="8" fill="{_BARS}"/>'
        f'<text x="{_LEFT + 400}" y="{y}">people in line, at most (right)</text>'
    )
