"""`ekyc bench calls` as somebody types it: real connections, a real worker, nothing timed."""

import json

from typer.testing import CliRunner

from ekyc.cli import app


def test_whoever_measures_calls_learns_what_they_cost_and_what_was_kept() -> None:
    ran = CliRunner().invoke(app, ["bench", "calls", "--calls", "2", "--seconds", "3", "--json"])
    assert ran.exit_code == 0, ran.output
    result = json.loads(ran.stdout.splitlines()[-1])
    assert (result["calls"], result["runs"], result["ratio"]) == (2, 1, None)
    cost = result["subjects"]["ekyc"]
    assert cost["cpu_ms_per_call_s"] > 0
    assert cost["load_cpu_ms_per_call_s"] > 0
    assert cost["memory_mb_per_call"] > 0
    assert 0 < cost["latency_ms"]["p50"] <= cost["latency_ms"]["p95"]
    assert cost["delivered"] > 0.9
    assert cost["pictures_sent"] > 100
    assert cost["pictures_recorded"] > 0.9 * cost["pictures_sent"]
    assert cost["recorded_mb"] > 1
    assert result["each_run"] == [{"ekyc": cost}]


def test_the_naive_server_is_given_one_call_only() -> None:
    ran = CliRunner().invoke(app, ["bench", "calls", "--calls", "2", "--against", "naive"])
    assert ran.exit_code == 2
    assert "--calls 1" in ran.output
