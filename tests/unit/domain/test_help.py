"""When help is offered: pictures that failed in a row count, whatever went before."""

from ekyc.domain.help import failed_in_a_row


def test_only_what_failed_since_the_last_good_picture_counts() -> None:
    assert failed_in_a_row([]) == 0
    assert failed_in_a_row(["accepted"]) == 0
    assert failed_in_a_row(["refused", "accepted", "refused", "refused"]) == 2
    assert failed_in_a_row(["refused"] * 3) == 3
