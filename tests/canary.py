"""What belongs to the tests' customers alone: nothing the product prints may hold any of it."""

from collections.abc import Iterable
from functools import cache

import pytest

from ekyc.demo.specimen import a_specimen

TYPED = ("MẪU THỊ SEN", "TRẦN THỊ THANH HÀ", "B1234567", "Phố Mẫu", "900000318", "901234318")
"""Names, numbers and addresses the tests type; the tests' telephone numbers."""

SEEDS = range(64)
"""Specimens whose cards the tests photograph, and some to spare."""


@cache
def words() -> frozenset[str]:
    """All of them, in small letters."""
    people = [a_specimen(seed) for seed in SEEDS]
    drawn = {word for one in people for word in (one.full_name, one.number, one.residence)}
    return frozenset(word.casefold() for word in {*TYPED, *drawn})


def personal(printed: Iterable[str]) -> list[str]:
    """Which of them stand in what was printed; the demo's inbox is a telephone, not a log."""
    lines = [line for text in printed for line in text.splitlines()]
    text = "\n".join(line for line in lines if not line.startswith("[inbox]")).casefold()
    return sorted(word for word in words() if word in text)


def look(report: pytest.TestReport) -> None:
    """Fail a test during which the product, or a process of it, printed something personal."""
    # "Captured log" is what pytest hears of libraries, before our form takes their words away.
    printed = [text for title, text in report.sections if "Captured log" not in title]
    if report.passed and (found := personal(printed)):
        report.outcome = "failed"
        report.longrepr = f"printed, and so in an operator's log: {found}"
