"""The watch over what is printed: it sees what it is meant to see."""

import pytest

from ekyc.demo.specimen import a_specimen
from tests.canary import look, personal


def a_report(printed: str) -> pytest.TestReport:
    """Of a test that passed and printed this."""
    return pytest.TestReport(
        nodeid="test",
        location=("file", 1, "test"),
        keywords={},
        outcome="passed",
        longrepr=None,
        when="call",
        sections=[("Captured stderr call", printed)],
    )


@pytest.mark.parametrize(
    "printed",
    [
        f"name={a_specimen(7).full_name.title()}",
        f"number={a_specimen(1).number}",
        "to=+84900000318",
    ],
)
def test_a_name_or_a_number_in_the_log_fails_the_test_that_made_it(printed: str) -> None:
    report = a_report(f"2026-11-22 [info] sms.sent {printed}")
    look(report)
    assert report.failed


def test_ids_and_facts_are_no_harm() -> None:
    report = a_report("2026-11-22 [info] sms.sent application=0b9c7a")
    look(report)
    assert report.passed
    assert personal([]) == []
