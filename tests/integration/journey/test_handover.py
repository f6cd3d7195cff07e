"""From the computer to the telephone and back, with two people trying at once."""

import asyncio
from datetime import timedelta

import pytest

from ekyc.domain.application import Stage
from ekyc.domain.document import FaultCode, Kind
from ekyc.domain.errors import (
    EkycError,
    HandoverBudget,
    HandoverExpired,
    HandoverOver,
    HandoverUsed,
    NotAllowedNow,
    SignInNeeded,
)
from ekyc.domain.handover import Device, Handover, Limits, Purpose
from ekyc.domain.help import Way
from ekyc.journey import apply, documents, handover, help
from ekyc.storage import applications, handovers, tokens
from ekyc.storage.store import Store
from tests.builders import a_side, an_application, given
from tests.fakes import FakeClock
from tests.integration.journey.test_documents import (
    BACK,
    BANK,
    FRONT,
    Camera,
    camera,
    facts,
    loaded,
    objects,
    ring,
    with_a_card,
)

__all__ = ["camera", "objects", "ring"]

COMPUTER = "computer"
LIMITS = Limits(life=timedelta(minutes=10), per_hour=3)
HOURS_S = 12 * 3600


async def signed_in(store: Store, clock: FakeClock) -> None:
    """The customer sits at the computer."""
    until = clock.now() + timedelta(seconds=HOURS_S)
    async with store.begin() as tx:
        digest = tokens.digest(COMPUTER)
        await applications.add_session(tx, "first", digest=digest, expires_at=until)


async def code(store: Store, clock: FakeClock, session: str = COMPUTER) -> str:
    _, token = await handover.offer(
        store, clock, application_id="first", session=session, limits=LIMITS
    )
    return token


async def scan(store: Store, clock: FakeClock, token: str, own: str = "") -> str:
    """A telephone opens it; its session."""
    _, session = await handover.take(
        store, clock, token=token, device=Device.ANDROID, own_session=own
    )
    return session


async def whose(store: Store, clock: FakeClock, session: str) -> str:
    return await apply.session(store, clock, token=session)


async def open_one(store: Store) -> Handover | None:
    async with store.read() as tx:
        return await handovers.open_one(tx, "first")


async def told(store: Store) -> list[str]:
    """What the file says of hand-overs, with why they ended."""
    happened = [(name, data) for name, data in await facts(store) if name.startswith("handover.")]
    return [name.partition(".")[2] + f" {data.get('by', '')}".rstrip() for name, data in happened]


async def test_a_telephone_is_signed_in_beside_the_computer(store: Store, clock: FakeClock) -> None:
    await with_a_card(store)
    await signed_in(store, clock)
    telephone = await scan(store, clock, await code(store, clock))
    assert await whose(store, clock, telephone) == "first"
    assert await whose(store, clock, COMPUTER) == "first"
    for session, elsewhere in ((COMPUTER, True), (telephone, False)):
        assert elsewhere is await handover.is_elsewhere(
            store, application_id="first", session=session
        )
    assert await told(store) == ["offered", "taken"]
    held = "".join(str(data) for _, data in await facts(store))
    assert telephone not in held
    assert tokens.digest(telephone) not in held
    with pytest.raises(NotAllowedNow):  # it makes no codes of its own
        await code(store, clock, telephone)


async def test_of_two_telephones_at_once_one_takes_over(store: Store, clock: FakeClock) -> None:
    await with_a_card(store)
    await signed_in(store, clock)
    token = await code(store, clock)
    both = await asyncio.gather(
        scan(store, clock, token), scan(store, clock, token), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in both) == ["HandoverUsed", "str"]


async def test_the_computer_takes_the_journey_back_and_the_telephone_is_out(
    store: Store, clock: FakeClock
) -> None:
    await with_a_card(store)
    await signed_in(store, clock)
    token = await code(store, clock)
    telephone = await scan(store, clock, token)
    await handover.take_back(store, clock, application_id="first")
    await handover.take_back(store, clock, application_id="first")
    with pytest.raises(HandoverOver):
        await whose(store, clock, telephone)
    with pytest.raises(HandoverUsed):
        await scan(store, clock, token)
    assert await whose(store, clock, COMPUTER) == "first"
    for session, elsewhere in ((COMPUTER, False), (telephone, True)):  # its stream may be open yet
        assert elsewhere is await handover.is_elsewhere(
            store, application_id="first", session=session
        )
    assert await told(store) == ["offered", "taken", "ended back"]


async def test_an_old_a_replaced_and_an_unknown_code_lead_nowhere(
    store: Store, clock: FakeClock
) -> None:
    await with_a_card(store)
    await signed_in(store, clock)
    replaced = await code(store, clock)
    old = await code(store, clock)
    clock.pass_s(600)
    for token in (replaced, old, tokens.new()):
        with pytest.raises(HandoverExpired):
            await scan(store, clock, token)


async def test_the_computers_own_browser_does_not_lose_its_session_by_the_code(
    store: Store, clock: FakeClock
) -> None:
    await with_a_card(store)
    await signed_in(store, clock)
    token = await code(store, clock)
    with pytest.raises(NotAllowedNow):
        await scan(store, clock, token, own=COMPUTER)
    await scan(store, clock, token, own="of another application")


async def test_codes_are_counted_by_the_hour(store: Store, clock: FakeClock) -> None:
    await with_a_card(store)
    await signed_in(store, clock)
    for _ in range(LIMITS.per_hour):
        await code(store, clock)
    with pytest.raises(HandoverBudget):
        await code(store, clock)
    clock.pass_s(3600)
    await code(store, clock)


async def test_a_telephone_is_signed_in_no_longer_than_the_computer(
    store: Store, clock: FakeClock
) -> None:
    await with_a_card(store)
    await signed_in(store, clock)
    clock.pass_s(HOURS_S - 60)
    telephone = await scan(store, clock, await code(store, clock))
    clock.pass_s(60)
    for session in (COMPUTER, telephone):
        with pytest.raises(SignInNeeded):
            await whose(store, clock, session)


async def test_with_both_sides_photographed_the_telephone_has_done_its_part(
    store: Store, clock: FakeClock, camera: Camera
) -> None:
    await with_a_card(store)
    await signed_in(store, clock)
    telephone = await scan(store, clock, await code(store, clock))
    await camera.takes(FRONT, a_side(FRONT))
    assert await whose(store, clock, telephone) == "first"
    await camera.takes(BACK, a_side(BACK))
    with pytest.raises(HandoverOver):
        await whose(store, clock, telephone)
    assert (await loaded(store)).stage is Stage.DOCUMENTED
    assert await told(store) == ["offered", "taken", "ended done"]


async def test_a_code_nobody_opened_is_void_once_the_computer_took_the_pictures(
    store: Store, clock: FakeClock, camera: Camera
) -> None:
    await with_a_card(store)
    await signed_in(store, clock)
    token = await code(store, clock)
    for side in (FRONT, BACK):
        await camera.takes(side, a_side(side))
    with pytest.raises(HandoverExpired):
        await scan(store, clock, token)


@pytest.mark.parametrize("way", ["help", "by hand"])
async def test_whoever_goes_on_without_pictures_ends_it_too(
    store: Store, clock: FakeClock, camera: Camera, way: str
) -> None:
    await with_a_card(store)
    await signed_in(store, clock)
    await scan(store, clock, await code(store, clock))
    if way == "help":
        await camera.takes(FRONT, a_side(FRONT, FaultCode.BLUR))
        await help.ask(store, clock, application_id="first", way=Way.TYPE, enough=1)
    else:
        await documents.choose(store, clock, application_id="first", kind=Kind.OTHER, policy=BANK)
    assert await open_one(store) is None


async def test_one_for_the_call_lasts_until_it_is_taken_back(
    store: Store, clock: FakeClock
) -> None:
    await given(store, an_application())
    await signed_in(store, clock)
    telephone = await scan(store, clock, await code(store, clock))
    held = await open_one(store)
    assert held is not None
    assert held.purpose is Purpose.CALL
    async with store.begin() as tx:
        await handover.photographed(tx, "first", now=clock.now())
    assert await whose(store, clock, telephone) == "first"


async def test_the_banks_link_ends_every_session_before(store: Store, clock: FakeClock) -> None:
    await with_a_card(store)
    await signed_in(store, clock)
    token = await code(store, clock)
    telephone = await scan(store, clock, token)
    async with store.begin() as tx:
        digest = tokens.digest("link")
        until = clock.now() + timedelta(hours=1)
        await applications.add_link(tx, "first", digest=digest, expires_at=until)
    await apply.open_session(store, clock, link_token="link", hours=1)
    for session in (telephone, COMPUTER):
        with pytest.raises(EkycError):
            await whose(store, clock, session)
    assert await told(store) == ["offered", "taken", "ended link"]
