"""What the customer agrees to."""

import pytest

from ekyc.domain.consent import NEEDED, VERSION, Consent, agree
from ekyc.domain.errors import ConsentsMissing

ALL = [kind.value for kind in NEEDED]


def test_whoever_agrees_to_each_point_has_agreed() -> None:
    assert agree(reversed(ALL), version=VERSION) == NEEDED


@pytest.mark.parametrize("left_out", ALL)
def test_leaving_one_point_out_is_no_agreement(left_out: str) -> None:
    with pytest.raises(ConsentsMissing):
        agree([kind for kind in ALL if kind != left_out], version=VERSION)


def test_what_is_optional_may_be_left_out_and_counts_only_where_it_is_asked() -> None:
    optional = (Consent.PLACE,)
    assert agree(ALL, version=VERSION, optional=optional) == NEEDED
    both = agree([*ALL, "place"], version=VERSION, optional=optional)
    assert both == (*NEEDED, Consent.PLACE)
    with pytest.raises(ConsentsMissing):
        agree([*ALL, "place"], version=VERSION)
    with pytest.raises(ConsentsMissing):
        agree([*ALL[1:], "place"], version=VERSION, optional=optional)


def test_agreeing_to_more_than_was_asked_is_no_agreement() -> None:
    with pytest.raises(ConsentsMissing):
        agree([*ALL, "marketing"], version=VERSION)


def test_agreeing_to_an_old_wording_is_no_agreement() -> None:
    with pytest.raises(ConsentsMissing):
        agree(ALL, version="2025-01")
