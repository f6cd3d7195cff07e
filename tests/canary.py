"""What belongs to the tests' customers alone: no log, address or metric may hold any of it."""

from collections.abc import Iterable
from functools import cache
from urllib.parse import unquote_plus

import pytest
from aiohttp import web

from ekyc.demo.specimen import a_specimen

TYPED = ("MẪU THỊ SEN", "TRẦN THỊ THANH HÀ", "B1234567", "Phố Mẫu", "900000318", "901234318")
"""Names, numbers and addresses the tests type; the tests' telephone numbers."""

MAILBOXES = ("@mail.example", "@post.example", "@kyc.example")
"""The houses of the tests' customers' mailboxes."""

SEEDS = range(64)
"""Specimens whose cards the tests photograph, and some to spare."""


@cache
def words() -> frozenset[str]:
    """All of them, in small letters."""
    people = [a_specimen(seed) for seed in SEEDS]
    drawn = {word for one in people for word in (one.full_name, one.number, one.residence)}
    return frozenset(word.casefold() for word in {*TYPED, *MAILBOXES, *drawn})


def personal(printed: Iterable[str]) -> list[str]:
    """The lines in which one of them stands; the demo's inbox is a telephone, not a log."""
    lines = [line for text in printed for line in text.splitlines()]
    return [
        line
        for line in lines
        if not line.startswith("[inbox]") and any(word in line.casefold() for word in words())
    ]


_heard: list[str] = []
"""Addresses that reached a server of this process since the last look, and metrics it told."""


class Listening:
    """While it lasts, every server of this process tells what it is asked, and its metrics.

    aiohttp has no public place for that which holds for every application, the tests' own too.
    """

    def __init__(self) -> None:
        self._handle = web.Application._handle

    def begin(self) -> None:
        """From now on."""
        handle = self._handle

        async def heard(app: web.Application, request: web.Request) -> web.StreamResponse:
            _heard.append(unquote_plus(request.raw_path))
            answer = await handle(app, request)
            if request.path == "/metrics" and isinstance(answer, web.Response):
                _heard.append(answer.text or "")
            return answer

        web.Application._handle = heard  # type: ignore[method-assign, assignment]

    def end(self) -> None:
        """No more."""
        web.Application._handle = self._handle  # type: ignore[method-assign]


def look(report: pytest.TestReport) -> None:
    """Fail a test during which something personal stood where others may look."""
    # "Captured log" is what pytest hears of libraries, before our form takes their words away.
    printed = [text for title, text in report.sections if "Captured log" not in title]
    if report.passed and (found := personal(printed)):
        report.outcome = "failed"
        report.longrepr = f"printed, and so in an operator's log: {found}"
    if report.passed and (found := personal(_heard)):
        report.outcome = "failed"
        report.longrepr = f"in an address or a metric: {found}"
    _heard.clear()
