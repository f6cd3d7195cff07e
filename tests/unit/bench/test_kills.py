"""What a run of kills tells: every recording plays, and how much each kill cost."""

from datetime import UTC, datetime

from ekyc.bench.kills import Blow, Result, table
from ekyc.bench.plan import Process


def a_blow(number: int, *, answered_s: float) -> Blow:
    return Blow(
        number=number,
        at=datetime(2026, 11, 22, 9, tzinfo=UTC),
        moment_s=1.0,
        answered_s=answered_s,
        connected_s=answered_s + 0.1,
        served_s=None,
    )


def test_a_run_tells_the_middle_the_bad_and_the_worst() -> None:
    blows = [a_blow(number, answered_s=number / 10) for number in range(1, 22)]
    result = Result(
        process=Process.MEDIA,
        seed=3,
        blows=blows,
        recordings=42,
        finished=42,
        playable=42,
        lost_ms=list(range(0, 420, 10)),
    )
    told = result.to_json()
    assert result.is_good
    assert told["kills"] == 21
    assert told["answered_s"] == {"p50": 1.1, "p95": 2.0, "max": 2.1}
    assert told["lost_ms"] == {"p50": 205, "p95": 389.5, "max": 410}
    assert told["served_s"] is None, "no server was killed"
    assert "finished: 42; played to the end: 42" in "\n".join(table(result))


def test_one_recording_that_does_not_play_spoils_the_run() -> None:
    result = Result(process=Process.WEB, seed=1, wrong=["kill 3, agent: Damaged"])
    assert not result.is_good
    assert table(result)[-1] == "kill 3, agent: Damaged"
