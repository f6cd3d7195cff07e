"""Who vouches for a number."""

import pytest

from ekyc.domain.phone import is_verified, named


@pytest.mark.parametrize("written", ["customer", "Customer", " CUSTOMER "])
def test_the_customers_own_word_is_no_more_than_that_however_a_crm_writes_it(written: str) -> None:
    assert named(written) == "customer"
    assert not is_verified(named(written))


@pytest.mark.parametrize(
    ("written", "source"),
    [("Directory", "directory"), (" Core banking ", "Core banking"), (" ", "crm")],
)
def test_words_of_the_crms_own_stay(written: str, source: str) -> None:
    assert named(written) == source
    assert is_verified(named(written))
