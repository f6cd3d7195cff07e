"""The verdict: when it may stand, with which reasons, and what an approval still needs."""

import pytest

from ekyc.domain.application import Stage
from ekyc.domain.decision import (
    CHECKLIST,
    MOVEMENTS,
    REASONS,
    SILENT,
    Need,
    Verdict,
    approve_missing,
    judge,
    told,
)
from ekyc.domain.errors import ApproveMissing, NotAllowedNow, ReasonMissing

OPEN = {Stage.CONFIRMED, Stage.IN_CALL}


def test_a_call_with_every_movement_and_every_tick_lacks_nothing() -> None:
    assert approve_missing(stage=Stage.IN_CALL, met=True, unmoved=(), ticked=CHECKLIST) == ()


@pytest.mark.parametrize("need", Need)
def test_what_the_bank_asks_for_beside_is_missing_until_it_is_there(need: Need) -> None:
    missing = approve_missing(
        stage=Stage.IN_CALL, met=True, unmoved=(), unmet={need}, ticked=CHECKLIST
    )
    assert missing == (need.value,)


def test_an_approval_waits_for_four_eyes_after_a_grave_signal() -> None:
    missing = approve_missing(
        stage=Stage.IN_CALL, met=True, unmoved=(), cleared=False, ticked=CHECKLIST
    )
    assert missing == ("clearance",)


def test_what_is_missing_is_told_in_the_order_of_the_work() -> None:
    assert approve_missing(stage=Stage.CONFIRMED, met=False, ticked=[]) == (
        "call",
        "movement-left",
        "movement-right",
        "movement-up",
        "movement-down",
        "check-face-matches",
        "check-card-genuine",
        "check-reads-number",
        "check-alone",
        "check-purpose",
    )


@pytest.mark.parametrize("stage", [Stage.CONFIRMED, Stage.WAITING])
def test_nobody_is_approved_after_hanging_up(stage: Stage) -> None:
    missing = approve_missing(stage=stage, met=True, unmoved=(), ticked=CHECKLIST)
    assert missing == ("call-over",)


@pytest.mark.parametrize("movement", MOVEMENTS)
def test_each_movement_counts(movement: str) -> None:
    missing = approve_missing(stage=Stage.IN_CALL, met=True, unmoved=[movement], ticked=CHECKLIST)
    assert missing == (f"movement-{movement}",)


@pytest.mark.parametrize("item", CHECKLIST)
def test_each_item_of_the_checklist_counts(item: str) -> None:
    ticked = [name for name in CHECKLIST if name != item]
    missing = approve_missing(stage=Stage.IN_CALL, met=True, unmoved=(), ticked=ticked)
    assert missing == (f"check-{item}",)


@pytest.mark.parametrize("stage", sorted(set(Stage) - OPEN))
def test_a_verdict_is_given_in_a_call_or_on_a_confirmed_form_only(stage: Stage) -> None:
    for verdict in Verdict:
        with pytest.raises(NotAllowedNow):
            judge(verdict, REASONS[verdict][:1], stage=stage, missing=())


def test_an_approval_needs_no_reason_and_keeps_none() -> None:
    assert judge(Verdict.APPROVE, ["line-dropped"], stage=Stage.IN_CALL, missing=()) == ()


def test_an_approval_waits_for_what_is_missing() -> None:
    with pytest.raises(ApproveMissing):
        judge(Verdict.APPROVE, [], stage=Stage.IN_CALL, missing=("call",))


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.INCOMPLETE])
@pytest.mark.parametrize("stage", sorted(OPEN))
def test_a_refusal_keeps_its_reasons_in_the_order_they_are_offered(
    verdict: Verdict, stage: Stage
) -> None:
    offered = REASONS[verdict]
    reasons = judge(verdict, [offered[3], offered[0]], stage=stage, missing=("call",))
    assert reasons == (offered[0], offered[3])


@pytest.mark.parametrize(
    ("verdict", "reasons"),
    [
        (Verdict.REJECT, []),
        (Verdict.INCOMPLETE, []),
        (Verdict.REJECT, ["line-dropped"]),
        (Verdict.INCOMPLETE, ["line-dropped", "not-free"]),
        (Verdict.REJECT, ["because"]),
    ],
)
def test_a_refusal_without_a_reason_of_its_own_is_refused(
    verdict: Verdict, reasons: list[str]
) -> None:
    with pytest.raises(ReasonMissing):
        judge(verdict, reasons, stage=Stage.CONFIRMED, missing=())


@pytest.mark.parametrize("silent", SILENT)
def test_what_could_harm_the_customer_is_told_as_something_else(silent: str) -> None:
    assert told([silent, "line-dropped", "unable-to-verify"]) == (
        "unable-to-verify",
        "line-dropped",
    )


def test_nobody_is_approved_in_a_call_in_which_the_silent_sign_was_given() -> None:
    missing = approve_missing(
        stage=Stage.IN_CALL, met=True, unmoved=(), signed=True, ticked=CHECKLIST
    )
    assert missing == ("sign",)


def test_no_reason_serves_two_verdicts() -> None:
    assert not set(REASONS[Verdict.REJECT]) & set(REASONS[Verdict.INCOMPLETE])
