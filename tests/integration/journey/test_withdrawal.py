"""The bank takes an application back: whatever its customer is doing comes to a proper end."""

import pytest

from ekyc.domain.application import Application, Stage
from ekyc.domain.call import CallState, EndReason
from ekyc.domain.desk import DeskState
from ekyc.domain.errors import NotAllowedNow, NotFound
from ekyc.domain.events import Actor
from ekyc.domain.queue import TicketState
from ekyc.journey.withdrawal import withdraw
from ekyc.storage import queue
from tests.builders import an_application, given
from tests.meeting import Scene

CRM = Actor(kind="crm", id="key")


async def withdrawn(scene: Scene, id: str = "first") -> Application:
    async with scene.store.begin() as tx:
        return await withdraw(tx, scene.clock, application_id=id, actor=CRM)


@pytest.mark.parametrize("stage", [Stage.OPENED, Stage.DOCUMENTED, Stage.CONFIRMED])
async def test_an_application_is_taken_back_at_any_step(scene: Scene, stage: Stage) -> None:
    await given(scene.store, an_application(stage=stage))
    assert (await withdrawn(scene)).stage is Stage.WITHDRAWN
    assert (await scene.application()).stage is Stage.WITHDRAWN
    assert await scene.facts() == ["application.moved"]


async def test_who_waits_leaves_the_line(scene: Scene) -> None:
    await scene.waits("first", "second")
    await withdrawn(scene)
    assert await scene.ticket_of() is None
    assert await scene.facts() == ["ticket.left", "application.moved"]
    await scene.agent("lan")
    assert await scene.match() == 1
    assert (await scene.call_of("second")).state is CallState.RINGING


async def test_a_ring_is_taken_back_and_its_desk_is_free_again(scene: Scene) -> None:
    ringing = await scene.rings()
    await withdrawn(scene)
    call = await scene.call_of()
    assert (call.state, call.end_reason) == (CallState.ENDED, EndReason.WITHDRAWN)
    assert (await scene.desk_of()).state is DeskState.AVAILABLE
    async with scene.store.read() as tx:
        assert (await queue.ticket(tx, ringing.ticket_id)).state is TicketState.LEFT
    assert (await scene.facts())[-2:] == ["ticket.left", "application.moved"]


async def test_a_conversation_ends_and_its_agent_wraps_up_without_a_verdict(scene: Scene) -> None:
    await scene.talk()
    await withdrawn(scene)
    call = await scene.call_of()
    assert (call.state, call.end_reason) == (CallState.ENDED, EndReason.WITHDRAWN)
    assert (await scene.desk_of()).state is DeskState.WRAP_UP
    assert (await scene.facts())[-2:] == ["call.ended", "application.moved"]
    scene.clock.pass_s(60)
    await scene.enters(call)
    await scene.chooses("lan", DeskState.AVAILABLE)


@pytest.mark.parametrize("stage", [Stage.DECIDED, Stage.CLOSED, Stage.WITHDRAWN, Stage.EXPIRED])
async def test_what_is_decided_or_over_stays_so(scene: Scene, stage: Stage) -> None:
    await given(scene.store, an_application(stage=stage))
    with pytest.raises(NotAllowedNow):
        await withdrawn(scene)
    assert await scene.facts() == []


async def test_what_never_was_cannot_be_taken_back(scene: Scene) -> None:
    with pytest.raises(NotFound):
        await withdrawn(scene, "nobody")
