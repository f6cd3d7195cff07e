"""A person's help, once photographs failed in a row; nothing that is there gets lost."""

import pytest

from ekyc.domain.application import Stage
from ekyc.domain.document import FaultCode, Side
from ekyc.domain.errors import NotAllowedNow
from ekyc.domain.help import Way
from ekyc.journey import help
from ekyc.storage.store import Store
from tests.builders import a_side
from tests.fakes import FakeClock
from tests.integration.journey.test_documents import (
    BACK,
    FRONT,
    Camera,
    camera,
    facts,
    loaded,
    objects,
    ring,
    taken,
    with_a_card,
)

__all__ = ["camera", "objects", "ring"]


async def ask(store: Store, clock: FakeClock, way: Way) -> None:
    await help.ask(store, clock, application_id="first", way=way, enough=3)


async def tries(camera: Camera, clock: FakeClock, side: Side, *faults: FaultCode) -> None:
    """One picture, some seconds after the last."""
    clock.pass_s(5)
    await camera.takes(side, a_side(side, *faults))


async def test_after_three_failures_a_customer_calls_without_a_good_photograph(
    store: Store, clock: FakeClock, camera: Camera
) -> None:
    await with_a_card(store)
    await tries(camera, clock, FRONT)
    for fault in (FaultCode.GLARE, FaultCode.BLUR):
        await tries(camera, clock, BACK, fault)
        with pytest.raises(NotAllowedNow):
            await ask(store, clock, Way.CALL)
    await tries(camera, clock, BACK, FaultCode.BLUR)
    await ask(store, clock, Way.CALL)
    assert (await loaded(store)).stage is Stage.DOCUMENTED
    told = {"way": "call", "failed": 3, "kind": "cccd-2021"}
    assert ("help.asked", told) in await facts(store)
    assert [each.state for each in await taken(store)] == ["accepted", *["refused"] * 3]
    async with store.read() as tx:
        assert await help.asked(tx, "first") == "call"


async def test_a_good_picture_begins_the_count_anew(
    store: Store, clock: FakeClock, camera: Camera
) -> None:
    await with_a_card(store)
    for _ in range(2):
        await tries(camera, clock, FRONT, FaultCode.BLUR)
    await tries(camera, clock, FRONT)
    await tries(camera, clock, BACK, FaultCode.BLUR)
    with pytest.raises(NotAllowedNow):
        await ask(store, clock, Way.TYPE)
    async with store.read() as tx:
        assert (await help.failures(tx, "first"), await help.asked(tx, "first")) == (1, None)
