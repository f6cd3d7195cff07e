"""Which photographs count: swapped sides, other documents, other people, documents that ended."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from ekyc.domain.acceptance import Place, Policy, are_two_people, place
from ekyc.domain.document import Candidate, Fault, FaultCode, Kind, Side, SideReading, Source

FRONT, BACK = Side.FRONT, Side.BACK
TODAY = date(2026, 11, 21)
BANK = Policy(
    kinds=frozenset({Kind.CCCD_2021, Kind.CAN_CUOC_2024, Kind.PASSPORT}),
    cmnd_until=date(2024, 12, 31),
    demo=True,
)


def shown(side: Side | None, kind: Kind = Kind.CCCD_2021, **values: str) -> SideReading:
    return said(side, values, kind=kind)


def said(
    side: Side | None,
    values: Mapping[str, str],
    *,
    kind: Kind = Kind.CCCD_2021,
    source: Source = Source.QR,
) -> SideReading:
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
        candidates={
            name: {source: Candidate(value=value, confidence=0.95)}
            for name, value in values.items()
        },
    )


def placed(
    taken: SideReading,
    *others: SideReading,
    asked: Side = FRONT,
    bank: Policy = BANK,
    today: date = TODAY,
) -> Place:
    accepted = {other.side: other for other in others if other.side}
    return place(
        taken, asked=asked, chosen=Kind.CCCD_2021, others=accepted, policy=bank, today=today
    )


def test_a_side_photographed_in_the_others_place_is_put_right() -> None:
    assert placed(shown(BACK)) == Place(side=BACK, kind=Kind.CCCD_2021, faults=())
    assert placed(shown(FRONT), shown(BACK), asked=BACK).faults == ()


def test_two_fronts_are_refused_and_the_first_one_stays() -> None:
    found = placed(shown(FRONT), shown(FRONT), asked=BACK)
    assert found == Place(side=BACK, kind=Kind.CCCD_2021, faults=(FaultCode.WRONG_SIDE,))
    assert placed(shown(FRONT), shown(FRONT)).faults == ()


def test_another_document_is_followed_where_the_bank_takes_it() -> None:
    assert placed(shown(FRONT, Kind.CAN_CUOC_2024)).kind is Kind.CAN_CUOC_2024
    licence = placed(shown(FRONT, Kind.GPLX))
    assert licence == Place(side=FRONT, kind=Kind.CCCD_2021, faults=(FaultCode.WRONG_KIND,))


def test_a_passport_has_one_side_wherever_it_is_shown() -> None:
    found = placed(shown(None, Kind.PASSPORT), asked=BACK)
    assert found == Place(side=FRONT, kind=Kind.PASSPORT, faults=())


def test_sides_of_two_kinds_do_not_go_together() -> None:
    found = placed(shown(BACK, Kind.CAN_CUOC_2024), shown(FRONT), asked=BACK)
    assert found.faults == (FaultCode.KINDS_DIFFER,)


def test_sides_of_two_people_do_not_go_together() -> None:
    sen = shown(FRONT, number="000190004217", full_name="ĐẶNG SEN", birth_date="1990-09-02")
    zone = {"number": "000085001111", "full_name": "TRAN HAI", "birth_date": "1985-01-03"}
    hai = said(BACK, zone, source=Source.MRZ)
    assert placed(hai, sen, asked=BACK).faults == (FaultCode.OTHER_PERSON,)


def test_a_number_alone_that_differs_is_for_the_agent_to_see() -> None:
    sen = {"number": "000190004217", "full_name": "ĐẶNG SEN", "birth_date": "1990-09-02"}
    forged = sen | {"number": "000190999999"}
    assert not are_two_people(said(FRONT, sen), said(BACK, forged))


def test_a_long_name_cut_off_in_the_zone_is_the_same_persons() -> None:
    front = {"full_name": "CÔNG TẰNG TÔN NỮ HOÀNG PHƯƠNG THẢO NGUYÊN", "birth_date": "1990-09-02"}
    back = {"full_name": "CONG TANG TON NU HOANG PHUONG", "birth_date": "1990-09-03"}
    assert not are_two_people(said(FRONT, front), said(BACK, back))


def test_what_is_not_surely_read_accuses_nobody() -> None:
    sen = {"number": "000190004217", "full_name": "ĐẶNG SEN", "birth_date": "1990-09-02"}
    unsure = {name: {Source.OCR: Candidate(value="?", confidence=0.5)} for name in sen}
    assert not are_two_people(said(FRONT, sen), replace(shown(BACK), candidates=unsure))


def test_a_cmnd_is_recognised_and_refused_from_2025_on() -> None:
    bank = replace(BANK, kinds=BANK.kinds | {Kind.CMND})
    card = shown(FRONT, Kind.CMND)
    assert placed(card, bank=bank).faults == (FaultCode.CMND_ENDED,)
    assert placed(card).faults == (FaultCode.CMND_ENDED,)
    assert placed(card, bank=bank, today=date(2024, 12, 31)).faults == ()


@pytest.mark.parametrize(
    ("until", "faults"),
    [("2026-11-20", (FaultCode.EXPIRED,)), ("2026-11-21", ()), ("none", ())],
)
def test_a_document_counts_to_its_last_day(until: str, faults: tuple[FaultCode, ...]) -> None:
    assert placed(shown(FRONT, expiry_date=until)).faults == faults


def test_a_specimen_is_refused_outside_the_demo() -> None:
    bank = replace(BANK, demo=False)
    assert placed(shown(FRONT, number="000190004217"), bank=bank).faults == (FaultCode.SPECIMEN,)
    assert placed(shown(FRONT, number="001190004217"), bank=bank).faults == ()


def test_a_bad_picture_keeps_its_own_reasons() -> None:
    blurred = replace(shown(BACK), faults=(Fault(code=FaultCode.BLUR),))
    assert placed(blurred) == Place(side=FRONT, kind=Kind.CCCD_2021, faults=(FaultCode.BLUR,))
    unknown = placed(shown(None, Kind.UNKNOWN))
    assert unknown.faults == (FaultCode.UNKNOWN_DOCUMENT,)
