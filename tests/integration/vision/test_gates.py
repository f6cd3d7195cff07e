"""Each fault of a photograph is told by its own name, and a good photograph has none."""

import pytest

from ekyc.bench.documents import gates
from ekyc.domain.document import FaultCode

DRAWN_SEED = gates.HELD_OUT


def test_a_good_photograph_has_no_fault_though_fingers_hold_the_document() -> None:
    in_hand, laid_down = DRAWN_SEED, DRAWN_SEED + len(gates.SIDES)
    assert gates.taken(None, in_hand) == gates.Taken(fault=None, told=(), held=True)
    assert gates.taken(None, laid_down) == gates.Taken(fault=None, told=(), held=False)


@pytest.mark.parametrize(
    "fault", [FaultCode.MOTION, FaultCode.SCREEN, FaultCode.COVERED, FaultCode.DAMAGED]
)
def test_what_was_done_to_the_photograph_is_told(fault: FaultCode) -> None:
    assert fault in gates.taken(fault, DRAWN_SEED + 2).told
