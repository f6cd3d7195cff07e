"""The frozen test sets are drawn by the very files their figures were measured with."""

from types import ModuleType

import pytest

from ekyc.bench.attacks import test_set as attacks
from ekyc.bench.documents import test_set as documents


@pytest.mark.parametrize("frozen_set", [attacks, documents])
def test_nothing_that_draws_a_test_set_was_changed_after_the_figures(
    frozen_set: ModuleType,
) -> None:
    """On purpose? `frozen.txt` gets the new hash, and every figure is measured anew."""
    assert frozen_set.fingerprint() == frozen_set.frozen()
