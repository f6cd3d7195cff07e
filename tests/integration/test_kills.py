"""`ekyc bench kills` as somebody types it: a real server, real media, real kills."""

import json

import pytest
from typer.testing import CliRunner

from ekyc.cli import app

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@pytest.mark.parametrize("process", ["media", "machine"])
def test_whatever_is_killed_under_a_call_its_recordings_play_to_the_end(process: str) -> None:
    ran = CliRunner().invoke(
        app, ["bench", "kills", "--process", process, "--times", "2", "--json"]
    )
    assert ran.exit_code == 0, ran.output
    result = json.loads(ran.stdout.splitlines()[-1])
    assert (result["kills"], result["recordings"], result["playable"]) == (2, 4, 4)
    assert result["lost_ms"]["max"] < 1200
    assert result["answered_s"]["max"] > 0
    assert (result["served_s"] is None) is (process == "media")
    assert result["wrong"] == []
