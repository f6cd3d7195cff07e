"""Photographs asked for in a call: who may ask, what becomes of them, where they are kept."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ekyc.domain.errors import (
    EkycError,
    ImageUnreadable,
    NotAllowedNow,
    NotFound,
    TooManyStills,
)
from ekyc.domain.still import TILTS, Still, StillOf, StillState, View, is_tilted, passed
from ekyc.jobs.strays import sweep
from ekyc.journey import call as calling
from ekyc.journey import customer_file, kept_media, sealing, stills
from ekyc.storage import stills as kept
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from tests.fakes import ScriptedReader
from tests.meeting import Scene


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects(tmp_path / "objects")


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    return Ring.made(tmp_path / "seal.keys")


async def asked(scene: Scene, of: StillOf = StillOf.DOCUMENT, **more: Any) -> Still:
    values = {"staff_id": "lan", "application_id": "first", "of": of, "most": 20, **more}
    return await stills.ask(scene.store, scene.clock, **values)


async def open_one(scene: Scene, call_id: str) -> Still | None:
    async with scene.store.read() as tx:
        return await kept.open_one(tx, call_id)


async def judge(scene: Scene, still: Still, *, passed: bool, staff_id: str = "lan") -> None:
    await stills.judge(
        scene.store,
        scene.clock,
        staff_id=staff_id,
        application_id="first",
        still_id=still.id,
        passed=passed,
    )


async def state_of(scene: Scene, still: Still) -> StillState:
    async with scene.store.read() as tx:
        found = await kept.find(tx, still.id)
    assert found is not None
    return found.state


async def facts(scene: Scene) -> list[str]:
    return [name for name in await scene.facts() if name.startswith("still.")]


class Phone:
    """The customer's telephone, which sends pictures."""

    def __init__(self, scene: Scene, objects: Objects, ring: Ring) -> None:
        self._scene, self._tools = scene, (scene.store, scene.clock, objects, ring)

    async def sends(self, still: Still, *said: EkycError, of: str = "first") -> None:
        reader = ScriptedReader(*said)
        await stills.take(
            *self._tools, reader, application_id=of, still_id=still.id, image=b"a card"
        )


@pytest.fixture
def phone(scene: Scene, objects: Objects, ring: Ring) -> Phone:
    return Phone(scene, objects, ring)


def files(objects: Objects, scene: Scene) -> int:
    return len(objects.pictures(before=scene.clock.now().replace(year=2100)))


async def test_a_photograph_asked_for_in_the_call_is_kept_sealed_and_stands_in_the_file(
    scene: Scene, phone: Phone, objects: Objects, ring: Ring
) -> None:
    call = await scene.talk()
    still = await asked(scene)
    await phone.sends(still)
    await phone.sends(still)  # the answer was lost on the way
    async with scene.store.read() as tx:
        file = await customer_file.load(tx, "first")
        media = await kept_media.of_application(tx, "first")
    (taken,) = file.calls[0].stills
    assert (taken.state, taken.of, taken.call_id) == (StillState.TAKEN, StillOf.DOCUMENT, call.id)
    assert taken.ended_at == scene.clock.now()
    assert taken.original is not None
    of_crm = [(each.of, each.sha256) for each in media if each.kind == "still"]
    assert of_crm == [("document", taken.original_sha256)]
    assert await facts(scene) == ["still.asked", "still.taken"]
    assert b"a card" not in await asyncio.to_thread(objects.read, taken.original)
    owner = await sealing.known_key(scene.store, ring, "first")
    source = await asyncio.to_thread(objects.open, taken.original, owner=owner)
    assert source.read(0, 100) == b"a card"
    source.close()


async def test_a_customer_may_say_no_and_the_agent_is_told(scene: Scene, phone: Phone) -> None:
    await scene.talk()
    still = await asked(scene, StillOf.FACE)
    store, clock = scene.store, scene.clock
    await stills.decline(store, clock, application_id="first", still_id=still.id)
    assert await state_of(scene, still) is StillState.DECLINED
    assert await facts(scene) == ["still.asked", "still.declined"]
    with pytest.raises(NotAllowedNow):
        await stills.decline(store, clock, application_id="first", still_id=still.id)
    with pytest.raises(NotAllowedNow):
        await phone.sends(still)


async def test_the_newest_wish_counts_and_none_outlives_its_call(
    scene: Scene, phone: Phone, objects: Objects
) -> None:
    call = await scene.talk()
    first = await asked(scene)
    second = await asked(scene)
    with pytest.raises(NotAllowedNow):
        await phone.sends(first)
    await calling.hang_up(scene.store, scene.clock, staff_id="lan", call_id=call.id)
    assert [await state_of(scene, each) for each in (first, second)] == [StillState.LAPSED] * 2
    with pytest.raises(NotAllowedNow):
        await phone.sends(second)
    assert await asyncio.to_thread(files, objects, scene) == 0


async def test_a_picture_nobody_can_open_may_be_taken_again(
    scene: Scene, phone: Phone, objects: Objects
) -> None:
    await scene.talk()
    still = await asked(scene)
    with pytest.raises(ImageUnreadable):
        await phone.sends(still, ImageUnreadable())
    assert await state_of(scene, still) is StillState.ASKED
    await phone.sends(still)
    assert await asyncio.to_thread(files, objects, scene) == 1


async def test_nobody_sends_what_another_customer_is_asked_for(scene: Scene, phone: Phone) -> None:
    await scene.talk()
    still = await asked(scene)
    with pytest.raises(NotFound):
        await phone.sends(still, of="second")


async def test_nobody_is_asked_before_both_are_there(scene: Scene) -> None:
    await scene.answered()
    with pytest.raises(NotAllowedNow):
        await asked(scene)


async def test_only_the_agent_in_the_call_asks_and_not_without_end(scene: Scene) -> None:
    await scene.talk()
    with pytest.raises(NotFound):
        await asked(scene, staff_id="minh")
    with pytest.raises(NotFound):
        await asked(scene, application_id="second")
    await asked(scene, most=1)
    with pytest.raises(TooManyStills):
        await asked(scene, most=1)


async def test_the_document_is_photographed_in_one_tilt_after_another(
    scene: Scene, phone: Phone
) -> None:
    call = await scene.talk()
    views = (View.LEVEL, View.LEFT, View.AWAY)
    await asked(scene, views=views)
    for number, view in enumerate(views):
        still = await open_one(scene, call.id)
        assert still is not None
        assert (still.view, still.following) == (view, views[number + 1 :])
        scene.clock.pass_s(1)
        await phone.sends(still)
        await phone.sends(still)  # an answer was lost: the next is asked for once
    assert await open_one(scene, call.id) is None
    async with scene.store.read() as tx:
        every = await kept.of_call(tx, call.id)
        media = await kept_media.of_application(tx, "first")
    assert is_tilted(every, views)
    assert not is_tilted(every, [*views, View.NEAR])
    assert [each.variant for each in media if each.kind == "still"] == ["level", "left", "away"]
    assert await facts(scene) == ["still.asked", "still.taken"] * 3


async def test_whoever_declines_one_tilt_is_asked_for_no_other(scene: Scene) -> None:
    call = await scene.talk()
    still = await asked(scene, views=(View.LEVEL, View.LEFT))
    store, clock = scene.store, scene.clock
    await stills.decline(store, clock, application_id="first", still_id=still.id)
    assert await open_one(scene, call.id) is None


async def test_a_hand_before_the_face_is_judged_once_it_was_photographed(
    scene: Scene, phone: Phone
) -> None:
    call = await scene.talk()
    still = await asked(scene, StillOf.FACE, views=(View.HAND,))
    with pytest.raises(NotAllowedNow):
        await judge(scene, still, passed=True)
    await phone.sends(still)
    await judge(scene, still, passed=False)
    await judge(scene, still, passed=True)
    async with scene.store.read() as tx:
        assert passed(await kept.of_call(tx, call.id)) == {View.HAND}
    assert await facts(scene) == ["still.asked", "still.taken", "still.failed", "still.passed"]


async def test_nobody_judges_a_plain_photograph_or_anothers_call(
    scene: Scene, phone: Phone
) -> None:
    await scene.talk()
    still = await asked(scene)
    await phone.sends(still)
    with pytest.raises(NotAllowedNow):
        await judge(scene, still, passed=True)
    with pytest.raises(NotFound):
        await judge(scene, still, passed=True, staff_id="minh")


async def test_a_whole_tilt_has_to_fit_into_what_a_call_allows(scene: Scene) -> None:
    await scene.talk()
    with pytest.raises(TooManyStills):
        await asked(scene, views=TILTS, most=len(TILTS) - 1)
    await asked(scene, views=TILTS, most=len(TILTS))


async def test_a_still_is_no_stray_picture(scene: Scene, phone: Phone, objects: Objects) -> None:
    await scene.talk()
    await phone.sends(await asked(scene))
    scene.clock.pass_s(10**9)
    assert await sweep(scene.store, scene.clock, objects, settle_s=0) == 0
    assert await asyncio.to_thread(files, objects, scene) == 1
