"""The agent's work on a file, the verdict, and the customer's second try."""

import asyncio
from collections.abc import Collection
from typing import Any

import pytest

from ekyc.domain.access import Role
from ekyc.domain.application import Application, Stage
from ekyc.domain.call import BOTH, Movement, MovementState, Party
from ekyc.domain.decision import CHECKLIST, FEATURES, MOVEMENTS, Decision, Verdict
from ekyc.domain.desk import DeskState
from ekyc.domain.document import Side
from ekyc.domain.errors import (
    ApproveMissing,
    DecisionMissing,
    NotAllowed,
    NotAllowedNow,
    NoteMissing,
    NotFound,
    ReasonMissing,
)
from ekyc.domain.guest import Mode
from ekyc.domain.presence import Raised, Signal
from ekyc.domain.room import PartyDropped, RoomLive
from ekyc.domain.summons import SIGN_STANDS
from ekyc.journey import call as calling
from ekyc.journey import (
    clearance,
    customer_file,
    decision,
    desk,
    freedom,
    guests,
    questions,
    room,
    summons,
)
from ekyc.settings import Call
from ekyc.storage import applications, calls, decisions, documents, presence
from ekyc.storage import questions as kept
from ekyc.storage.documents import Photograph
from ekyc.storage.store import Store, new_id
from tests.builders import a_member, a_side, an_application, given
from tests.fakes import FakeClock
from tests.meeting import Scene

REJECT, INCOMPLETE, APPROVE = Verdict.REJECT, Verdict.INCOMPLETE, Verdict.APPROVE


async def tick(scene: Scene, *items: str, by: str = "lan", done: bool = True) -> None:
    for item in items:
        await decision.tick(
            scene.store, scene.clock, application_id="first", item=item, done=done, staff_id=by
        )


async def answers(scene: Scene, by: str = "lan", *, well: bool = True) -> None:
    """A round of questions, all answered well or all badly."""
    whose = {"staff_id": by, "application_id": "first"}
    limits = questions.limits(scene.call)
    made = await questions.draw(scene.store, scene.clock, limits, **whose)
    async with scene.store.read() as tx:
        asked = await kept.newest(tx, made.call_id)
    for one in asked:
        await questions.judge(scene.store, scene.clock, question_id=one.id, passed=well, **whose)


async def note(scene: Scene, text: str, by: str = "lan") -> None:
    await decision.write_note(
        scene.store, scene.clock, application_id="first", text=text, staff_id=by
    )


async def decide(
    scene: Scene,
    verdict: Verdict,
    reasons: Collection[str] = (),
    by: str = "lan",
    text: str = "",
    *,
    customer: str = "first",
) -> None:
    await decision.decide(
        scene.store,
        scene.clock,
        scene.asks,
        application_id=customer,
        verdict=verdict,
        reasons=reasons,
        note=text,
        staff_id=by,
    )


async def resume(scene: Scene) -> None:
    await decision.resume(scene.store, scene.clock, application_id="first")


async def moved(
    scene: Scene, *directions: str, state: MovementState = MovementState.PASSED
) -> None:
    """The customer did these movements in the latest call."""
    call = await scene.call_of()
    async with scene.store.begin() as tx:
        for direction in directions:
            movement = Movement(
                id=new_id(),
                call_id=call.id,
                direction=direction,
                state=state,
                asked_at=scene.clock.now(),
            )
            await calls.add_movement(tx, movement)


async def missing(scene: Scene, by: str = "lan") -> tuple[str, ...]:
    async with scene.store.read() as tx:
        application = await applications.load(tx, "first")
        return await decision.approve_missing(tx, application, scene.asks, staff_id=by)


async def loaded(scene: Scene) -> Application:
    return await scene.application()


async def verdict_of(scene: Scene) -> Decision | None:
    async with scene.store.read() as tx:
        return await decisions.last(tx, "first")


async def fact(scene: Scene, name: str) -> dict[str, Any]:
    """The data of the latest fact of this name."""
    async with scene.store.read() as tx:
        rows = await applications.events(tx, "first")
    data: dict[str, Any] = [row["data"] for row in rows if row["name"] == name][-1]
    return data


async def confirmed(store: Store) -> None:
    """A customer with a confirmed form, and two agents."""
    await given(store, an_application(), a_member("lan"), a_member("mai"))


async def test_an_item_is_ticked_and_unticked_and_each_time_told(scene: Scene) -> None:
    await scene.talk()
    await tick(scene, "alone")
    await tick(scene, "alone", done=False)
    async with scene.store.read() as tx:
        (row,) = await decisions.checks(tx, "first")
    assert (row["item"], row["done"], row["by"]) == ("alone", False, "lan")
    assert await scene.facts() == ["checklist.ticked", "checklist.ticked"]


async def test_two_clicks_on_one_item_at_once_are_no_accident(scene: Scene) -> None:
    await scene.talk()
    await asyncio.gather(tick(scene, "alone"), tick(scene, "alone"))
    async with scene.store.read() as tx:
        assert len(await decisions.checks(tx, "first")) == 1


async def test_nobody_ticks_what_is_not_on_the_list(scene: Scene) -> None:
    await confirmed(scene.store)
    with pytest.raises(NotFound):
        await tick(scene, "pays-well")


async def test_a_note_is_kept_as_it_stands_and_told_by_its_length_alone(scene: Scene) -> None:
    await confirmed(scene.store)
    await note(scene, "  Khách hàng nói rõ.  ")
    await note(scene, "Khách hàng nói rõ.")
    assert (await loaded(scene)).note == "Khách hàng nói rõ."
    assert await scene.facts() == ["note.written"]
    assert await fact(scene, "note.written") == {"characters": 18}


async def test_a_form_can_be_sent_back_without_a_call(scene: Scene) -> None:
    await confirmed(scene.store)
    async with scene.store.bus.listen("desk:lan") as bell:
        await decide(scene, INCOMPLETE, ["details-to-correct"], text=" Tên chưa khớp. ")
        assert await bell.wait(0)
    verdict = await verdict_of(scene)
    assert verdict is not None
    assert (verdict.verdict, verdict.reasons) == (INCOMPLETE, ("details-to-correct",))
    assert (verdict.note, verdict.by) == ("Tên chưa khớp.", "lan")
    assert (await loaded(scene)).stage is Stage.DECIDED
    assert await scene.facts() == ["application.moved", "decision.made"]
    assert await fact(scene, "application.moved") == {"stage": "decided", "verdict": "incomplete"}


async def test_a_silent_sign_rings_at_the_desk_alone_and_bars_an_approval(scene: Scene) -> None:
    call = await scene.talk()
    bus = scene.store.bus
    async with bus.listen("desk:lan") as desk_bell, bus.listen("application:first") as page_bell:
        await freedom.give_sign(scene.store, scene.clock, call_id=call.id)
        assert await desk_bell.wait(0)
        assert not await page_bell.wait(0)  # not even a request more for whoever watches the line
    assert "sign" in await missing(scene)


async def test_a_rejection_needs_a_reason(scene: Scene) -> None:
    await confirmed(scene.store)
    with pytest.raises(ReasonMissing):
        await decide(scene, REJECT)
    assert await verdict_of(scene) is None


async def test_nobody_is_approved_without_a_call(scene: Scene) -> None:
    await confirmed(scene.store)
    assert (await missing(scene))[0] == "call"
    with pytest.raises(ApproveMissing):
        await decide(scene, APPROVE)


@pytest.mark.parametrize("stage", [Stage.CONFIRMED, Stage.WAITING])
async def test_nothing_is_ticked_before_the_customer_was_seen(scene: Scene, stage: Stage) -> None:
    await given(scene.store, an_application(stage=stage), a_member("lan"))
    with pytest.raises(NotAllowedNow):
        await tick(scene, "alone")


async def test_what_one_agent_saw_does_not_let_another_approve(
    scene: Scene, clock: FakeClock
) -> None:
    call = await scene.talk()
    await moved(scene, *MOVEMENTS)
    await tick(scene, *CHECKLIST, *FEATURES)
    await answers(scene)
    await room.hear(scene.store, clock, PartyDropped(room=call.id, party="agent", at=clock.now()))
    clock.pass_s(61)
    assert await scene.overdue() == 1
    await scene.agent("mai")
    assert await scene.match() == 1
    again = await scene.call_of()
    await desk.accept(scene.store, clock, staff_id="mai", call_id=again.id)
    assert len(await missing(scene, "mai")) == 12
    with pytest.raises(ApproveMissing):
        await decide(scene, APPROVE, by="mai")
    for party in BOTH:
        await scene.connects(again, party)
    await room.hear(scene.store, clock, RoomLive(room=again.id, at=clock.now()))
    assert len(await missing(scene, "mai")) == 11
    await moved(scene, *MOVEMENTS)
    await tick(scene, *CHECKLIST, *FEATURES, by="mai")
    await answers(scene, "mai")
    await decide(scene, APPROVE, by="mai")


async def test_a_call_joined_again_is_the_same_call(scene: Scene, clock: FakeClock) -> None:
    call = await scene.talk()
    await moved(scene, *MOVEMENTS)
    await tick(scene, *CHECKLIST, *FEATURES)
    await answers(scene)
    await room.hear(scene.store, clock, PartyDropped(room=call.id, party="agent", at=clock.now()))
    clock.pass_s(30)
    await scene.connects(call, Party.AGENT)
    assert await missing(scene) == ()


async def test_in_the_call_with_everything_done_the_agent_approves(scene: Scene) -> None:
    await scene.talk()
    assert len(await missing(scene)) == 11
    await moved(scene, *MOVEMENTS)
    await tick(scene, *CHECKLIST, *FEATURES)
    await answers(scene)
    assert await missing(scene) == ()
    await decide(scene, APPROVE)
    assert (await loaded(scene)).stage is Stage.DECIDED
    verdict = await verdict_of(scene)
    assert verdict is not None
    assert (verdict.verdict, verdict.reasons) == (APPROVE, ())


async def test_a_failed_movement_and_an_unticked_item_still_count_as_missing(
    scene: Scene,
) -> None:
    await scene.talk()
    await moved(scene, "left", "right", "up")
    await moved(scene, "down", state=MovementState.FAILED)
    await tick(scene, *CHECKLIST, *FEATURES)
    await answers(scene)
    await tick(scene, "purpose", done=False)
    assert await missing(scene) == ("movement-down", "check-purpose")


async def test_questions_answered_badly_stand_before_an_approval_until_they_are_answered_well(
    scene: Scene, clock: FakeClock
) -> None:
    await scene.talk()
    await moved(scene, *MOVEMENTS)
    await tick(scene, *CHECKLIST, *FEATURES)
    assert await missing(scene) == ("questions",)
    await answers(scene, well=False)
    assert await missing(scene) == ("questions",)
    with pytest.raises(ApproveMissing):
        await decide(scene, APPROVE)
    clock.pass_s(1)
    await answers(scene)
    assert await missing(scene) == ()


async def test_three_of_four_classes_of_features_are_enough_by_default(scene: Scene) -> None:
    await scene.talk()
    await moved(scene, *MOVEMENTS)
    await tick(scene, *CHECKLIST, *FEATURES[:2])
    await answers(scene)
    assert await missing(scene) == ("features",)
    await tick(scene, FEATURES[3])
    assert await missing(scene) == ()


async def test_a_bank_may_ask_for_less(scene: Scene) -> None:
    scene.call = Call(approval_needs=[])
    await scene.talk()
    await moved(scene, *MOVEMENTS)
    await tick(scene, *CHECKLIST, *FEATURES)
    assert await missing(scene) == ()


async def raises(scene: Scene, kind: Signal) -> str:
    """The id of a signal that a look or a movement raised in the latest call."""
    call = await scene.call_of()
    async with scene.store.begin() as tx:
        await presence.add_signal(
            tx,
            Raised(signal=kind, figure=0.1),
            application_id="first",
            call_id=call.id,
            version="1",
            at=scene.clock.now(),
        )
        ids = [one.id for one in await presence.signals(tx, "first") if one.signal is kind]
    return ids[-1]


async def clear(
    scene: Scene, *signals: str, by: str = "thu", text: str = "Cùng một người."
) -> None:
    await clearance.clear(
        scene.store,
        scene.clock,
        scene.asks.supervised,
        application_id="first",
        signals=signals,
        note=text,
        staff_id=by,
    )


async def test_after_a_grave_signal_the_agent_approves_only_once_a_supervisor_looked(
    scene: Scene, clock: FakeClock
) -> None:
    await scene.talk()
    await moved(scene, *MOVEMENTS)
    await tick(scene, *CHECKLIST, *FEATURES)
    await answers(scene)
    await raises(scene, Signal.TOO_DARK)
    assert await missing(scene) == ()
    signal = await raises(scene, Signal.NO_MATCH)
    assert await missing(scene) == ("clearance",)
    with pytest.raises(ApproveMissing):
        await decide(scene, APPROVE)
    with pytest.raises(NotAllowed):
        await clear(scene, signal, by="lan")
    with pytest.raises(NoteMissing):
        await clear(scene, signal, text=" ")
    async with scene.store.bus.listen("desk:lan") as bell:
        await clear(scene, signal)
        assert await bell.wait(0)
    assert await missing(scene) == ()


async def test_a_supervisors_look_is_evidence_and_counts_for_nothing_raised_later(
    scene: Scene, clock: FakeClock
) -> None:
    await scene.talk()
    await clear(scene, signal := await raises(scene, Signal.NO_MATCH))
    clock.pass_s(1)
    later = await raises(scene, Signal.ANOTHER_PERSON)
    assert "clearance" in await missing(scene)
    with pytest.raises(NotFound):
        await clear(scene, signal)  # was looked at already, and says nothing of the other
    await clear(scene, later)
    assert "clearance" not in await missing(scene)
    told = await fact(scene, "signals.cleared")
    assert told["signals"] == ["another-person"]
    assert "Cùng" not in str(told)
    async with scene.store.read() as tx:
        file = await customer_file.load(tx, "first")
    assert [(made.by, made.note) for made in file.clearances] == [("thu", "Cùng một người.")] * 2
    await decide(scene, INCOMPLETE, ["unable-to-verify"])
    with pytest.raises(NotAllowedNow):
        await clear(scene, later)


async def summoned(scene: Scene, by: str = "thu") -> list[tuple[str, str]]:
    """Calls that need this supervisor, and why."""
    async with scene.store.read() as tx:
        found = await summons.waiting(tx, scene.asks.supervised, staff_id=by, now=scene.clock.now())
    return [(one.application_id, one.why.value) for one in found]


async def test_supervisors_are_called_to_grave_signals_and_signs_until_somebody_looked(
    scene: Scene, clock: FakeClock
) -> None:
    await given(scene.store, a_member("thu", role=Role.SUPERVISOR))
    call = await scene.talk()
    await look(scene, "thu")  # before anything happened
    await raises(scene, Signal.TOO_DARK)
    assert await summoned(scene) == []
    signal = await raises(scene, Signal.NO_MATCH)
    clock.pass_s(5)
    await freedom.give_sign(scene.store, clock, call_id=call.id)
    assert await summoned(scene) == [("first", "signals"), ("first", "sign")]
    assert await summoned(scene, by="lan") == []  # nobody is called to their own call
    async with scene.store.bus.listen("supervisors") as bell:
        await clear(scene, signal)
        assert await bell.wait(0)
        assert await summoned(scene) == [("first", "sign")]
        clock.pass_s(5)
        await look(scene, "lan")
        assert await summoned(scene) == [("first", "sign")]
        await bell.wait(0)
        await look(scene, "thu")
        assert await bell.wait(0)
    assert await summoned(scene) == []


async def test_a_sign_nobody_looked_at_is_called_out_for_a_day(
    scene: Scene, clock: FakeClock
) -> None:
    await given(scene.store, a_member("thu", role=Role.SUPERVISOR))
    call = await scene.talk()
    await freedom.give_sign(scene.store, clock, call_id=call.id)
    clock.pass_s(SIGN_STANDS.total_seconds() - 1)
    assert await summoned(scene) == [("first", "sign")]
    clock.pass_s(2)
    assert await summoned(scene) == []


async def look(scene: Scene, by: str) -> None:
    await customer_file.look(scene.store, scene.clock, application_id="first", staff_id=by)


async def test_a_bank_that_names_no_signal_needs_no_supervisor(scene: Scene) -> None:
    scene.call = Call(supervised_signals=[])
    await scene.talk()
    await raises(scene, Signal.NO_MATCH)
    assert "clearance" not in await missing(scene)


async def test_only_the_agent_in_the_call_works_on_the_file(scene: Scene) -> None:
    await scene.talk()
    await given(scene.store, a_member("mai"))
    for work in (
        tick(scene, "alone", by="mai"),
        note(scene, "Tôi cũng xem.", by="mai"),
        decide(scene, REJECT, ["not-free"], by="mai"),
    ):
        with pytest.raises(NotAllowed):
            await work


async def test_a_supervisor_decides_for_an_agent_who_hung_up_and_went(scene: Scene) -> None:
    call = await scene.talk()
    await moved(scene, *MOVEMENTS)
    await tick(scene, *CHECKLIST, *FEATURES)
    await answers(scene)
    await given(scene.store, a_member("thu", role=Role.SUPERVISOR), a_member("mai"))
    with pytest.raises(NotAllowed):
        await decide(scene, REJECT, ["not-free"], by="thu")
    await calling.hang_up(scene.store, scene.clock, staff_id="lan", call_id=call.id)
    with pytest.raises(NotAllowed):
        await decide(scene, REJECT, ["not-free"], by="mai")
    with pytest.raises(NotAllowed):
        await tick(scene, "alone", by="thu", done=False)
    with pytest.raises(ApproveMissing):
        await decide(scene, APPROVE, by="thu")
    await decide(scene, REJECT, ["not-free"], by="thu")
    assert (await loaded(scene)).stage is Stage.DECIDED


async def test_a_customer_whose_verdict_never_comes_may_call_again(
    scene: Scene, clock: FakeClock
) -> None:
    call = await scene.talk()
    await calling.hang_up(scene.store, clock, staff_id="lan", call_id=call.id)
    clock.pass_s(scene.queue.verdict_min * 60)
    assert await desk.end_forgotten(scene.store, clock, scene.queue) == 0
    clock.pass_s(1)
    assert await desk.end_forgotten(scene.store, clock, scene.queue) == 1
    assert (await scene.desk_of()).state is DeskState.AWAY
    assert (await loaded(scene)).stage is Stage.CONFIRMED
    missed = ["application.moved", "decision.missed", "contact.missed"]
    assert (await scene.facts())[-3:] == missed
    assert await fact(scene, "decision.missed") == {"call": call.id, "agent": "lan"}
    await given(scene.store, a_member("mai"))
    with pytest.raises(ApproveMissing):
        await decide(scene, APPROVE)
    await decide(scene, INCOMPLETE, ["line-dropped"], by="mai")


async def test_whoever_takes_an_older_call_over_owes_its_verdict(
    scene: Scene, clock: FakeClock
) -> None:
    store, call = scene.store, await scene.talk("first", "lan")
    clock.pass_s(300)
    newer = await scene.talk("second", "mai")  # answered after the one that is taken over
    await calling.hang_up(store, clock, staff_id="mai", call_id=newer.id)
    await decide(scene, REJECT, ["not-free"], by="mai", customer="second")
    await scene.enters(newer)
    clock.pass_s(scene.queue.wrap_up_s)
    await scene.chooses("mai", DeskState.AVAILABLE)
    who: dict[str, Any] = {"to": "mai", "kind": Party.COLLEAGUE, "mode": Mode.TRANSFER, "note": ""}
    guest = await guests.ring(store, clock, staff_id="lan", call_id=call.id, **who)
    await guests.accept(store, clock, staff_id="mai", guest_id=guest.id)
    clock.pass_s(60)
    await calling.hang_up(store, clock, staff_id="mai", call_id=call.id)
    async with store.read() as tx:
        before, after = [await desk.wrapped_up(tx, await scene.desk_of(x)) for x in ("lan", "mai")]
    assert (before, after and after.id) == (None, call.id)
    with pytest.raises(DecisionMissing):
        await scene.chooses("mai", DeskState.BREAK)
    clock.pass_s(scene.queue.verdict_min * 60 + 1)
    assert await desk.end_forgotten(store, clock, scene.queue) == 2
    assert (await loaded(scene)).stage is Stage.CONFIRMED


async def test_a_decided_wrap_up_nobody_ends_frees_the_desk_alone(
    scene: Scene, clock: FakeClock
) -> None:
    call = await scene.talk()
    await calling.hang_up(scene.store, clock, staff_id="lan", call_id=call.id)
    await decide(scene, REJECT, ["not-free"])
    clock.pass_s(scene.queue.verdict_min * 60 + 1)
    assert await desk.end_forgotten(scene.store, clock, scene.queue) == 1
    assert (await scene.desk_of()).state is DeskState.AWAY
    assert (await loaded(scene)).stage is Stage.DECIDED


@pytest.mark.parametrize("stage", [Stage.OPENED, Stage.DOCUMENTED, Stage.DECIDED, Stage.CLOSED])
async def test_nobody_works_on_a_file_that_is_not_open(scene: Scene, stage: Stage) -> None:
    await given(scene.store, an_application(stage=stage), a_member("lan"))
    for work in (
        tick(scene, "alone"),
        note(scene, "zu spät"),
        decide(scene, REJECT, ["not-free"]),
    ):
        with pytest.raises(NotAllowedNow):
            await work


async def test_a_customer_in_line_is_noted_but_not_decided(scene: Scene) -> None:
    await scene.waits("first")
    await given(scene.store, a_member("lan"))
    await note(scene, "Đang chờ.")
    with pytest.raises(NotAllowedNow):
        await decide(scene, REJECT, ["not-free"])


async def test_two_agents_at_once_give_one_verdict(scene: Scene) -> None:
    await confirmed(scene.store)
    outcomes = await asyncio.gather(
        decide(scene, REJECT, ["not-free"], by="lan"),
        decide(scene, INCOMPLETE, ["line-dropped"], by="mai"),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "NotAllowedNow"]
    assert await scene.facts() == ["application.moved", "decision.made"]


async def _photographed(scene: Scene) -> None:
    async with scene.store.begin() as tx:
        for side in Side:
            photograph = Photograph(
                id=side.value,
                application_id="first",
                side=side.value,
                state="accepted",
                origin="camera",
                original="",
                original_sha256="",
                straightened="",
                faults=[],
                reading=a_side(side).reading.to_json(),
                taken_at=scene.clock.now(),
            )
            await documents.add_photograph(tx, photograph)


@pytest.mark.parametrize(
    ("reason", "kept"), [("details-to-correct", set(Side)), ("photograph-unclear", set())]
)
async def test_after_an_incomplete_verdict_the_customer_begins_again_at_the_document(
    scene: Scene, reason: str, kept: set[Side]
) -> None:
    await scene.talk()
    await _photographed(scene)
    await tick(scene, "alone")
    await decide(scene, INCOMPLETE, [reason])
    await resume(scene)
    assert (await loaded(scene)).stage is Stage.DOCUMENTED
    async with scene.store.read() as tx:
        assert set(await documents.current(tx, "first")) == kept
        assert len(await documents.photographs(tx, "first")) == 2
        assert await decisions.checks(tx, "first") == []


async def test_what_was_done_in_an_earlier_round_does_not_approve_the_next(
    scene: Scene, clock: FakeClock
) -> None:
    await scene.talk()
    await moved(scene, *MOVEMENTS)
    clock.pass_s(60)
    await decide(scene, INCOMPLETE, ["line-dropped"])
    clock.pass_s(60)
    await resume(scene)
    assert (await missing(scene))[:2] == ("call", "movement-left")


async def test_a_clock_that_was_set_back_does_not_revive_an_older_verdict(
    scene: Scene, clock: FakeClock
) -> None:
    await confirmed(scene.store)
    await decide(scene, INCOMPLETE, ["line-dropped"])
    await resume(scene)
    async with scene.store.begin() as tx:
        await applications.set_values(tx, "first", stage=Stage.CONFIRMED.value)
    clock.pass_s(-3600)
    await decide(scene, REJECT, ["not-free"])
    verdict = await verdict_of(scene)
    assert verdict is not None
    assert verdict.verdict is REJECT


@pytest.mark.parametrize("verdict", [REJECT, None])
async def test_only_an_incomplete_verdict_can_be_resumed(
    scene: Scene, verdict: Verdict | None
) -> None:
    await confirmed(scene.store)
    if verdict:
        await decide(scene, verdict, ["not-free"])
    with pytest.raises(NotAllowedNow):
        await resume(scene)


async def test_a_double_click_resumes_once(scene: Scene) -> None:
    await confirmed(scene.store)
    await decide(scene, INCOMPLETE, ["line-dropped"])
    outcomes = await asyncio.gather(resume(scene), resume(scene), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "NotAllowedNow"]


@pytest.mark.parametrize("stage", [Stage.DOCUMENTED, Stage.CONFIRMED, Stage.IN_CALL])
async def test_whoever_resumed_and_went_on_is_not_thrown_back_by_resuming_again(
    scene: Scene, stage: Stage
) -> None:
    await confirmed(scene.store)
    await decide(scene, INCOMPLETE, ["line-dropped"])
    await resume(scene)
    async with scene.store.begin() as tx:
        await applications.set_values(tx, "first", stage=stage.value)
    with pytest.raises(NotAllowedNow):
        await resume(scene)
    assert (await loaded(scene)).stage is stage
