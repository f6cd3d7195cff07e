"""The report of a crash run: each kill in its cell, faults and a busy machine kept apart."""

from dataclasses import replace
from datetime import UTC, datetime

from ekyc.bench.judge import Finding, Kind, Loss
from ekyc.bench.plan import Kill, Moment, Process
from ekyc.bench.result import Blow, Journey, Result, outcomes, report, table

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def blow(number: int, process: Process, moment: Moment, *journeys: int, hit: bool = True) -> Blow:
    kill = Kill(number=number, process=process, moment=moment, delay_s=0.1)
    return Blow(kill=kill, at=NOON, hit=hit, killed=1, journeys=list(journeys))


def a_run() -> Result:
    """Three kills: the first customer went on, the second met a fault, the third gave up."""
    return Result(
        seed=5,
        blows=[
            blow(1, Process.WEB, Moment.CALL, 1, 3),
            blow(2, Process.WEB, Moment.CALL, 1, 2, 3),
            blow(3, Process.MEDIA, Moment.QUEUE, 3, hit=False),
        ],
        journeys=[
            Journey(number=1, application="an", verdict="approve"),
            Journey(number=2, application="ba", verdict="reject"),
            Journey(number=3, application="chi"),
        ],
        findings=[Finding(Kind.LOST, "code", "ba")],
        losses=[Loss(recording="film", lost_ms=250, kill=1)],
        exit_code=0,
    )


def test_a_kill_is_blamed_for_the_faults_of_those_who_were_under_way() -> None:
    assert outcomes(a_run()) == {1: "went on", 2: "fault", 3: "gave up"}


def test_a_kill_that_is_known_to_have_done_it_is_blamed_alone() -> None:
    known = replace(a_run(), findings=[Finding(Kind.RECORDING, "1200 ms missing", "an", kill=1)])
    assert outcomes(known) == {1: "fault", 2: "went on", 3: "gave up"}


def test_the_table_counts_kills_by_moment_and_process() -> None:
    lines = table([a_run()])
    assert "| call | 2, 1 fault | – | – | – |" in lines
    assert "| queue | – | 1, 1 gave up, 1 missed | – | – |" in lines
    assert lines[-1] == "| all | 2, 1 fault | 1, 1 gave up, 1 missed | – | – |"


def test_the_report_names_every_fault_and_the_cost_of_a_crash() -> None:
    told = report([a_run()])
    assert "seed 5: lost: code ba" in told
    assert "missing at a cut: median 250 ms, most 250 ms" in told
    assert not a_run().is_good


def test_the_raw_figures_are_plain() -> None:
    plain = a_run().to_json()
    assert plain["blows"][0]["at"] == NOON.isoformat()
    assert plain["findings"] == [{"kind": "lost", "what": "code", "of": "ba", "kill": 0}]
