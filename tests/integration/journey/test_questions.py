"""Questions asked aloud in a call: who may ask, what is kept, and what never is."""

import json
from typing import Any

import pytest

from ekyc.domain.errors import NotAllowedNow, NotFound, TooManyQuestions
from ekyc.domain.question import PURPOSE, Question, QuestionState, Round, answers, drawn
from ekyc.journey import questions
from ekyc.storage import applications, documents
from ekyc.storage import questions as kept
from ekyc.storage.documents import Edit
from tests.meeting import Scene

FORM = {
    "birth_date": "1999-08-12",
    "residence": "12 Phố Mẫu, Phường Thử, TP. Ví Dụ",
    "issue_date": "2021-05-22",
}


async def a_talk(scene: Scene) -> None:
    """A live call with somebody whose form says three things to ask for."""
    await scene.talk()
    changes = {name: Edit(before="", after=value, source=None) for name, value in FORM.items()}
    async with scene.store.begin() as tx:
        now = scene.clock.now()
        await documents.set_typed(tx, "first", changes, actor="customer:", now=now)


async def draw(scene: Scene, **more: Any) -> Round:
    values = {"staff_id": "lan", "application_id": "first", **more}
    return await questions.draw(scene.store, scene.clock, questions.limits(scene.call), **values)


async def judge(scene: Scene, question: Question, *, passed: bool = True, **more: Any) -> None:
    values = {"staff_id": "lan", "application_id": "first", **more}
    await questions.judge(
        scene.store, scene.clock, question_id=question.id, passed=passed, **values
    )


async def asked(scene: Scene, made: Round) -> list[Question]:
    async with scene.store.read() as tx:
        every = await kept.of_call(tx, made.call_id)
    return [one for one in every if one.round_id == made.id]


async def test_a_round_is_drawn_from_the_file_and_its_seed_says_so(scene: Scene) -> None:
    await a_talk(scene)
    made = await draw(scene)
    topics = tuple(one.topic for one in await asked(scene, made))
    assert len(set(topics) & set(PURPOSE)) == scene.call.purpose_questions
    assert topics == drawn(made.seed, answers("other", FORM), of_file=3, of_purpose=2)


async def test_questions_are_judged_one_after_another_and_once(scene: Scene) -> None:
    await a_talk(scene)
    first, second, *_ = await asked(scene, await draw(scene))
    with pytest.raises(NotAllowedNow):
        await judge(scene, second)
    await judge(scene, first, passed=False)
    with pytest.raises(NotAllowedNow):
        await judge(scene, first)
    await judge(scene, second)
    names = [name for name in await scene.facts() if name.startswith("question")]
    assert names == ["questions.drawn", "question.failed", "question.passed"]


async def test_a_new_round_takes_the_place_of_one_that_was_not_ended(scene: Scene) -> None:
    await a_talk(scene)
    before = await draw(scene)
    scene.clock.pass_s(1)
    made = await draw(scene)
    (old, *_), (new, *_) = await asked(scene, before), await asked(scene, made)
    with pytest.raises(NotAllowedNow):
        await judge(scene, old)
    await judge(scene, new)
    assert (await asked(scene, before))[0].state is QuestionState.OPEN


async def test_no_answer_is_in_any_fact(scene: Scene) -> None:
    await a_talk(scene)
    for one in await asked(scene, await draw(scene)):
        await judge(scene, one)
    async with scene.store.read() as tx:
        rows = await applications.events(tx, "first")
    told = json.dumps([row["data"] for row in rows if row["name"].startswith("question")])
    for answer in ("1999", "2021", "Ví Dụ", "Phường Thử", "cat"):
        assert answer not in told


async def test_only_the_agent_in_the_call_asks_and_not_without_end(scene: Scene) -> None:
    await a_talk(scene)
    with pytest.raises(NotFound):
        await draw(scene, staff_id="minh")
    with pytest.raises(NotFound):
        await draw(scene, application_id="second")
    made = await draw(scene)
    with pytest.raises(NotFound):
        await judge(scene, (await asked(scene, made))[0], staff_id="minh")
    for _ in range(scene.call.question_rounds_max - 1):
        await draw(scene)
    with pytest.raises(TooManyQuestions):
        await draw(scene)


async def test_nobody_is_asked_before_both_are_there(scene: Scene) -> None:
    await scene.answered()
    with pytest.raises(NotAllowedNow):
        await draw(scene)
