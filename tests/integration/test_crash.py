"""Processes of a real server die under real journeys; the same harness as `ekyc bench crash`."""

import sys
from pathlib import Path

import pytest

from ekyc.bench.crash import Options, crash
from ekyc.bench.judge import Kind
from ekyc.bench.plan import Moment, Process
from ekyc.bench.result import report
from ekyc.bench.say import Say

pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]

FACES = Path(__file__).parents[1] / ".cache" / "faces"

FORGETFUL = """
from ekyc.storage import jobs

async def nothing(*_: object, **__: object) -> None: ...

jobs.resume = nothing
from ekyc.cli import main
main()
"""
"""The whole server, but for one guard: work that was running in a crash is not taken up again."""


async def test_whatever_process_dies_everybody_goes_on_and_nothing_is_lost(tmp_path: Path) -> None:
    options = Options(
        kills=len(Process),
        seed=4,
        processes=list(Process),
        moments=(Moment.READING, Moment.QUEUE, Moment.CALL),
        folder=tmp_path,
        cache=FACES,
        customers=2,
    )
    result = await crash(options, Say())
    assert result.is_good, "\n".join(report([result]))
    assert [
        blow.kill.process for blow in sorted(result.blows, key=lambda b: b.kill.number)
    ] == list(Process)
    assert all(journey.verdict for journey in result.journeys)
    assert result.recordings >= 2


async def test_the_judge_sees_work_that_nobody_takes_up_again(tmp_path: Path) -> None:
    options = Options(
        kills=1,
        seed=1,
        processes=[Process.WEB],
        moments=(Moment.WEBHOOK,),
        folder=tmp_path,
        cache=FACES,
        customers=1,
        patience_s=8.0,
        settles_s=5.0,
        command=[sys.executable, "-c", FORGETFUL, "serve", "--demo"],
    )
    result = await crash(options, Say())
    wrong = [(finding.kind, finding.what) for finding in result.findings]
    assert (Kind.STUCK, "webhook.deliver running") in wrong
