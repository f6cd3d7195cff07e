"""After the verdict: a call is booked in which the result is explained, and the verdict stands."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from jsonschema import Draft202012Validator

from ekyc.domain.application import Stage
from ekyc.domain.call import BOTH, EndReason
from ekyc.domain.catalogue import schema
from ekyc.domain.decision import Decision, Verdict
from ekyc.domain.desk import DeskState
from ekyc.domain.errors import ContactMissing, NotAllowedNow, SlotTaken
from ekyc.domain.events import SYSTEM, Actor
from ekyc.domain.room import RoomLive
from ekyc.journey import appointed, attend, booking, desk, room, webhooks
from ekyc.journey import call as calling
from ekyc.journey.ending import end_call
from ekyc.settings import Booking
from ekyc.storage import applications, appointments, decisions, queue
from tests.builders import a_member, an_application, given
from tests.integration.journey.test_booking import HALF_PAST_TEN, TEN, ZONE, Calendar
from tests.meeting import Scene

SOON = Booking(result_lead_min=0, misses_max=2)


class Result:
    """A customer whose file was decided an hour ago, and Lan who works round the clock."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.calendar = scene, Calendar(scene)
        self.store, self.clock = scene.store, scene.clock

    async def given(self, verdict: Verdict = Verdict.APPROVE, stage: Stage = Stage.DECIDED) -> None:
        await given(self.store, an_application(stage=stage), a_member())
        await self.calendar.on_shift("lan")
        made = Decision(
            id="verdict",
            application_id="first",
            verdict=verdict,
            reasons=(),
            note="",
            by="lan",
            at=self.clock.now(),
        )
        async with self.store.begin() as tx:
            await decisions.add(tx, made)
            await decisions.tick(tx, "first", "face", done=True, by="lan", now=self.clock.now())

    async def books(self, settings: Booking = SOON) -> None:
        store, clock, who = self.store, self.clock, "first"
        await booking.hold(store, clock, settings, application_id=who, at=TEN, zone=ZONE)
        await booking.book(store, clock, settings, application_id=who, zone=ZONE)

    async def arranges(self, settings: Booking = SOON) -> None:
        await booking.arrange(
            *(self.store, self.clock, settings),
            by="lan",
            application_id="first",
            at=HALF_PAST_TEN,
            zone=ZONE,
        )

    async def comes(self, at: datetime = HALF_PAST_TEN) -> None:
        """The time comes, the customer's page is open, Lan sits at her desk, and it rings."""
        await self.scene.tested("lan")
        await self.scene.chooses("lan", DeskState.AVAILABLE)
        self.clock.pass_s((at - self.clock.now()).total_seconds())
        await attend.attend(self.store, self.clock, SOON)
        await self.calendar.sees()
        assert await self.scene.match() == 1

    async def talks(self) -> str:
        """Both took it and are connected."""
        call = await self.scene.call_of()
        await desk.accept(self.store, self.clock, staff_id="lan", call_id=call.id)
        await attend.answer(self.store, self.clock, application_id="first")
        for party in BOTH:
            await self.scene.connects(call, party)
        await room.hear(self.store, self.clock, RoomLive(room=call.id, at=self.clock.now()))
        return call.id

    async def stage(self) -> Stage:
        return (await self.scene.application()).stage


@pytest.fixture
def result(scene: Scene) -> Result:
    return Result(scene)


async def test_a_result_is_explained_in_a_call_and_the_verdict_stands(result: Result) -> None:
    await result.given()
    await result.books()
    assert await result.stage() is Stage.DECIDED
    await result.comes(TEN)
    assert await result.stage() is Stage.DECIDED
    call_id = await result.talks()
    assert await result.calendar.states() == ["kept"]
    await calling.hang_up(result.store, result.clock, staff_id="lan", call_id=call_id)
    facts = await result.scene.facts()
    assert facts[-2:] == ["call.ended", "result.presented"]
    async with result.store.read() as tx:
        last = (await applications.events(tx, "first"))[-1]
    _, body = await webhooks.message(result.store, last["sequence"])
    Draft202012Validator(schema("result.presented")).validate(body)
    assert await result.stage() is Stage.DECIDED
    async with result.store.read() as tx:
        assert [row["item"] for row in await decisions.checks(tx, "first")] == ["face"]
        assert (await queue.desk(tx, "lan", now=result.clock.now())).state is DeskState.WRAP_UP
    result.clock.pass_s(result.scene.queue.wrap_up_s)
    with pytest.raises(ContactMissing):  # the entry of the call is owed, no second verdict
        await result.scene.chooses("lan", DeskState.AVAILABLE)


async def test_an_agent_books_moves_and_gives_the_call_up_and_the_customer_is_told(
    result: Result,
) -> None:
    await result.given(Verdict.REJECT)
    await result.books()
    await result.arranges()
    assert [one for one, _ in await result.calendar.due(appointed.MESSAGE)][:2] == [
        "booked",
        "moved",
    ]
    by = Actor(kind="staff", id="lan")
    await booking.take_back(result.store, result.clock, SOON, by=by, application_id="first")
    assert "cancelled" in [one for one, _ in await result.calendar.due(appointed.MESSAGE)]
    assert await result.stage() is Stage.DECIDED
    async with result.store.read() as tx:
        assert await appointments.active(tx, "first") is None


async def test_whoever_explains_a_result_has_the_file_for_a_while_before(result: Result) -> None:
    await result.given()
    with pytest.raises(SlotTaken):
        await result.books(Booking(result_lead_min=600))


@pytest.mark.parametrize("act", ["books", "arranges"])
async def test_there_is_no_result_to_explain_of_an_incomplete_file_or_where_none_is_wanted(
    result: Result, act: str
) -> None:
    await result.given()
    with pytest.raises(NotAllowedNow):
        await getattr(result, act)(Booking(result_lead_min=0, result_calls=False))
    async with result.store.begin() as tx:
        last = await decisions.last(tx, "first")
        assert last is not None  # given above
        incomplete = replace(last, id="later", verdict=Verdict.INCOMPLETE, at=TEN)
        await decisions.add(tx, incomplete)
    with pytest.raises(NotAllowedNow):
        await getattr(result, act)()


async def test_before_the_verdict_customers_choose_for_themselves(result: Result) -> None:
    await result.given(stage=Stage.CONFIRMED)
    with pytest.raises(NotAllowedNow):
        await result.arranges()


async def test_who_does_not_come_to_hear_the_result_may_choose_again(result: Result) -> None:
    await result.given()
    await result.books()
    result.clock.pass_s((TEN - result.clock.now()).total_seconds())
    await attend.attend(result.store, result.clock, SOON)
    result.clock.pass_s(SOON.late_s)
    await attend.attend(result.store, result.clock, SOON)
    assert await result.calendar.states() == ["missed_by_customer"]
    assert await result.stage() is Stage.DECIDED
    await result.arranges()


@pytest.mark.parametrize("answered", [True, False])
async def test_a_call_that_breaks_off_before_a_word_was_missed_by_the_bank_which_says_so(
    result: Result, *, answered: bool
) -> None:
    await result.given()
    await result.arranges()
    await result.comes()
    call = await result.scene.call_of()
    await desk.accept(result.store, result.clock, staff_id="lan", call_id=call.id)
    if answered:
        await attend.answer(result.store, result.clock, application_id="first")
        assert await result.calendar.states() == ["kept"]
    call, dropped = await result.scene.call_of(), EndReason.LINE_DROPPED
    async with result.store.begin() as tx:
        await end_call(tx, call, dropped, actor=SYSTEM, now=result.clock.now())
    assert await result.calendar.states() == ["missed_by_agent"]
    assert "missed-by-agent" in [word for word, _ in await result.calendar.due(appointed.MESSAGE)]
    assert await result.stage() is Stage.DECIDED
    await attend.attend(result.store, result.clock, SOON)
    later = TEN + timedelta(hours=2)  # another time can be chosen
    await booking.hold(
        result.store, result.clock, SOON, application_id="first", at=later, zone=ZONE
    )


async def test_a_call_that_breaks_off_after_a_word_was_kept(result: Result) -> None:
    await result.given()
    await result.arranges()
    await result.comes()
    await result.talks()
    call, dropped = await result.scene.call_of(), EndReason.CUSTOMER_DROPPED
    async with result.store.begin() as tx:
        await end_call(tx, call, dropped, actor=SYSTEM, now=result.clock.now())
    assert await result.calendar.states() == ["kept"]


async def test_who_declines_or_leaves_has_the_verdict_still(result: Result) -> None:
    await result.given()
    await result.arranges()
    await result.comes()
    await attend.decline(result.store, result.clock, application_id="first")
    assert await result.stage() is Stage.DECIDED
    assert await result.calendar.states() == ["cancelled"]
    call = await result.scene.call_of()
    assert call.end_reason is EndReason.CUSTOMER_DECLINED
