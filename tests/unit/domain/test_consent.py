"""What the customer agrees to."""

import pytest

from ekyc.domain.consent import VERSION, Consent, agree
from ekyc.domain.errors import ConsentsMissing

ALL = [kind.value for kind in Consent]


def test_whoever_agrees_to_each_point_has_agreed() -> None:
    assert agree(reversed(ALL), version=VERSION) == tuple(Consent)


@pytest.mark.parametrize("left_out", ALL)
def test_leaving_one_point_out_is_no_agreement(left_out: str) -> None:
    with pytest.raises(ConsentsMissing):
        agree([kind for kind in ALL if kind != left_out], version=VERSION)


def test_agreeing_to_more_than_was_asked_is_no_agreement() -> None:
    with pytest.raises(ConsentsMissing):
        agree([*ALL, "marketing"], version=VERSION)


def test_agreeing_to_an_old_wording_is_no_agreement() -> None:
    with pytest.raises(ConsentsMissing):
        agree(ALL, version="2025-01")
