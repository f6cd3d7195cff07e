"""What an agent asks of a face in a call beside turns of the head, and what the file keeps."""

from collections.abc import Mapping
from typing import Any
from unittest.mock import ANY

import pytest

from ekyc.domain.call import Call, Movement, MovementState
from ekyc.domain.errors import NotAllowedNow, NotFound
from ekyc.domain.movement import Direction
from ekyc.domain.room import MovementEnded
from ekyc.domain.sequence import STANDARD, Drawing, SequenceState, Want, commitment, drawn
from ekyc.journey import call as calling
from ekyc.journey import decision, room, sequence
from ekyc.storage import applications, calls
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
        limits_version="2026-11.6",
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


async def draw(scene: Scene, media: ScriptedMedia, **more: Any) -> Drawing:
    values = {"standard": STANDARD, "steps": 4, "staff_id": "lan", "application_id": "first"}
    return await sequence.begin(scene.store, scene.clock, media, **{**values, **more})


async def made(scene: Scene, media: ScriptedMedia, *, reason: str | None = None) -> Drawing | None:
    """The movement asked last was measured."""
    call, movement, direction = media.asked[-1]
    ended = MovementEnded(
        room=call,
        movement=movement,
        direction=direction,
        passed=reason is None,
        reason=reason,
        peak_deg=25.0,
        planarity=0.2,
        seconds=3.0,
        limits_version="2026-11.6",
        series=(),
        peak=25.0,
        threshold=20.0,
    )
    await room.hear(scene.store, scene.clock, ended)
    scene.clock.pass_s(3)
    return await sequence.go_on(scene.store, scene.clock, media, ended)


async def told(scene: Scene, name: str) -> list[Mapping[str, Any]]:
    async with scene.store.read() as tx:
        return [e["data"] for e in await applications.events(tx, "first") if e["name"] == name]


async def test_a_sequence_is_committed_to_asked_step_by_step_and_revealed(scene: Scene) -> None:
    call, media = await scene.talk(), ScriptedMedia()
    drawing = await draw(scene, media)
    (committed,) = await told(scene, "sequence.committed")
    facts = await scene.facts()
    assert facts.index("sequence.committed") < facts.index("movement.asked")
    after: Drawing | None = None
    for _ in range(4):
        assert await told(scene, "sequence.revealed") == []
        after = await made(scene, media)
    assert after is not None
    assert after.state is SequenceState.PASSED
    (revealed,) = await told(scene, "sequence.revealed")
    seed = str(revealed["seed"])
    asked = [Direction(direction) for _, _, direction in media.asked]
    assert tuple(asked) == drawn(seed, STANDARD, 4)
    assert committed["commitment"] == commitment(
        seed, application_id="first", sequence_id=drawing.id
    )
    assert {m.sequence_id for m in await kept(scene, call)} == {drawing.id}
    assert await made(scene, media) is None, "it is over"


async def test_a_failed_step_ends_the_sequence_and_an_unsuitable_one_does_not(
    scene: Scene,
) -> None:
    await scene.talk()
    media = ScriptedMedia()
    drawing = await draw(scene, media, standard=(Direction.SMILE, Direction.UP, Direction.DOWN))
    first = media.asked[-1][2]
    after = await made(scene, media, reason="unsuitable")
    assert after is not None
    assert (after.id, after.state) == (drawing.id, SequenceState.RUNNING)
    assert media.asked[-1][2] != first
    after = await made(scene, media, reason="timeout")
    assert after is not None
    assert after.state is SequenceState.FAILED
    assert [data["passed"] for data in await told(scene, "sequence.revealed")] == [False]


async def test_whatever_breaks_a_sequence_off_reveals_its_seed(scene: Scene) -> None:
    await scene.talk()
    media = ScriptedMedia()
    await draw(scene, media)
    await ask(scene, media, "left")
    await draw(scene, media)
    await draw(scene, media)
    await calling.end_all(scene.store, scene.clock)
    assert len(await told(scene, "sequence.revealed")) == 3


async def test_a_customer_who_cannot_turn_is_asked_for_something_else(scene: Scene) -> None:
    await scene.talk()
    media = ScriptedMedia()
    await choose(scene, Want.NO_TURNING)
    await choose(scene, Want.NO_TURNING)  # chosen once is enough
    assert await told(scene, "equivalent.chosen") == [{"call": ANY, "want": "no-turning"}]
    assert await lacks(scene) == {"eyes", "smile", "closer", "number"}
    drawing = await draw(scene, media)
    assert drawing.pool == ("eyes", "smile", "closer")
    for _ in range(4):
        await made(scene, media)
    assert await lacks(scene) == {"number"}
    number = await ask(scene, media, "number")
    await hears(scene, number, passed=True)
    assert await lacks(scene) == set()
    await choose(scene, None)
    assert await lacks(scene) == {"left", "right", "up", "down"}


async def test_one_movement_alone_is_no_sequence(scene: Scene) -> None:
    await scene.talk()
    await choose(scene, Want.NO_MOVING)
    with pytest.raises(NotAllowedNow):
        await draw(scene, ScriptedMedia())
    with pytest.raises(NotFound):
        await draw(scene, ScriptedMedia(), staff_id="minh")


async def choose(scene: Scene, want: Want | None) -> None:
    await sequence.choose_equivalent(
        scene.store, scene.clock, staff_id="lan", application_id="first", want=want
    )


async def lacks(scene: Scene) -> set[str]:
    """Movements an approval still needs."""
    async with scene.store.read() as tx:
        application = await applications.load(tx, "first")
        codes = await decision.approve_missing(tx, application, scene.asks, staff_id="lan")
    return {c.removeprefix("movement-") for c in codes if c.startswith("movement-")}
