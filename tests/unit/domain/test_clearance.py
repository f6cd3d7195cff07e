"""Four eyes: whose look at which signals lets an agent approve."""

import pytest

from ekyc.domain.clearance import Clearance, check, uncleared
from ekyc.domain.errors import NotAllowed, NoteMissing, NotFound
from ekyc.domain.presence import Signal
from tests.fakes import START

RAISED = {"s1": Signal.NO_MATCH, "s2": Signal.TOO_DARK, "s3": Signal.NO_MATCH}
GRAVE = {Signal.NO_MATCH, Signal.ANOTHER_PERSON}


def by(whom: str, *signals: str) -> Clearance:
    return Clearance(
        id="c1",
        application_id="first",
        call_id="call",
        signals=signals,
        note="Same mole beside the nose.",
        by=whom,
        at=START,
    )


def waiting(*looks: Clearance) -> tuple[str, ...]:
    return uncleared(RAISED, looks, supervised=GRAVE, agent_id="lan")


def test_only_the_signals_a_bank_named_wait_for_somebody() -> None:
    assert waiting() == ("s1", "s3")
    assert uncleared(RAISED, (), supervised=(), agent_id="lan") == ()


def test_a_later_signal_waits_for_a_look_of_its_own() -> None:
    assert waiting(by("thu", "s1")) == ("s3",)
    assert waiting(by("thu", "s1"), by("thu", "s3")) == ()


def test_two_eyes_are_not_four() -> None:
    assert waiting(by("lan", "s1", "s3")) == ("s1", "s3")
    with pytest.raises(NotAllowed):
        check(["s1"], "seen", open=["s1"], by="lan", agent_id="lan")


def test_a_look_names_what_waits_and_says_what_was_seen() -> None:
    assert check(["s1"], "  seen ", open=["s1", "s3"], by="thu", agent_id="lan") == "seen"
    for named in ([], ["s2"], ["s1", "elsewhere"]):
        with pytest.raises(NotFound):
            check(named, "seen", open=["s1", "s3"], by="thu", agent_id="lan")
    with pytest.raises(NoteMissing):
        check(["s1"], " ", open=["s1"], by="thu", agent_id="lan")
