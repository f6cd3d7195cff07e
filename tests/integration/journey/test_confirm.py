"""The form: read, corrected, and confirmed by the customer's word."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from ekyc.domain.application import Application, Stage
from ekyc.domain.document import Kind, Side, Source, form_of
from ekyc.domain.errors import FieldsInvalid, NotAllowedNow
from ekyc.domain.flag import Limits
from ekyc.journey import confirm, customer_file
from ekyc.storage import applications, documents, queue
from ekyc.storage.documents import Photograph
from ekyc.storage.store import Row, Store
from tests.builders import a_form, a_side, an_application, given
from tests.fakes import FakeClock


async def somebody(store: Store, kind: Kind = Kind.OTHER) -> None:
    """Ready to fill in the form."""
    application = an_application(stage=Stage.DOCUMENTED, document_kind=kind.value, name="")
    await given(store, application)


async def with_a_card(store: Store, clock: FakeClock, *sides: Side) -> None:
    """Ready to confirm what was read."""
    await somebody(store, Kind.CCCD_2021)
    async with store.begin() as tx:
        for side in sides or Side:
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
                taken_at=clock.now(),
            )
            await documents.add_photograph(tx, photograph)


async def drafted(store: Store, clock: FakeClock, fields: Mapping[str, str]) -> None:
    await confirm.draft(store, clock, application_id="first", fields=fields)


async def confirmed(
    store: Store, clock: FakeClock, fields: Mapping[str, str], *, demo: bool = False
) -> None:
    await confirm.confirm(
        store,
        clock,
        application_id="first",
        fields=fields,
        secret=b"a key",
        rules=Limits(adult_years=18, expiring_days=30, demo=demo),
        zone="Asia/Ho_Chi_Minh",
    )


async def loaded(store: Store) -> Application:
    async with store.read() as tx:
        return await applications.load(tx, "first")


async def edits(store: Store) -> list[tuple[str, str, str]]:
    async with store.read() as tx:
        rows: list[Row] = list(await documents.edits(tx, "first"))
    return [(row["name"], row["before"], row["after"]) for row in rows]


async def facts(store: Store) -> dict[str, Any]:
    async with store.read() as tx:
        return {row["name"]: row["data"] for row in await applications.events(tx, "first")}


async def test_a_form_typed_by_hand_is_confirmed(store: Store, clock: FakeClock) -> None:
    await somebody(store)
    await confirmed(store, clock, a_form())
    application = await loaded(store)
    assert (application.stage, application.shown_name) == (Stage.CONFIRMED, "MẪU THỊ SEN")
    told = await facts(store)
    assert told["application.confirmed"] == {
        "typed": sorted(form_of(Kind.OTHER).fields),
        "doubtful": [],
        "conflicts": [],
    }


async def test_the_name_the_crm_gave_stays_and_the_agent_sees_the_difference(
    store: Store, clock: FakeClock
) -> None:
    waiting = an_application(stage=Stage.DOCUMENTED, document_kind="other", name="TRẦN VĂN MẪU")
    await given(store, waiting)
    assert (await loaded(store)).shown_name == "TRẦN VĂN MẪU"
    await confirmed(store, clock, a_form())
    application = await loaded(store)
    assert (application.name, application.shown_name) == ("TRẦN VĂN MẪU", "MẪU THỊ SEN")
    async with store.begin() as tx:
        await queue.add_ticket(tx, "first", now=clock.now())
        (waits,) = await queue.line(tx, limit=9)
        file = await customer_file.load(tx, "first")
    assert waits["name"] == "MẪU THỊ SEN"
    (conflict,) = file.form.conflicts
    assert conflict.sources == {Source.TYPED: "MẪU THỊ SEN", Source.CRM: "TRẦN VĂN MẪU"}


async def test_what_was_read_needs_no_typing(store: Store, clock: FakeClock) -> None:
    await with_a_card(store, clock)
    await confirmed(store, clock, {}, demo=True)
    assert (await loaded(store)).stage is Stage.CONFIRMED
    assert (await facts(store))["application.confirmed"]["typed"] == []
    assert await edits(store) == []


async def test_only_what_differs_from_the_reading_is_an_edit(
    store: Store, clock: FakeClock
) -> None:
    await with_a_card(store, clock)
    read = a_form(number="000190000318")
    await confirmed(store, clock, {**read, "residence": "2 Phố Mẫu, Hà Nội"}, demo=True)
    assert await edits(store) == [("residence", "1 Phố Mẫu, Hà Nội", "2 Phố Mẫu, Hà Nội")]
    async with store.read() as tx:
        form = await documents.compare(tx, "first")
    assert form.fields["residence"].source is Source.TYPED


async def test_every_correction_is_kept_with_what_stood_there_before(
    store: Store, clock: FakeClock
) -> None:
    await somebody(store)
    for origin in ("Hà Nội", "Huế", "Huế", "  Đà   Nẵng "):
        await drafted(store, clock, {"origin": origin})
        clock.pass_s(1)
    assert await edits(store) == [
        ("origin", "", "Hà Nội"),
        ("origin", "Hà Nội", "Huế"),
        ("origin", "Huế", "Đà Nẵng"),
    ]


async def test_a_draft_is_kept_right_or_not(store: Store, clock: FakeClock) -> None:
    await somebody(store)
    async with store.bus.listen("application:first") as bell:
        await drafted(store, clock, {"birth_date": "yesterday"})
        assert await bell.wait(0)
    async with store.read() as tx:
        assert await documents.typed(tx, "first") == {"birth_date": "yesterday"}


async def test_a_refused_form_names_each_field_and_keeps_what_was_typed(
    store: Store, clock: FakeClock
) -> None:
    await somebody(store)
    form = a_form(full_name="X1", residence="", sex="?")
    with pytest.raises(FieldsInvalid) as refused:
        await confirmed(store, clock, form)
    assert refused.value.faults == {
        "full_name": "name-invalid",
        "residence": "field-missing",
        "sex": "sex-invalid",
    }
    async with store.read() as tx:
        assert (await documents.typed(tx, "first"))["full_name"] == "X1"
    assert (await loaded(store)).stage is Stage.DOCUMENTED
    await confirmed(store, clock, a_form())
    assert (await loaded(store)).stage is Stage.CONFIRMED


async def test_a_field_nobody_asked_for_is_refused_and_nothing_kept(
    store: Store, clock: FakeClock
) -> None:
    await somebody(store)
    with pytest.raises(FieldsInvalid) as refused:
        await drafted(store, clock, {"origin": "Huế", "shoe_size": "38"})
    assert refused.value.faults == {"shoe_size": "field-unknown"}
    assert await edits(store) == []


async def test_a_specimen_card_passes_in_a_demo_only(store: Store, clock: FakeClock) -> None:
    await with_a_card(store, clock)
    with pytest.raises(FieldsInvalid) as refused:
        await confirmed(store, clock, {})
    assert refused.value.faults == {"number": "number-specimen"}


async def test_today_is_the_banks_day(store: Store, clock: FakeClock) -> None:
    """At one in the morning in Hanoi yesterday's UTC date would let a card of yesterday pass."""
    await somebody(store)
    clock.pass_s(16 * 3600)  # 18:00 UTC on the 21st: the 22nd in Hanoi
    with pytest.raises(FieldsInvalid) as refused:
        await confirmed(store, clock, a_form(expiry_date="2026-11-21"))
    assert refused.value.faults == {"expiry_date": "document-expired"}


@pytest.mark.parametrize("side", Side)
async def test_a_card_with_one_side_missing_has_no_form_yet(
    store: Store, clock: FakeClock, side: Side
) -> None:
    await with_a_card(store, clock, side)
    with pytest.raises(NotAllowedNow):
        await confirmed(store, clock, a_form(number="000190000318"), demo=True)


@pytest.mark.parametrize("stage", [Stage.PHONE_CONFIRMED, Stage.CONFIRMED, Stage.IN_CALL])
async def test_the_form_is_open_at_its_own_stage_only(
    store: Store, clock: FakeClock, stage: Stage
) -> None:
    await given(store, an_application(stage=stage))
    with pytest.raises(NotAllowedNow):
        await drafted(store, clock, {"origin": "Huế"})
    with pytest.raises(NotAllowedNow):
        await confirmed(store, clock, a_form())


async def test_a_double_click_confirms_once(store: Store, clock: FakeClock) -> None:
    await somebody(store)
    clicks = (confirmed(store, clock, a_form()) for _ in range(2))
    outcomes = await asyncio.gather(*clicks, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "NotAllowedNow"]
    async with store.read() as tx:
        names = [row["name"] for row in await applications.events(tx, "first")]
    assert sorted(names) == ["application.confirmed", "application.moved"]
    assert (await loaded(store)).version == 2


async def test_the_facts_of_a_form_name_fields_and_never_what_stands_in_them(
    store: Store, clock: FakeClock
) -> None:
    await somebody(store)
    await confirmed(store, clock, a_form(residence="CANARY lane"))
    assert "CANARY" not in str(await facts(store))
