"""What `ekyc read` says of two photographs that do not belong together."""

from typing import Any

import pytest

from ekyc.domain.document import Candidate, Kind, Side, SideReading, Source
from ekyc.vision.read_report import is_good, report_of

SEN = {"number": "000190004217", "full_name": "ĐẶNG SEN", "birth_date": "1990-09-02"}
HAI = {"number": "000085001111", "full_name": "TRẦN HẢI", "birth_date": "1985-01-03"}


def shown(side: Side, says: dict[str, str], kind: Kind = Kind.CCCD_2021) -> SideReading:
    said = {name: {Source.QR: Candidate(value=says[name], confidence=0.99)} for name in says}
    return SideReading(
        kind=kind,
        side=side,
        rotation_deg=0,
        corners=(),
        width_px=1,
        height_px=1,
        faults=(),
        qr_text=None,
        mrz_lines=None,
        mrz_valid=None,
        candidates=said,
    )


FRONT = shown(Side.FRONT, SEN)


def faults(report: dict[str, Any]) -> list[list[str]]:
    return [[fault["code"] for fault in side["quality"]["faults"]] for side in report["sides"]]


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (FRONT, "wrong-side"),
        (shown(Side.BACK, HAI), "other-person"),
        (shown(Side.BACK, SEN, Kind.CAN_CUOC_2024), "kinds-differ"),
    ],
)
def test_a_bank_is_told_why_two_photographs_are_not_one_document(
    second: SideReading, code: str
) -> None:
    report = report_of([FRONT, second])
    assert faults(report) == [[], [code]]
    assert not is_good(report)


@pytest.mark.parametrize("order", [1, -1])
def test_the_two_sides_of_a_document_belong_together_in_either_order(order: int) -> None:
    report = report_of([FRONT, shown(Side.BACK, SEN)][::order])
    assert faults(report) == [[], []]
    assert is_good(report)
