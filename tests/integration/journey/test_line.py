"""The line's figures reach the file: in groups, once, and never at the cost of the call."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from ekyc.domain.call import BOTH
from ekyc.journey.line import Figures
from ekyc.storage import applications, lapsed, lines, schema
from tests.branch import a_second
from tests.meeting import Scene


async def kept(scene: Scene, call_id: str) -> dict[str, list[int]]:
    async with scene.store.read() as tx:
        found = await lines.of_call(tx, call_id)
    return {party.value: [one.second for one in series] for party, series in found.items()}


async def hears(figures: Figures, scene: Scene, call_id: str, *seconds: int) -> None:
    for second in seconds:
        at = scene.clock.now() + timedelta(seconds=second + 0.5)
        for party in BOTH:
            await figures.hear(a_second(call_id, party=party.value, at=at))


async def test_a_call_has_a_figure_for_every_second_of_both(scene: Scene) -> None:
    call = await scene.talk()
    figures = Figures(scene.store, every_s=4, longest_s=3600)
    await hears(figures, scene, call.id, *range(9))
    written = await kept(scene, call.id)
    assert written["customer"] == list(range(9)), "all that was due"
    await figures.finish(call.id)
    assert await kept(scene, call.id) == {"customer": list(range(9)), "agent": list(range(9))}


async def test_another_server_goes_on_where_the_first_was_killed(scene: Scene) -> None:
    call = await scene.talk()
    await hears(Figures(scene.store, every_s=3, longest_s=3600), scene, call.id, *range(5))
    after = Figures(scene.store, every_s=3, longest_s=3600)
    await hears(after, scene, call.id, *range(7, 12))
    await after.finish(call.id)
    assert (await kept(scene, call.id))["agent"] == [0, 1, 2, *range(7, 12)]


async def test_a_disk_without_room_costs_no_call_and_what_is_remembered_comes_later(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = await scene.talk()
    figures = Figures(scene.store, every_s=3, longest_s=3600)

    async def full(*_: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(lines, "add", full)
        await hears(figures, scene, call.id, *range(5))
    assert await kept(scene, call.id) == {"customer": [], "agent": []}
    await hears(figures, scene, call.id, *range(5, 9))
    await figures.finish(call.id)
    assert (await kept(scene, call.id))["customer"] == list(range(9))


async def test_an_hour_of_it_is_small_and_goes_with_the_file(scene: Scene) -> None:
    call = await scene.talk()
    figures = Figures(scene.store, every_s=300, longest_s=3600)
    await hears(figures, scene, call.id, *range(3700))
    await figures.finish(call.id)
    assert [len(series) for series in (await kept(scene, call.id)).values()] == [3600, 3600]
    async with scene.store.begin() as tx:
        await applications.load(tx, "first")
        await lapsed.empty(tx, "first", now=scene.clock.now())
        query = sa.select(sa.func.count()).select_from(schema.lines)
        assert (await tx.connection.execute(query)).scalar_one() == 0
