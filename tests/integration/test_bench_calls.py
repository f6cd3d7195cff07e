"""`ekyc bench calls` as somebody types it: real connections, a real worker, nothing timed."""

import json

import pytest
from typer.testing import CliRunner

from ekyc.cli import app


def test_whoever_measures_calls_learns_what_they_cost_and_what_was_kept() -> None:
    soak = ["--soak-minutes", "0.08", "--renew", "2"]
    ran = CliRunner().invoke(app, ["bench", "calls", "--calls", "2", *soak, "--json"])
    assert ran.exit_code == 0, ran.output
    result = json.loads(ran.stdout.splitlines()[-1])
    assert (result["calls"], result["runs"], result["ratio"]) == (2, 1, None)
    assert result["seconds"] == pytest.approx(4.8)
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
    grown = result["soak"]["ekyc"]
    assert grown["renewed"] >= 1, "calls ended and others began"
    assert len(grown["samples"]) >= 3
    assert grown["tasks"][0] > 1, "the worker counts its own"
    assert grown["handles"][2] > 10
    assert abs(grown["resident_growth"]) < 1


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (["--calls", "2", "--against", "naive"], "--calls 1"),
        (["--renew", "5", "--against", "janus"], "without --against"),
        (["--soak-minutes", "1", "--runs", "2"], "--runs 1"),
        (["--flood", "--renew", "5"], "stands alone"),
        (["--flood", "--calls", "1"], "--calls 2"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_words(asked: list[str], hint: str) -> None:
    ran = CliRunner().invoke(app, ["bench", "calls", *asked])
    assert ran.exit_code == 2
    assert hint in ran.output


@pytest.mark.long
def test_strangers_who_flood_one_call_neither_disturb_the_others_nor_keep_anybody_out() -> None:
    asked = ["--calls", "2", "--seconds", "5", "--flood", "--json"]
    ran = CliRunner().invoke(app, ["bench", "calls", *asked])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout.splitlines()[-1])["flood"]
    assert told["connected"] == told["handshakes"] > 0
    assert told["others"] > 0.9
    assert sum(told["datagrams_per_s"].values()) > 5_000
    assert told["refused"]["strangers"] > 10_000
