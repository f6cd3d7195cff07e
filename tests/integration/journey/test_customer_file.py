"""The customer's file: everything about one application, and who looked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ekyc.domain import decision as rules
from ekyc.domain.application import Stage
from ekyc.domain.call import BOTH
from ekyc.domain.errors import NotFound
from ekyc.journey import confirm, customer_file, decision
from ekyc.journey.customer_file import seconds_into
from ekyc.journey.decision import rules_of
from ekyc.settings import Call
from ekyc.storage import applications
from ekyc.storage.store import Store
from tests.builders import a_form, a_member, an_application, given
from tests.fakes import START, FakeClock
from tests.meeting import Scene


async def test_the_file_of_a_call_holds_whatever_was_said_and_done(scene: Scene) -> None:
    call = await scene.talk()
    await decision.tick(
        scene.store, scene.clock, application_id="first", item="alone", done=True, staff_id="lan"
    )
    await decision.decide(
        scene.store,
        scene.clock,
        scene.asks,
        application_id="first",
        verdict=rules.Verdict.REJECT,
        reasons=["not-free"],
        note="",
        staff_id="lan",
    )
    async with scene.store.read() as tx:
        file = await customer_file.load(tx, "first")
    assert file.application.stage is Stage.DECIDED
    assert [story.call.id for story in file.calls] == [call.id]
    assert {recording.party for recording in file.calls[0].recordings} == set(BOTH)
    assert [row["item"] for row in file.checks] == ["alone"]
    assert file.decision is not None
    assert file.decision.reasons == ("not-free",)
    assert file.names == {"lan": "Lan"}
    assert [event["name"] for event in file.events][-1] == "decision.made"


async def test_the_file_of_a_form_holds_what_was_typed_and_every_edit(
    store: Store, clock: FakeClock
) -> None:
    await given(store, an_application(stage=Stage.DOCUMENTED))
    await confirm.draft(store, clock, application_id="first", fields=a_form())
    async with store.read() as tx:
        file = await customer_file.load(tx, "first")
    assert file.typed == a_form()
    assert len(file.edits) == len(a_form())
    assert file.form.fields["full_name"].value == "MẪU THỊ SEN"
    assert (file.calls, file.photographs, file.decision) == ([], [], None)


async def test_there_is_no_file_of_nobody(store: Store) -> None:
    async with store.read() as tx:
        with pytest.raises(NotFound):
            await customer_file.load(tx, "nobody")


async def test_a_look_is_a_fact_about_who_looked_at_what(store: Store, clock: FakeClock) -> None:
    await given(store, an_application(), a_member("huy"))
    for recording in (None, "r1", "r2", "r1", None):
        await customer_file.look(
            store, clock, application_id="first", staff_id="huy", recording=recording
        )
    async with store.read() as tx:
        facts = await applications.events(tx, "first")
    assert {fact["actor"] for fact in facts} == {"staff:huy"}
    assert [(fact["name"], fact["data"]) for fact in facts] == [
        ("file.viewed", {}),
        ("recording.viewed", {"recording": "r1"}),
        ("recording.viewed", {"recording": "r2"}),
    ]


async def test_reading_on_is_one_look_and_coming_back_another(
    store: Store, clock: FakeClock
) -> None:
    await given(store, an_application(), a_member("huy"), a_member("lan"))

    async def look(staff_id: str) -> None:
        await customer_file.look(store, clock, application_id="first", staff_id=staff_id)

    for who, later_s in (("huy", 0), ("huy", 60), ("lan", 0), ("huy", 15 * 60)):
        clock.pass_s(later_s)
        await look(who)
    async with store.read() as tx:
        actors = [row["actor"] for row in await applications.events(tx, "first")]
    assert actors == ["staff:huy", "staff:lan", "staff:huy"]


async def test_the_list_shows_what_was_touched_last_first(store: Store, clock: FakeClock) -> None:
    for minute, id in enumerate(("a", "b", "c")):
        touched = START + timedelta(minutes=minute)
        stage = Stage.CONFIRMED if id != "b" else Stage.OPENED
        await given(store, an_application(id, updated_at=touched, stage=stage))
    await decision.decide(
        store,
        clock,
        rules_of(Call()),
        application_id="a",
        verdict=rules.Verdict.INCOMPLETE,
        reasons=["line-dropped"],
        note="",
        staff_id="lan",
    )
    entries = await customer_file.newest(store, stage=None, limit=2)
    assert [(entry.application.id, entry.decision) for entry in entries] == [
        ("c", None),
        ("b", None),
    ]
    (decided,) = await customer_file.newest(store, stage=Stage.DECIDED, limit=9)
    assert decided.decision is not None
    assert decided.decision.verdict is rules.Verdict.INCOMPLETE


async def test_the_list_goes_on_where_its_last_part_ended_whatever_was_touched_at_once(
    store: Store,
) -> None:
    for n, id in enumerate("dacbe"):
        touched = START + timedelta(minutes=0 if n < 3 else n)
        await given(store, an_application(id, updated_at=touched))
    seen: list[str] = []
    after = None
    while found := await customer_file.newest(store, stage=None, limit=2, after=after):
        last = found[-1].application
        seen, after = (
            [*seen, *(entry.application.id for entry in found)],
            (last.updated_at, last.id),
        )
    assert seen == ["e", "b", "a", "c", "d"]


async def test_an_instant_has_its_place_on_the_recording_while_the_call_lasts(
    scene: Scene,
) -> None:
    call = await scene.talk()
    assert call.live_at is not None
    over = replace(call, ended_at=call.live_at + timedelta(seconds=90))
    at = call.live_at + timedelta(seconds=12.3456)
    assert seconds_into(over, at) == 12.35
    assert seconds_into(call, at) == 12.35
    assert seconds_into(over, call.live_at - timedelta(seconds=1)) is None
    assert seconds_into(over, call.live_at + timedelta(seconds=91)) is None
    assert seconds_into(replace(call, live_at=None), at) is None
