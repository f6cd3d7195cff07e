"""The code in the call: asked for by its agent, typed back by its customer, good in it alone."""

from typing import Any

import pytest

from ekyc.domain.code import CodeState
from ekyc.domain.decision import Need
from ekyc.domain.errors import CodeExpired, CodeTooSoon, CodeWrong, NotAllowedNow, NotFound
from ekyc.domain.events import Actor
from ekyc.domain.message import Channel
from ekyc.domain.phone import Provenance
from ekyc.journey import codes, decision, finish, phones
from ekyc.journey.messages import Post
from ekyc.settings import Call, Codes
from ekyc.storage import applications
from ekyc.storage import codes as kept
from tests.fakes import Messages
from tests.meeting import Scene

SECRET = b"s" * 32


@pytest.fixture
def messages() -> Messages:
    return Messages()


async def ask(scene: Scene, messages: Messages, **more: Any) -> None:
    post = Post(sender=messages, secret=SECRET, limits=codes.limits(Codes()), block_digits=4)
    values = {"staff_id": "lan", "application_id": "first", **more}
    word = lambda code, whose, channel: code  # noqa: E731 - what a provider would be handed
    await finish.ask(scene.store, scene.clock, post, word, **values)


async def give(scene: Scene, digits: str) -> None:
    await finish.confirm(
        scene.store, scene.clock, application_id="first", secret=SECRET, digits=digits
    )


async def _told(scene: Scene) -> list[tuple[str, str]]:
    async with scene.store.read() as tx:
        rows = await applications.events(tx, "first")
    return [(row["name"], row["actor"]) for row in rows if row["name"].startswith("code.")]


async def _lacks_the_code(scene: Scene) -> bool:
    asks = decision.rules_of(Call(approval_needs=["code"]))
    async with scene.store.read() as tx:
        application = await applications.load(tx, "first")
        missing = await decision.approve_missing(tx, application, asks, staff_id="lan")
    return Need.CODE.value in missing


async def test_the_code_of_the_call_is_typed_back_and_counts_for_an_approval(
    scene: Scene, messages: Messages
) -> None:
    call = await scene.talk()
    assert await _lacks_the_code(scene)
    await ask(scene, messages)
    assert messages.channels == [Channel.SMS]
    with pytest.raises(CodeWrong):
        await give(scene, f"{(int(messages.last_code) + 1) % 10**6:06d}")
    assert await _lacks_the_code(scene)
    await give(scene, messages.last_code)
    assert not await _lacks_the_code(scene)
    async with scene.store.read() as tx:
        found = await kept.of_call(tx, call.id)
    assert found is not None
    assert found.state is CodeState.USED
    assert await _told(scene) == [
        ("code.sent", "staff:lan"),
        ("code.refused", "customer"),
        ("code.confirmed", "customer"),
    ]
    with pytest.raises(NotAllowedNow):  # one is enough
        await ask(scene, messages)


async def test_another_code_is_written_too_since_the_camera_is_on(
    scene: Scene, messages: Messages
) -> None:
    await scene.talk()
    await ask(scene, messages)
    with pytest.raises(CodeTooSoon):
        await ask(scene, messages)
    first = messages.last_code
    scene.clock.pass_s(30)
    await ask(scene, messages)
    assert messages.channels == [Channel.SMS, Channel.SMS]
    if first != messages.last_code:
        with pytest.raises(CodeWrong):
            await give(scene, first)
    await give(scene, messages.last_code)


async def test_another_number_ends_the_code_the_former_one_got(
    scene: Scene, messages: Messages
) -> None:
    await scene.talk()
    await ask(scene, messages)
    given = phones.Registration(
        number="+84900000999",
        source=Provenance.DIRECTORY,
        as_of=scene.clock.now().date(),
        note="page 12",
    )
    async with scene.store.begin() as tx:
        await phones.register(
            *(tx, scene.clock, given),
            application_id="first",
            actor=Actor(kind="crm", id="key"),
            zone="Asia/Ho_Chi_Minh",
        )
    with pytest.raises(CodeExpired):
        await give(scene, messages.last_code)


async def test_nobody_but_the_agent_of_the_call_asks_for_it(
    scene: Scene, messages: Messages
) -> None:
    with pytest.raises(NotFound):
        await ask(scene, messages)
    await scene.talk()
    for stranger in ({"staff_id": "minh"}, {"application_id": "second"}):
        with pytest.raises(NotFound):
            await ask(scene, messages, **stranger)
    assert messages.sent == []


async def test_without_a_code_or_a_call_there_is_nothing_to_give(scene: Scene) -> None:
    with pytest.raises(NotAllowedNow):
        await give(scene, "123456")
    await scene.talk()
    with pytest.raises(CodeExpired):
        await give(scene, "123456")
