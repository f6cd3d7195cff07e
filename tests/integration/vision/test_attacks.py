"""One attack of the bench through coder, packets, watcher, worker and rules."""

import asyncio
from pathlib import Path

import pytest

from ekyc.bench.attacks.heads import Sitters
from ekyc.bench.attacks.path import Call
from ekyc.bench.attacks.plans import Kind, plan
from ekyc.domain.movement import Reason
from ekyc.settings import Vision
from ekyc.vision.pose_server import PoseServer


@pytest.mark.slow
async def test_a_drawn_head_that_turns_elsewhere_is_refused_at_once(tmp_path: Path) -> None:
    server = PoseServer(Vision(), tmp_path / "pose.sock")
    await server.start()
    try:
        each = plan(Kind.WRONG_ORDER, seed=1, number=0)
        sitters = await asyncio.to_thread(Sitters)
        run = await Call(each, sitters, tmp_path / "pose.sock").run()
    finally:
        await server.close()
    assert not run.passed
    assert [step.reason for step in run.steps] == [Reason.WRONG_DIRECTION]
    assert run.steps[0].poses > 8
    assert run.looks >= 1
