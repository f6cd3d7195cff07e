"""The bench of attacks: one through coder, packets, watcher, worker and rules, and its counts."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ekyc.bench.attacks.heads import Sitters
from ekyc.bench.attacks.measure import Options, Row, plans, report, table
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


def a_row(kind: Kind, *, number: int, **more: Any) -> Row:
    return Row(kind=kind.value, seed=5000, number=number, passed=True, told=False, **more)


def test_the_wrong_person_is_let_through_only_where_the_looks_say_nothing() -> None:
    rows = [
        a_row(Kind.SWAPPED, number=0, signals=["another-person"]),
        a_row(Kind.SWAPPED, number=1, signals=["too-dark"]),
        a_row(Kind.STRANGER, number=0, outcome="no-match"),
        a_row(Kind.STRANGER, number=1, outcome="refer"),
        a_row(Kind.GENUINE, number=0, outcome="match"),
    ]
    told = report(rows, Options(attacks=4, genuine=1, seed=5000))
    assert told["apcer"]["swapped"]["hit"] == 1
    assert told["apcer"]["stranger"]["hit"] == 0
    assert told["bpcer"]["hit"] == 0
    assert len([line for line in table(told) if line.startswith("| ")]) == 4


def test_honest_people_and_attacks_of_every_kind_come_by_turns() -> None:
    kinds = [each.kind for each in plans(Options(attacks=16, genuine=8, seed=5000))]
    assert len(kinds) == 24
    assert set(kinds[:12]) == set(Kind)
