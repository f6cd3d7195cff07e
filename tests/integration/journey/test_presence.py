"""What an agent asks of a face in a call beside turns of the head, and what the file keeps."""

import pytest

from ekyc.domain.call import Call, Movement, MovementState
from ekyc.domain.errors import NotAllowedNow, NotFound
from ekyc.domain.room import MovementEnded
from ekyc.journey import call as calling
from ekyc.journey import room
from ekyc.storage import calls
from tests.fakes import ScriptedMedia
from tests.meeting import Scene


async def ask(scene: Scene, media: ScriptedMedia, direction: str) -> Movement:
    return await calling.ask_movement(
        scene.store,
        scene.clock,
        media,
        staff_id="lan",
        application_id="first",
        direction=direction,
    )


async def hears(scene: Scene, movement: Movement, *, passed: bool, who: str = "lan") -> Movement:
    return await calling.judge_number(
        scene.store,
        scene.clock,
        staff_id=who,
        application_id="first",
        movement_id=movement.id,
        passed=passed,
    )


async def kept(scene: Scene, call: Call) -> list[Movement]:
    async with scene.store.read() as tx:
        return list(await calls.movements(tx, call.id))


async def test_a_smile_is_kept_with_how_far_it_rose_and_what_was_needed(scene: Scene) -> None:
    call, media = await scene.talk(), ScriptedMedia()
    asked = await ask(scene, media, "smile")
    ended = MovementEnded(
        room=call.id,
        movement=asked.id,
        direction="smile",
        passed=True,
        reason=None,
        peak_deg=None,
        planarity=None,
        seconds=2.0,
        limits_version="2026-11.4",
        series=((0.0, 1.0, 2.0, None, 0.1), (0.1, 1.0, 2.0, None, 0.62)),
        peak=0.62,
        threshold=0.35,
    )
    await room.hear(scene.store, scene.clock, ended)
    (smile,) = await kept(scene, call)
    assert (smile.state, smile.peak, smile.threshold) == (MovementState.PASSED, 0.62, 0.35)
    assert (smile.peak_deg, smile.series[1][4]) == (None, 0.62)


@pytest.mark.parametrize("passed", [True, False])
async def test_the_agent_judges_a_number_nobody_could_know(scene: Scene, passed: bool) -> None:
    call, media = await scene.talk(), ScriptedMedia()
    asked = await ask(scene, media, "number")
    assert asked.number is not None
    assert (len(asked.number), asked.number.isdigit()) == (4, True)
    assert media.asked == [(call.id, "", "")], "nothing is measured"
    scene.clock.pass_s(4)
    await hears(scene, asked, passed=passed)
    (number,) = await kept(scene, call)
    assert number.number == asked.number
    assert number.state is (MovementState.PASSED if passed else MovementState.FAILED)
    assert number.reason == (None if passed else "not-heard")
    assert number.seconds == 4.0
    assert (await scene.facts())[-1] == ("movement.passed" if passed else "movement.failed")
    with pytest.raises(NotAllowedNow):
        await hears(scene, asked, passed=not passed)


async def test_only_what_was_said_is_judged_and_only_by_the_agent_of_the_call(
    scene: Scene,
) -> None:
    await scene.talk()
    turn = await ask(scene, ScriptedMedia(), "left")
    for who in ("lan", "minh"):
        with pytest.raises(NotFound):
            await hears(scene, turn, passed=True, who=who)
