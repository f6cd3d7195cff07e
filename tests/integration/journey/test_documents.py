"""Which document, and its photographs."""

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ekyc.domain.acceptance import Policy
from ekyc.domain.application import Application, Stage
from ekyc.domain.decision import Decision, Verdict
from ekyc.domain.document import (
    Candidate,
    FaultCode,
    Kind,
    Portrait,
    Side,
    SideResult,
    Source,
)
from ekyc.domain.errors import (
    Busy,
    EkycError,
    ImageUnreadable,
    KindRefused,
    NotAllowedNow,
    TooManyPhotographs,
    TooManyRequests,
)
from ekyc.journey import documents, sealing
from ekyc.storage import applications, decisions, lapsed, portraits
from ekyc.storage import documents as photographs
from ekyc.storage.documents import Photograph
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store
from tests.builders import a_member, a_side, an_application, given
from tests.fakes import FakeClock, ScriptedReader

FRONT, BACK = Side.FRONT, Side.BACK
ZONE = "Asia/Ho_Chi_Minh"
BANK = Policy(
    kinds=frozenset({Kind.CCCD_2021, Kind.CAN_CUOC_2024, Kind.PASSPORT}),
    cmnd_until=date(2024, 12, 31),
    demo=True,
)


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects(tmp_path / "objects")


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    return Ring.made(tmp_path / "seal.keys")


async def somebody(store: Store, kind: str = "", stage: Stage = Stage.PHONE_CONFIRMED) -> None:
    await given(store, an_application(stage=stage, document_kind=kind, name=""))


async def with_a_card(store: Store) -> None:
    await somebody(store, Kind.CCCD_2021.value)


class Camera:
    """The customer's camera; each picture is read as the script says, a second after the last."""

    def __init__(self, store: Store, clock: FakeClock, objects: Objects, ring: Ring) -> None:
        self._tools = (store, clock, objects, ring)
        self._clock = clock

    async def takes(self, side: Side, said: SideResult | EkycError, **more: Any) -> ScriptedReader:
        self._clock.pass_s(1)
        reader = ScriptedReader(said)
        values = {"application_id": "first", "origin": "camera", "image": b"pixels", "most": 20}
        values |= {"policy": BANK, "zone": ZONE}
        await documents.photograph(*self._tools, reader, side=side, **{**values, **more})
        return reader


@pytest.fixture
def camera(store: Store, clock: FakeClock, objects: Objects, ring: Ring) -> Camera:
    return Camera(store, clock, objects, ring)


async def loaded(store: Store) -> Application:
    async with store.read() as tx:
        return await applications.load(tx, "first")


async def taken(store: Store) -> list[Photograph]:
    async with store.read() as tx:
        return list(await photographs.photographs(tx, "first"))


async def facts(store: Store) -> list[tuple[str, Any]]:
    async with store.read() as tx:
        return [(row["name"], row["data"]) for row in await applications.events(tx, "first")]


async def test_a_document_typed_by_hand_has_no_photographs_to_wait_for(
    store: Store, clock: FakeClock
) -> None:
    await somebody(store)
    await documents.choose(store, clock, application_id="first", kind=Kind.OTHER, policy=BANK)
    application = await loaded(store)
    assert (application.stage, application.document_kind) == (Stage.DOCUMENTED, "other")
    assert [name for name, _ in await facts(store)] == ["document.chosen", "application.moved"]


async def test_a_card_waits_for_its_photographs(store: Store, clock: FakeClock) -> None:
    await somebody(store)
    await documents.choose(store, clock, application_id="first", kind=Kind.CCCD_2021, policy=BANK)
    assert (await loaded(store)).stage is Stage.PHONE_CONFIRMED
    assert await facts(store) == [("document.chosen", {"kind": "cccd-2021"})]


async def test_whoever_typed_first_may_still_choose_the_card(
    store: Store, clock: FakeClock
) -> None:
    await somebody(store, "other", Stage.DOCUMENTED)
    await documents.choose(store, clock, application_id="first", kind=Kind.CCCD_2021, policy=BANK)
    await documents.choose(store, clock, application_id="first", kind=Kind.OTHER, policy=BANK)
    application = await loaded(store)
    assert (application.stage, application.document_kind) == (Stage.DOCUMENTED, "other")


@pytest.mark.parametrize("stage", [Stage.CONSENTED, Stage.CONFIRMED, Stage.IN_CALL])
async def test_nobody_chooses_a_document_at_another_stage(
    store: Store, clock: FakeClock, stage: Stage
) -> None:
    await somebody(store, stage=stage)
    with pytest.raises(NotAllowedNow):
        await documents.choose(store, clock, application_id="first", kind=Kind.OTHER, policy=BANK)


async def test_two_good_photographs_document_the_card(
    store: Store, camera: Camera, objects: Objects, ring: Ring
) -> None:
    await with_a_card(store)
    await camera.takes(FRONT, a_side(FRONT))
    assert (await loaded(store)).stage is Stage.PHONE_CONFIRMED
    reader = await camera.takes(BACK, a_side(BACK), origin="upload")
    assert (await loaded(store)).stage is Stage.DOCUMENTED
    assert reader.seen == [b"pixels"]
    front, back = await taken(store)
    assert (front.side, front.state, front.origin) == ("front", "accepted", "camera")
    assert (back.side, back.state, back.origin) == ("back", "accepted", "upload")
    owner = await sealing.customer_key(store, ring, "first")
    for key, content in ((front.original, b"a photograph"), (front.straightened, b"a card")):
        assert content not in await asyncio.to_thread(objects.read, key)
        picture = await asyncio.to_thread(objects.open, key, owner=owner)
        assert picture.read(0, 99) == content


async def test_one_customers_photographs_are_read_one_after_the_other(
    store: Store, camera: Camera
) -> None:
    await with_a_card(store)
    done = await asyncio.gather(
        *(camera.takes(side, a_side(side)) for side in Side), return_exceptions=True
    )
    assert [type(each) for each in done] == [ScriptedReader, TooManyRequests]
    await camera.takes(BACK, a_side(BACK))
    assert (await loaded(store)).stage is Stage.DOCUMENTED


async def test_nobody_fills_the_disk_with_photographs_of_one_side(
    store: Store, clock: FakeClock, camera: Camera
) -> None:
    await with_a_card(store)
    for _ in range(2):
        await camera.takes(FRONT, a_side(FRONT, FaultCode.BLUR), most=2)
    with pytest.raises(TooManyPhotographs):
        await camera.takes(FRONT, a_side(FRONT), most=2)
    assert len(await taken(store)) == 2
    await camera.takes(BACK, a_side(BACK), most=2)
    clock.pass_s(1)
    await given(store, a_member("lan"))
    await sent_back(store, clock)
    clock.pass_s(1)
    await camera.takes(FRONT, a_side(FRONT), most=2)


async def sent_back(store: Store, clock: FakeClock) -> None:
    """An agent asked for better photographs."""
    async with store.begin() as tx:
        verdict = Decision(
            id="unclear",
            application_id="first",
            verdict=Verdict.INCOMPLETE,
            reasons=("photograph-unclear",),
            note="",
            by="lan",
            at=clock.now(),
        )
        await decisions.add(tx, verdict)


async def test_a_bad_photograph_is_kept_with_its_faults_and_does_not_count(
    store: Store, camera: Camera
) -> None:
    await with_a_card(store)
    await camera.takes(FRONT, a_side(FRONT))
    await camera.takes(BACK, a_side(BACK, FaultCode.BLUR, FaultCode.GLARE))
    assert (await loaded(store)).stage is Stage.PHONE_CONFIRMED
    name, data = (await facts(store))[-1]
    assert name == "document.refused"
    assert data["faults"] == ["blur", "glare"]


async def test_a_retake_takes_the_place_of_the_side_and_the_earlier_stays_in_the_file(
    store: Store, camera: Camera
) -> None:
    await with_a_card(store)
    for side in (FRONT, BACK, FRONT):
        await camera.takes(side, a_side(side))
    assert [(p.side, p.current) for p in await taken(store)] == [
        ("front", False),
        ("back", True),
        ("front", True),
    ]
    assert (await loaded(store)).stage is Stage.DOCUMENTED


async def test_a_worse_retake_has_to_be_made_up_for(store: Store, camera: Camera) -> None:
    await with_a_card(store)
    for side in Side:
        await camera.takes(side, a_side(side))
    await camera.takes(FRONT, a_side(FRONT, FaultCode.TOO_DARK))
    async with store.read() as tx:
        assert set(await photographs.readings(tx, "first")) == {BACK}


@pytest.mark.parametrize("refusal", [Busy(), ImageUnreadable()])
async def test_a_photograph_that_could_not_be_read_leaves_nothing_behind(
    store: Store, camera: Camera, tmp_path: Path, refusal: EkycError
) -> None:
    await with_a_card(store)
    with pytest.raises(type(refusal)):
        await camera.takes(FRONT, refusal)
    assert await taken(store) == []
    assert not (tmp_path / "objects").exists()


async def test_a_document_typed_by_hand_takes_no_photographs(store: Store, camera: Camera) -> None:
    await somebody(store, "other", Stage.DOCUMENTED)
    with pytest.raises(NotAllowedNow):
        await camera.takes(FRONT, a_side(FRONT))


async def test_a_photograph_after_the_form_was_confirmed_is_refused_before_it_is_read(
    store: Store, clock: FakeClock, objects: Objects, ring: Ring
) -> None:
    await somebody(store, Kind.CCCD_2021.value, Stage.CONFIRMED)
    reader = ScriptedReader()
    with pytest.raises(NotAllowedNow):
        await documents.photograph(
            store,
            clock,
            objects,
            ring,
            reader,
            application_id="first",
            side=FRONT,
            origin="camera",
            image=b"pixels",
            most=20,
            policy=BANK,
            zone=ZONE,
        )
    assert reader.seen == []


class Confirming(ScriptedReader):
    """The customer confirms in another tab while the photograph is being read."""

    def __init__(self, store: Store, *script: SideResult) -> None:
        super().__init__(*script)
        self._store = store

    async def read(self, photograph: bytes) -> SideResult:
        async with self._store.begin() as tx:
            await applications.set_values(tx, "first", stage=Stage.CONFIRMED.value)
        return await super().read(photograph)


async def test_a_photograph_that_comes_too_late_leaves_no_picture_behind(
    store: Store, clock: FakeClock, objects: Objects, ring: Ring, tmp_path: Path
) -> None:
    await with_a_card(store)
    with pytest.raises(NotAllowedNow):
        await documents.photograph(
            store,
            clock,
            objects,
            ring,
            Confirming(store, a_side(FRONT)),
            application_id="first",
            side=FRONT,
            origin="camera",
            image=b"pixels",
            most=20,
            policy=BANK,
            zone=ZONE,
        )
    assert [path for path in (tmp_path / "objects").rglob("*") if path.is_file()] == []


async def test_the_facts_of_a_photograph_hold_no_word_of_the_card(
    store: Store, camera: Camera
) -> None:
    await with_a_card(store)
    await camera.takes(FRONT, a_side(FRONT, full_name="CANARY BIRD"))
    assert "CANARY" not in str(await facts(store))


async def refusals(store: Store) -> list[str]:
    return sorted(fault for photograph in await taken(store) for fault in photograph.faults)


def another(side: Side, kind: Kind, **changes: str) -> SideResult:
    """A side of another kind of document."""
    taken = a_side(side, **changes)
    return replace(taken, reading=replace(taken.reading, kind=kind))


async def test_sides_photographed_in_each_others_place_are_put_right(
    store: Store, camera: Camera
) -> None:
    await with_a_card(store)
    await camera.takes(FRONT, a_side(BACK))
    await camera.takes(BACK, a_side(FRONT))
    assert {(p.side, p.state) for p in await taken(store)} == {
        ("back", "accepted"),
        ("front", "accepted"),
    }
    assert (await loaded(store)).stage is Stage.DOCUMENTED


async def test_two_fronts_are_refused_and_the_first_one_stays(store: Store, camera: Camera) -> None:
    await with_a_card(store)
    await camera.takes(FRONT, a_side(FRONT))
    await camera.takes(BACK, a_side(FRONT))
    second, front = sorted(await taken(store), key=lambda photograph: photograph.side)
    assert (front.state, front.current) == ("accepted", True)
    assert (second.side, second.state, second.faults) == ("back", "refused", ["wrong-side"])


async def test_sides_of_two_people_do_not_document_anybody(store: Store, camera: Camera) -> None:
    await with_a_card(store)
    await camera.takes(FRONT, a_side(FRONT))
    other = {"full_name": "TRẦN VĂN HAI", "number": "000085001111"}
    back = a_side(BACK)
    said = {name: {Source.MRZ: Candidate(value=v, confidence=0.95)} for name, v in other.items()}
    await camera.takes(BACK, replace(back, reading=replace(back.reading, candidates=said)))
    assert await refusals(store) == ["other-person"]
    assert (await loaded(store)).stage is Stage.PHONE_CONFIRMED
    await camera.takes(BACK, a_side(BACK))
    assert (await loaded(store)).stage is Stage.DOCUMENTED


async def test_another_card_the_bank_takes_is_followed(store: Store, camera: Camera) -> None:
    await with_a_card(store)
    await camera.takes(FRONT, another(FRONT, Kind.CAN_CUOC_2024))
    assert (await loaded(store)).document_kind == "can-cuoc-2024"
    await camera.takes(BACK, a_side(BACK))
    assert await refusals(store) == ["kinds-differ"]
    await camera.takes(BACK, another(BACK, Kind.CAN_CUOC_2024))
    assert (await loaded(store)).stage is Stage.DOCUMENTED
    assert ("document.chosen", {"kind": "can-cuoc-2024"}) in await facts(store)


async def test_a_document_the_bank_does_not_take_is_told_and_changes_nothing(
    store: Store, camera: Camera
) -> None:
    await with_a_card(store)
    await camera.takes(FRONT, a_side(FRONT))
    await camera.takes(BACK, another(BACK, Kind.GPLX))
    assert await refusals(store) == ["wrong-kind"]
    assert (await loaded(store)).document_kind == "cccd-2021"
    async with store.read() as tx:
        assert set(await photographs.readings(tx, "first")) == {FRONT}


async def test_a_passport_is_documented_by_its_one_page(store: Store, camera: Camera) -> None:
    await somebody(store, Kind.PASSPORT.value)
    await camera.takes(FRONT, another(FRONT, Kind.PASSPORT))
    assert (await loaded(store)).stage is Stage.DOCUMENTED


async def test_an_expired_document_and_a_cmnd_are_refused_with_their_reason(
    store: Store, camera: Camera
) -> None:
    await with_a_card(store)
    await camera.takes(BACK, a_side(BACK, expiry_date="2026-11-20"))
    await camera.takes(FRONT, another(FRONT, Kind.CMND))
    assert await refusals(store) == ["cmnd-ended", "expired"]


async def test_choosing_another_document_sets_the_photographs_of_the_first_aside(
    store: Store, clock: FakeClock, camera: Camera
) -> None:
    await with_a_card(store)
    await camera.takes(FRONT, a_side(FRONT))
    for kind in (Kind.CCCD_2021, Kind.PASSPORT):
        assert [p.current for p in await taken(store)] == [True]
        await documents.choose(store, clock, application_id="first", kind=kind, policy=BANK)
    assert [p.current for p in await taken(store)] == [False]


async def test_nobody_chooses_a_document_the_bank_does_not_take(
    store: Store, clock: FakeClock
) -> None:
    await somebody(store)
    with pytest.raises(KindRefused):
        await documents.choose(store, clock, application_id="first", kind=Kind.GPLX, policy=BANK)


async def test_the_portrait_of_an_accepted_front_is_kept_sealed_and_gives_way_to_a_retake(
    store: Store, clock: FakeClock, objects: Objects, ring: Ring
) -> None:
    await with_a_card(store)
    camera = Camera(store, clock, objects, ring)
    blurred = a_side(FRONT, FaultCode.BLUR)
    holder = Portrait(picture=b"a face", width_px=300)
    for result, width in ((a_side(FRONT), 180), (a_side(FRONT), 220), (blurred, 300)):
        clock.pass_s(1)
        await camera.takes(FRONT, replace(result, portrait=replace(holder, width_px=width)))
    async with store.read() as tx:
        kept = await portraits.of_application(tx, "first")
    assert [(one.width_px, one.current) for one in kept] == [(180, False), (220, False)]
    assert await asyncio.to_thread(objects.read, kept[0].picture) != b"a face"
    clock.pass_s(1)
    await camera.takes(FRONT, replace(a_side(FRONT), portrait=holder))
    async with store.begin() as tx:
        now = await portraits.current(tx, "first")
        left = await lapsed.empty(tx, "first", now=clock.now())
    assert [one.width_px for one in now.values()] == [300]
    assert {one.picture for one in kept} < set(left.keys)
