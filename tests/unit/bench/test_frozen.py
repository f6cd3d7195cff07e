"""The frozen test set is drawn by the very files its figures were measured with."""

from ekyc.bench.documents import test_set


def test_nothing_that_draws_the_test_set_was_changed_after_the_figures() -> None:
    """On purpose? `frozen.txt` gets the new hash, and every figure is measured anew."""
    assert test_set.fingerprint() == test_set.frozen()
