"""The judge of a crash run: a good run is beyond reproach, and every kind of fault is named."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ekyc.bench.book import Promise
from ekyc.bench.crm import Delivery
from ekyc.bench.evidence import Evidence, Film, Row, Struck
from ekyc.bench.judge import Finding, Kind, judge, losses, owners_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PLAYS = Film(recording="film", pictures=90, sounds=300, until_ms=6_000)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def event(sequence: int, name: str, **data: Any) -> Row:
    return {"sequence": sequence, "name": name, "application_id": "an", "data": data}


GOOD: dict[str, Sequence[Row]] = {
    "applications": [{"id": "an", "stage": "decided", "version": 3}],
    "consents": [{"application_id": "an"}],
    "photographs": [
        {"application_id": "an", "side": "front", "state": "accepted", "taken_at": NOON}
    ],
    "prechecks": [{"application_id": "an"}],
    "tickets": [{"id": "place", "application_id": "an", "state": "served"}],
    "desks": [{"staff_id": "binh", "state": "available"}],
    "calls": [
        {
            "id": "talk",
            "application_id": "an",
            "agent_id": "binh",
            "state": "ended",
            "accepted_at": at(0),
            "live_at": at(1),
            "ended_at": at(7),
        }
    ],
    "recordings": [
        {"id": "film", "call_id": "talk", "party": party, "state": "finished", "started_at": at(1)}
        for party in ("customer", "agent")
    ],
    "movements": [{"id": "left", "call_id": "talk", "state": "passed"}],
    "checks": [{"application_id": "an", "item": "alone", "done": True}],
    "decisions": [{"application_id": "an", "verdict": "approve"}],
    "events": [
        event(1, "application.opened"),
        event(2, "application.moved", stage="in_call"),
        event(3, "call.live", call="talk"),
        event(4, "application.moved", stage="decided"),
        event(5, "decision.made"),
        event(6, "recording.finished", recording="film"),
    ],
    "jobs": [{"id": "job", "kind": "webhook.deliver", "state": "done"}],
}


def told(*sequences: int, id: str = "") -> list[Delivery]:
    return [
        Delivery(id=id or f"fact-{n}", sequence=n, application="an", at=NOON) for n in sequences
    ]


def evidence(**changed: Any) -> Evidence:
    """A good run, but for what is changed: tables by name, anything else by field."""
    tables = {name: changed.pop(name, rows) for name, rows in GOOD.items()}
    sent = {("talk", party): [at(s / 10) for s in range(100)] for party in ("customer", "agent")}
    good = {"films": {"film": PLAYS}, "pictures": sent, "deliveries": told(1, 2, 4)}
    return Evidence(tables=tables, **{**good, **changed})


def with_one(table: str, **values: Any) -> dict[str, Sequence[Row]]:
    """A good run's table, its last row changed."""
    *others, last = GOOD[table]
    return {table: [*others, {**last, **values}]}


PROMISES = [
    Promise("open", "an"),
    Promise("consents", "an"),
    Promise("photograph", "an", f"front accepted {NOON.isoformat()}"),
    Promise("devices", "an", "1"),
    Promise("ticket", "an"),
    Promise("accept", "talk"),
    Promise("movement", "left"),
    Promise("outcome", "left", "passed"),
    Promise("check", "an", "alone"),
    Promise("verdict", "an", "approve"),
    Promise("end", "talk"),
]


def test_a_run_in_which_every_promise_was_kept_is_beyond_reproach() -> None:
    assert judge(evidence(promises=PROMISES)) == []


@pytest.mark.parametrize(
    "promise",
    [
        Promise("open", "nobody"),
        Promise("code", "an"),
        Promise("devices", "an", "2"),
        Promise("outcome", "left", "failed"),
        Promise("verdict", "an", "reject"),
    ],
    ids=lambda promise: promise.step,
)
def test_a_step_the_server_said_yes_to_and_forgot_is_lost(promise: Promise) -> None:
    (finding,) = judge(evidence(promises=[promise]))
    assert (finding.kind, finding.of) == (Kind.LOST, promise.of)


def test_a_missing_number_among_the_facts_is_seen() -> None:
    facts = [row for row in GOOD["events"] if row["sequence"] != 3]
    assert judge(evidence(events=facts)) == [Finding(Kind.LOST, "event 3: the next one is 4")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("decision.made", {}),
        ("recording.finished", {"recording": "film"}),
        ("call.live", {"call": "talk"}),
    ],
)
def test_a_fact_told_twice_is_doubled(name: str, data: dict[str, str]) -> None:
    (finding,) = judge(evidence(events=[*GOOD["events"], event(7, name, **data)]))
    assert finding.kind is Kind.DOUBLED
    assert name in finding.what


@pytest.mark.parametrize(
    "doubled",
    [
        {"decisions": [*GOOD["decisions"], *GOOD["decisions"]]},
        {"tickets": [{"id": n, "application_id": "b", "state": "waiting"} for n in "12"]},
        {"applications": [{"id": "an", "stage": "decided", "version": 2}]},
    ],
    ids=lambda doubled: next(iter(doubled)),
)
def test_two_of_what_there_is_one_of_are_doubled(doubled: dict[str, Sequence[Row]]) -> None:
    assert [finding.kind for finding in judge(evidence(**doubled))] == [Kind.DOUBLED]


def test_the_crm_may_be_told_again_but_not_late_not_under_another_id_and_not_never() -> None:
    again = [*told(1, 2), *told(1, 4)]
    assert judge(evidence(deliveries=again)) == []
    late = judge(evidence(deliveries=told(2, 1, 4)))
    assert late == [Finding(Kind.LOST, "webhook 1 too late", "an")]
    renamed = judge(evidence(deliveries=[*told(1, 2, 4), *told(4, id="another")]))
    assert renamed == [Finding(Kind.DOUBLED, "webhook 4 under 2 ids")]
    silent = judge(evidence(deliveries=told(1, 2)))
    assert silent == [Finding(Kind.LOST, "webhook 4 never came")]


@pytest.mark.parametrize(
    ("stuck", "what"),
    [
        (with_one("calls", state="dropped"), "call dropped"),
        (with_one("desks", state="in_call"), "desk in_call"),
        (with_one("desks", state="ringing"), "desk ringing"),
        (with_one("applications", stage="waiting"), "waiting without a ticket"),
        (with_one("tickets", state="parked"), "a ticket at stage decided"),
        (with_one("applications", stage="in_call"), "in call without a call"),
        (with_one("movements", state="asked"), "movement asked"),
        (with_one("jobs", state="running"), "webhook.deliver running"),
        (with_one("jobs", state="dead"), "webhook.deliver dead"),
    ],
)
def test_whoever_waits_for_nothing_is_stuck(stuck: dict[str, Sequence[Row]], what: str) -> None:
    assert what in [f.what for f in judge(evidence(**stuck)) if f.kind is Kind.STUCK]


def test_an_agent_who_still_writes_the_verdict_holds_nobody_up() -> None:
    changed = with_one("applications", stage="in_call") | with_one("desks", state="wrap_up")
    assert judge(evidence(**changed)) == []


@pytest.mark.parametrize(
    "film",
    [
        Film(recording="film", pictures=3, sounds=3, until_ms=6_000, error="InvalidDataError"),
        Film(recording="film", pictures=0, sounds=0, until_ms=6_000),
    ],
    ids=["broken", "empty"],
)
def test_a_recording_that_does_not_play_is_seen(film: Film) -> None:
    kinds = {finding.kind for finding in judge(evidence(films={"film": film}))}
    assert kinds == {Kind.RECORDING}


def test_a_recording_that_was_never_finished_is_seen() -> None:
    (finding,) = judge(evidence(**with_one("recordings", state="finishing")))
    assert finding.what == "still finishing"


def test_a_call_without_a_recording_of_both_is_seen() -> None:
    assert judge(evidence(recordings=GOOD["recordings"][:1])) == [
        Finding(Kind.RECORDING, "nothing of the agent", "talk")
    ]


def test_a_recording_may_miss_one_second_before_the_crash_and_no_more() -> None:
    struck = [Struck(number=9, at=at(5.0), ends_recordings=True)]
    cut = Film(recording="film", pictures=30, sounds=90, until_ms=3_400)
    assert judge(evidence(films={"film": cut}, kills=struck)) == []
    (loss, _) = losses(evidence(films={"film": cut}, kills=struck))
    assert (loss.lost_ms, loss.kill) == (600, 9)
    short = Film(recording="film", pictures=30, sounds=90, until_ms=2_900)
    wrong = judge(evidence(films={"film": short}, kills=struck))
    assert {(f.what, f.kill) for f in wrong} == {("1100 ms missing at the end", 9)}


def test_a_kill_while_recordings_are_closed_is_what_cut_them_off() -> None:
    late = [Struck(number=9, at=at(7.5), ends_recordings=True)]
    (loss, _) = losses(evidence(kills=late))
    assert (loss.lost_ms, loss.kill) == (0, 9)
    (loss, _) = losses(evidence(kills=[Struck(number=9, at=at(9.5), ends_recordings=True)]))
    assert loss.kill == 0


def test_pictures_a_camera_never_gave_are_not_missed() -> None:
    """A busy machine's camera stands still: that is no fault of the recording."""
    early = {("talk", "customer"): [at(1.5), at(3.0)], ("talk", "agent"): [at(3.0)]}
    cut = Film(recording="film", pictures=2, sounds=90, until_ms=1_900)
    assert judge(evidence(films={"film": cut}, pictures=early)) == []


def test_what_outlives_the_server_is_left_over() -> None:
    found = judge(evidence(orphans=["42 ekyc.media.worker"], leftovers=["spool/a.webm"]))
    assert [(f.kind, f.what) for f in found] == [
        (Kind.LEFT_OVER, "process 42 ekyc.media.worker"),
        (Kind.LEFT_OVER, "file spool/a.webm"),
    ]


def test_a_finding_about_a_film_is_about_its_customer() -> None:
    assert owners_of(evidence()) == {"talk": "an", "film": "an", "left": "an"}
