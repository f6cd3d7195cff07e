"""Every fact the CRM may be told has the shape that is promised, told by the acts themselves."""

import pytest
from jsonschema import Draft202012Validator

from ekyc.domain.application import Stage
from ekyc.domain.call import Party
from ekyc.domain.catalogue import CATALOGUE, schema
from ekyc.domain.decision import Verdict
from ekyc.domain.events import SYSTEM
from ekyc.domain.room import PartyConnected, PartyDropped, RoomLive
from ekyc.journey import apply, decision, desk, lapse, queue, room, webhooks
from ekyc.journey import call as calling
from ekyc.storage import applications
from tests.builders import an_application, given
from tests.meeting import GOOD_TEST, Scene

RECORDED = "recording.finished"  # needs a file: tests/integration/jobs/test_recordings.py


async def _opens(scene: Scene) -> str:
    request = apply.Request(
        external_id="T24",
        phone="0900000318",
        phone_source="crm",
        phone_as_of="2026-11-20",
        name="CANARY",
        language="vi",
        product="",
    )
    async with scene.store.begin() as tx:
        opened = await apply.open_application(
            tx,
            scene.clock,
            request,
            actor=SYSTEM,
            region="VN",
            zone="Asia/Ho_Chi_Minh",
            link_hours=1,
        )
    token = opened.link_token
    await apply.open_session(scene.store, scene.clock, link_token=token, hours=1)
    return opened.application.id


async def _talks(scene: Scene) -> str:
    """From the device test to the verdict, with a line that drops once."""
    store, clock = scene.store, scene.clock
    await given(store, an_application())
    await queue.note_devices(store, clock, application_id="first", test=GOOD_TEST)
    await queue.call_now(store, clock, scene.queue, application_id="first")
    await scene.agent("lan")
    await scene.match()
    call = await scene.call_of()
    await desk.accept(store, clock, staff_id="lan", call_id=call.id)
    for event in (
        PartyConnected(room=call.id, party="customer", at=clock.now()),
        PartyConnected(room=call.id, party="agent", at=clock.now()),
        RoomLive(room=call.id, at=clock.now()),
        PartyDropped(room=call.id, party=Party.CUSTOMER.value, at=clock.now()),
        PartyConnected(room=call.id, party="customer", at=clock.now()),
    ):
        await room.hear(store, clock, event)
    await calling.hang_up(store, clock, staff_id="lan", call_id=call.id)
    await decision.decide(
        store,
        clock,
        application_id="first",
        verdict=Verdict.REJECT,
        reasons=["not-free"],
        note="CANARY",
        staff_id="lan",
    )
    return "first"


async def _breaks_off(scene: Scene) -> str:
    """Nothing is left of somebody who never came back."""
    await given(scene.store, an_application("gone", stage=Stage.EXPIRED))
    assert await lapse.delete(scene.store, scene.clock, after_days=0, limit=9) == 1
    return "gone"


@pytest.fixture
async def bodies(scene: Scene) -> list[dict[str, object]]:
    """What the CRM would be told of three customers."""
    told: list[dict[str, object]] = []
    for id in (await _opens(scene), await _talks(scene), await _breaks_off(scene)):
        async with scene.store.read() as tx:
            facts = await applications.events(tx, id)
        promised = [fact["sequence"] for fact in facts if fact["name"] in CATALOGUE]
        told += [(await webhooks.message(scene.store, number))[1] for number in promised]
    return told


async def test_every_event_comes_in_the_shape_its_schema_promises(
    bodies: list[dict[str, object]],
) -> None:
    assert {body["type"] for body in bodies} == CATALOGUE.keys() - {RECORDED}
    for body in bodies:
        Draft202012Validator(schema(str(body["type"]))).validate(body)
    assert "CANARY" not in str(bodies)
