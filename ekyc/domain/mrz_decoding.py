"""Which zone a reading of single places most likely is: check digits as an error-correcting code.

Four levels, kept apart: the best signs as they are, the best that the grammar of ICAO 9303 allows,
the likeliest zone that keeps every check digit, or a zone that is not valid. A mended zone has to
be confirmed by a person; a clearly read sign is never overruled: a doctored digit stays wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import exp
from typing import Final

from ekyc.domain import mrz
from ekyc.domain.mrz import (
    ALPHABET,
    DIGITS,
    FILLER,
    LAYOUTS,
    LETTERS,
    WEIGHTS,
    Format,
    Mrz,
    Place,
    value_of,
)

Cell = Mapping[str, float]
"""What one place may read: sign → log-probability."""

Cells = Sequence[Sequence[Cell]]

CLEAR: Final = 3.0
MAX_COST: Final = 1.2
MAX_EDITS: Final = 1
MARGIN: Final = 1.0
LEAST_LIKELY: Final = -0.6
"""Nats. A sign read this much more clearly than the others is never overruled; mending may cost so
much likelihood and so many signs, must beat the next zone by the margin, and only a zone read about
as well as this, on average a sign, is mended. Without guards 13 of 72 zones with a misprinted digit
came out "valid"; with 2 nats and two signs still 1 of 20 that were small and blurred (measured)."""

MOST_UNCLEAR: Final = 24
"""Places; a zone with more of them is not mended, whatever its sums say."""

SURE: Final = 0.5
"""Least probability of the worst sign of a zone that needs nobody's look."""


class Level(StrEnum):
    """How much had to be assumed."""

    RAW = "raw"
    GRAMMAR = "grammar"
    REPAIRED = "repaired"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """`probabilities`: of each sign taken, line by line; `likelihood`: mean of the grammatical
    reading, nats a sign: print that is no zone, or upside down, scores badly."""

    zone: Mrz
    level: Level
    probabilities: tuple[tuple[float, ...], ...]
    likelihood: float

    @property
    def worst(self) -> float:
        """The least probability of any sign."""
        return min(map(min, self.probabilities))

    @property
    def sure(self) -> bool:
        """Valid as read, and no sign doubtful."""
        return self.level in (Level.RAW, Level.GRAMMAR) and self.worst >= SURE

    def worst_of(self, places: Iterable[Place]) -> float:
        """The least probability among these places."""
        return min(self.probabilities[row][column] for row, column in places)


def decode(cells: Cells) -> Decoded | None:
    """The zone; nothing when there are too few or too many places for any format."""
    plain = ["".join(max(cell, key=cell.__getitem__) for cell in row) for row in cells]
    tries = [_Try(cells, plain, grammar) for grammar in _grammars(cells, plain)]
    found = [_decoded(attempt) for attempt in tries]
    ranks = {level: -rank for rank, level in enumerate(Level)}
    return max(found, key=lambda one: (ranks[one.level], one.likelihood), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grammar:
    """What may stand where, and which places must say the same."""

    format: Format
    allowed: tuple[tuple[str, ...], ...]
    twins: Mapping[Place, Place]


class _Try:
    """One grammar laid over the cells: the best reading it allows."""

    def __init__(self, cells: Cells, plain: Sequence[str], grammar: _Grammar) -> None:
        self.cells = cells
        self.plain = plain
        self.grammar = grammar
        self.lines = _with_names(
            cells,
            [
                "".join(_sign(cell, kinds) for cell, kinds in zip(row, allowed, strict=True))
                for row, allowed in zip(cells, grammar.allowed, strict=True)
            ],
            LAYOUTS[grammar.format].names,
        )

    def likelihood(self) -> float:
        """Mean log-probability of the best signs the grammar allows, clear or not."""
        total = count = 0.0
        for row, allowed in zip(self.cells, self.grammar.allowed, strict=True):
            for cell, kinds in zip(row, allowed, strict=True):
                total += max(cell[sign] for sign in kinds)
                count += 1
        return total / count


def _grammars(cells: Cells, plain: Sequence[str]) -> list[_Grammar]:
    format_ = mrz.format_of([_first(cells) + plain[0][1:], *plain[1:]]) if plain else None
    if format_ is None:
        return []
    general = _Grammar(format=format_, allowed=_allowed(format_), twins={})
    if format_ is not Format.TD1 or plain[0][2:5] != mrz.VIETNAM:
        return [general]
    # The number of a Vietnamese card is all digits, and its last nine stand there twice.
    first = list(general.allowed[0])
    first[5:30] = [*[DIGITS] * 22, FILLER, FILLER, DIGITS]
    narrow = _Grammar(
        format=format_,
        allowed=(tuple(first), *general.allowed[1:]),
        twins={(0, column): (0, column + 13) for column in range(5, 14)},
    )
    return [narrow, general]


def _first(cells: Cells) -> str:
    """The letter a zone begins with, one of those of all formats unless another is clear."""
    cell = cells[0][0]
    return _sign(cell, "".join(layout.kinds for layout in LAYOUTS.values())) if cells[0] else ""


def _allowed(format_: Format) -> tuple[tuple[str, ...], ...]:
    """What may stand where (ICAO 9303-4 to -7)."""
    layout = LAYOUTS[format_]
    signs = [[ALPHABET] * layout.length for _ in range(layout.rows)]

    def put(span: mrz.Span, *kinds: str) -> None:
        row, start, end = span
        for column in range(start, end):
            signs[row][column] = kinds[(column - start) % len(kinds)]

    letter_or_filler = LETTERS + FILLER
    put((0, 0, 2), layout.kinds, letter_or_filler)
    for country in (mrz.ISSUER, layout.nationality):
        put(country, LETTERS, letter_or_filler, letter_or_filler)
    for row, start, _ in (layout.birth, layout.expiry):
        put((row, start, start + 7), DIGITS, DIGITS, "01", DIGITS, "0123", DIGITS, DIGITS)
    row, _, end = layout.number
    put((row, end, end + 1), DIGITS + (FILLER if format_ in (Format.TD1, Format.TD2) else ""))
    put((*layout.sex, layout.sex[1] + 1), "MF<")
    put(layout.names, letter_or_filler)
    if layout.checked_optional:
        row, _, end = layout.checked_optional
        put((row, end, end + 1), DIGITS + FILLER)
    if layout.composite:
        put((1, layout.length - 1, layout.length), DIGITS)
    return tuple(map(tuple, signs))


def _sign(cell: Cell, allowed: str) -> str:
    """The best sign that may stand there, unless another is read clearly."""
    best = max(cell, key=cell.__getitem__)
    if best in allowed:
        return best
    fitting = max(allowed, key=cell.__getitem__)
    return best if cell[best] - cell[fitting] > CLEAR else fitting


def _with_names(cells: Cells, lines: list[str], span: mrz.Span) -> list[str]:
    """The names as names are built, where no clearly read sign speaks against it."""
    row, start, end = span
    name = _likeliest_name(cells[row][start:end])
    was = lines[row][start:end]
    for cell, sign, other in zip(cells[row][start:end], was, name, strict=True):
        if cell[sign] - cell[other] > CLEAR:
            return lines
    lines[row] = lines[row][:start] + name + lines[row][end:]
    return lines


_RUNS: Final[Mapping[str, tuple[str, str]]] = {
    "surname": ("surname", "one"),
    "one": ("surname", "two"),
    "two": ("given", "end"),
    "given": ("given", "gap"),
    "gap": ("given", "end"),
    "end": ("", "end"),
}
"""State → state behind a letter and behind a filler: one double filler, nothing behind the last."""


def _likeliest_name(cells: Sequence[Cell]) -> str:
    """Viterbi's way through _RUNS."""
    ways: dict[str, tuple[float, str]] = {"surname": (0.0, "")}
    for number, cell in enumerate(cells):
        letter = max(LETTERS, key=cell.__getitem__)
        after: dict[str, tuple[float, str]] = {}
        for state, (sum_, text) in ways.items():
            for sign, then in zip((letter, FILLER), _RUNS[state], strict=True):
                way = (sum_ + cell[sign], text + sign)
                is_possible = then and (number or sign != FILLER)
                if is_possible and (then not in after or way[0] > after[then][0]):
                    after[then] = way
        ways = after
    return max(ways.values())[1]


def _decoded(attempt: _Try) -> Decoded:
    zone = mrz.parse(attempt.lines)
    assert zone is not None  # the grammar has the size of a format and signs of the alphabet
    level = Level.INVALID
    if zone.valid:
        level = Level.RAW if list(zone.lines) == list(attempt.plain) else Level.GRAMMAR
    elif mended := _mended(attempt):
        zone, level = mended, Level.REPAIRED
    return Decoded(
        zone=zone,
        level=level,
        probabilities=tuple(
            tuple(exp(min(0.0, cell[sign])) for cell, sign in zip(row, line, strict=True))
            for row, line in zip(attempt.cells, zone.lines, strict=True)
        ),
        likelihood=attempt.likelihood(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Path:
    """Signs chosen so far: what they cost, and where they differ from the best."""

    cost: float = 0.0
    changes: tuple[tuple[Place, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """One place, or two that must agree: the signs to choose from, and what each sum counts.

    `weights`: number of the sum → factor of the sign's value.
    """

    options: tuple[tuple[str, _Path], ...]
    weights: Mapping[int, int]


def _mended(attempt: _Try) -> Mrz | None:
    """The likeliest zone that keeps all sums, if the guards let it pass."""
    if attempt.likelihood() < LEAST_LIKELY:
        return None
    sums = mrz.sums_of(attempt.grammar.format, attempt.lines)
    choices = _choices(attempt, sums)
    if sum(len(choice.options) > 1 for choice in choices) > MOST_UNCLEAR:
        return None
    found = _cheapest(choices, len(sums))
    if not found or found[0].cost > MAX_COST or len(found[0].changes) > MAX_EDITS:
        return None
    if len(found) > 1 and found[1].cost - found[0].cost < MARGIN:
        return None
    zone = mrz.parse(_changed(attempt.lines, found[0].changes))
    return zone if zone and zone.valid else None


def _changed(lines: Sequence[str], changes: Iterable[tuple[Place, str]]) -> list[str]:
    changed = list(lines)
    for (row, column), sign in changes:
        changed[row] = changed[row][:column] + sign + changed[row][column + 1 :]
    return changed


def _choices(attempt: _Try, sums: Sequence[mrz.Sum]) -> list[_Choice]:
    """Every checked place once, in an order that closes each sum as early as may be."""
    weights: dict[Place, dict[int, int]] = {}
    for number, sum_ in enumerate(sums):
        for at, place in enumerate(sum_.over):
            weights.setdefault(place, {})[number] = WEIGHTS[at % 3]
        weights.setdefault(sum_.digit, {})[number] = -1
    twins = attempt.grammar.twins
    seconds = set(twins.values())
    choices = []
    for place in weights:
        if place in seconds:
            continue
        places = [place, twins[place]] if place in twins else [place]
        total: dict[int, int] = {}
        for one in places:
            for number, weight in weights[one].items():
                total[number] = total.get(number, 0) + weight
        choices.append(_Choice(options=_options(attempt, places), weights=total))
    return choices


def _options(attempt: _Try, places: Sequence[Place]) -> tuple[tuple[str, _Path], ...]:
    """The signs these places may have at a cost that could still be accepted."""
    options = []
    for sign in ALPHABET:
        path = _Path()
        for row, column in places:
            was, cell = attempt.lines[row][column], attempt.cells[row][column]
            if sign == was:
                continue
            cost = cell[was] - cell[sign]
            if sign not in attempt.grammar.allowed[row][column] or cost > CLEAR:
                break
            path = replace(
                path, cost=path.cost + cost, changes=(*path.changes, ((row, column), sign))
            )
        else:
            if path.cost <= MAX_COST + MARGIN:
                options.append((sign, path))
    return tuple(options)


def _cheapest(choices: Sequence[_Choice], sums: int) -> list[_Path]:
    """The two cheapest ways to choose such that every sum is 0 mod 10: a dynamic programme.

    Exact, since a zone with any dearer sign would not be accepted. A sum is dropped from the state
    when its last place has been chosen.
    """
    last = {number: at for at, choice in enumerate(choices) for number in choice.weights}
    states: dict[tuple[int, ...], list[_Path]] = {(0,) * sums: [_Path()]}
    for at, choice in enumerate(choices):
        after: dict[tuple[int, ...], list[_Path]] = {}
        for state, paths in states.items():
            for sign, step in choice.options:
                then = tuple(
                    (rest + value_of(sign) * choice.weights.get(number, 0)) % 10
                    for number, rest in enumerate(state)
                )
                if any(rest and last[number] <= at for number, rest in enumerate(then)):
                    continue
                after.setdefault(then, []).extend(_joined(path, step) for path in paths)
        states = {
            state: sorted(
                (path for path in paths if path.cost <= MAX_COST + MARGIN),
                key=lambda path: path.cost,
            )[:2]
            for state, paths in after.items()
        }
    return states.get((0,) * sums, [])


def _joined(path: _Path, step: _Path) -> _Path:
    if not step.changes:
        return path
    return _Path(cost=path.cost + step.cost, changes=path.changes + step.changes)
