"""A face in a call is compared with every portrait that counts, and stands in the file."""

import asyncio
import base64
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from ekyc.crew import Crew
from ekyc.domain.call import EndReason, Movement, MovementState
from ekyc.domain.document import Portrait, Side, SideResult
from ekyc.domain.events import SYSTEM, Actor
from ekyc.domain.likeness import Comparison, Face, Outcome
from ekyc.domain.portrait import KeptPortrait, PortraitOf
from ekyc.domain.presence import Signal
from ekyc.domain.room import Glanced, MovementEnded, MovementPictured
from ekyc.domain.still import StillOf
from ekyc.jobs.strays import sweep
from ekyc.journey import customer_file, evidence, kept_media, sealing, stills
from ekyc.journey.customer_file import CustomerFile
from ekyc.journey.discard import DISCARD
from ekyc.journey.ending import end_call
from ekyc.journey.presence import Presence
from ekyc.sealed.form import CustomerKey
from ekyc.settings import Faces
from ekyc.storage import calls, documents, lapsed, portraits, presence, schema
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from tests.builders import a_side
from tests.fakes import START
from tests.meeting import Scene

NUMBER = "000190000318"
ANNA, BINH = (1.0, 0.0, 0.2), (0.0, 1.0, 0.2)
BANK = Actor(kind="crm", id="bank")


class Bench:
    """Finds the face the test says, in whatever picture; also copies portraits."""

    def __init__(self, face_px: float = 120.0) -> None:
        self.found: Face | None = Face(template=ANNA, face_px=face_px, picture=b"a portrait's face")
        self.number, self.cut_px = NUMBER, 240

    async def face(self, picture: bytes) -> Face | None:
        return self.found

    async def copy(self, photograph: bytes) -> bytes:
        return photograph

    async def portrait(self, picture: bytes) -> Portrait:
        return Portrait(picture=picture, width_px=300)

    async def read(self, photograph: bytes) -> SideResult:
        """A front with a portrait as wide as the test says."""
        holder = Portrait(picture=b"cut out of a still", width_px=self.cut_px)
        return replace(a_side(Side.FRONT, number=self.number), portrait=holder)


def a_look(call: str, template: tuple[float, ...], *, connection: int = 1) -> Glanced:
    return Glanced(
        room=call,
        party="customer",
        at=START,
        connection=connection,
        faces=1,
        yaw_deg=1.0,
        pitch_deg=2.0,
        face_px=140.0,
        bright=0.0,
        light=110.0,
        genuine=None,
        points=(),
        template=template,
        picture=base64.b64encode(b"the live face").decode(),
    )


def opened(objects: Objects, key: str, owner: CustomerKey) -> bytes:
    with closing(objects.open(key, owner=owner)) as source:
        return source.read(0, source.size)


class Watch:
    """A call with a portrait in its file, and what is seen of its customer."""

    def __init__(self, scene: Scene, objects: Objects, ring: Ring, rules: Faces) -> None:
        self.scene, self.objects, self.ring, self.bench = scene, objects, ring, Bench()
        tools = (scene.store, scene.clock, self.objects, self.ring)
        self.presence = Presence(*tools, self.bench, rules)
        self._tools, self._faces = tools, rules

    def starts_anew(self) -> None:
        """The server starts anew in the middle of the call."""
        self.presence = Presence(*self._tools, self.bench, self._faces)

    async def gives(self) -> None:
        """They talk, and the bank gives a portrait."""
        self.call = (await self.scene.talk()).id
        await evidence.give_portrait(
            *self._tools, self.bench, application_id="first", image=b"a portrait", by=BANK
        )

    async def sees(self, *events: Glanced | MovementEnded, compared: int = 0) -> CustomerFile:
        """The file, once so many comparisons stand in it."""
        async with Crew() as crew, asyncio.timeout(10):
            for event in events:
                await self.presence.hear(event, crew)
            for _ in range(500):
                if len((await self._file()).comparisons) >= compared:
                    break
                await asyncio.sleep(0.02)
        return await self._file()

    async def _file(self) -> CustomerFile:
        async with self.scene.store.read() as tx:
            return await customer_file.load(tx, "first")

    async def shows_a_card(self, *, width_px: int) -> None:
        """The file has a card's number and a portrait cut out of it."""
        owner = await sealing.customer_key(self.scene.store, self.ring, "first")
        narrow = b"a narrow portrait"
        picture, _ = await asyncio.to_thread(self.objects.put, narrow, suffix="jpg", owner=owner)
        edit = documents.Edit(before="", source=None, after=NUMBER)
        card = KeptPortrait(
            id="card",
            application_id="first",
            of=PortraitOf.CARD,
            picture=picture,
            picture_sha256="",
            width_px=width_px,
            kept_at=START,
        )
        async with self.scene.store.begin() as tx:
            await documents.set_typed(tx, "first", {"number": edit}, actor="customer", now=START)
            await portraits.add(tx, card)

    async def photographs_again(self) -> list[Comparison]:
        """The agent asks for a photograph of the document, and it is sent; what was compared."""
        still = await stills.ask(
            self.scene.store,
            self.scene.clock,
            staff_id="lan",
            application_id="first",
            of=StillOf.DOCUMENT,
            most=9,
        )
        await stills.take(
            *self._tools,
            self.bench,
            application_id="first",
            still_id=still.id,
            image=f"still {still.id}".encode(),
        )
        for _ in range(2):  # sent twice, as the answer was lost
            await self.presence.photographed(still.id)
        return [made for made in (await self._file()).comparisons if made.of == "card"]

    def looks(self, template: tuple[float, ...], *, count: int = 3) -> list[Glanced]:
        return [a_look(self.call, template)] * count


@pytest.fixture
def objects(tmp_path: Path) -> Objects:
    return Objects(tmp_path / "objects")


@pytest.fixture
def ring(tmp_path: Path) -> Ring:
    return Ring.made(tmp_path / "seal.keys")


@pytest.fixture
async def watch(scene: Scene, objects: Objects, ring: Ring) -> Watch:
    watch = Watch(scene, objects, ring, Faces())
    await watch.gives()
    return watch


async def test_the_face_of_a_call_is_compared_after_three_looks_and_both_faces_are_kept(
    watch: Watch,
) -> None:
    assert not (await watch.sees(*watch.looks(ANNA, count=2))).comparisons
    (made,) = (await watch.sees(*watch.looks(ANNA, count=2), compared=1)).comparisons
    assert (made.outcome, made.of, made.looks) == (Outcome.MATCH, "app", 3)
    assert made.score == pytest.approx(1.0)
    assert (made.match_at, made.refer_at, made.template) == (0.45, 0.363, None)
    owner = await sealing.known_key(watch.scene.store, watch.ring, "first")
    assert made.portrait is not None
    for key, face in ((made.live, b"the live face"), (made.portrait, b"a portrait's face")):
        assert await asyncio.to_thread(opened, watch.objects, key, owner) == face
    assert "face.compared" in await watch.scene.facts()
    watch.scene.clock.pass_s(10 * 365 * 86400)
    swept = sweep(watch.scene.store, watch.scene.clock, watch.objects, settle_s=0)
    assert await swept == 0  # the pictures are known to be somebody's


async def test_the_furthest_point_of_a_movement_is_kept_sealed_until_the_file_is_deleted(
    watch: Watch,
) -> None:
    store, clock = watch.scene.store, watch.scene.clock
    asked = Movement(
        id="m1", call_id=watch.call, direction="left", state=MovementState.ASKED, asked_at=START
    )
    async with store.begin() as tx:
        await calls.add_movement(tx, asked)
    picture = base64.b64encode(b"turned left").decode()
    pictured = MovementPictured(room=watch.call, movement="m1", picture=picture)
    moved = asked
    async with Crew() as crew, asyncio.timeout(10):
        await watch.presence.hear(pictured, crew)
        while moved.picture is None:
            await asyncio.sleep(0.02)
            (moved,) = (await watch.sees()).calls[0].movements
    owner = await sealing.known_key(store, watch.ring, "first")
    assert await asyncio.to_thread(opened, watch.objects, moved.picture, owner) == b"turned left"
    async with store.read() as tx:
        media = await kept_media.of_application(tx, "first")
    assert [(one.kind, one.of) for one in media if one.object_key == moved.picture] == [
        ("movement", "left")
    ]
    clock.pass_s(10 * 365 * 86400)
    assert await sweep(store, clock, watch.objects, settle_s=0) == 0
    async with store.begin() as tx:
        emptied = await lapsed.empty(tx, "first", now=clock.now())
    assert moved.picture in emptied.keys


async def test_somebody_elses_face_raises_a_signal_and_decides_nothing(watch: Watch) -> None:
    file = await watch.sees(*watch.looks(BINH), compared=1)
    assert file.comparisons[0].outcome is Outcome.NO_MATCH
    assert [kept.signal for kept in file.signals] == [Signal.NO_MATCH]
    assert file.decision is None


async def test_a_portrait_too_small_or_without_a_face_is_left_to_the_agent(watch: Watch) -> None:
    watch.bench.found = Bench(face_px=41.0).found
    (small,) = (await watch.sees(*watch.looks(BINH), compared=1)).comparisons
    assert (small.outcome, small.is_too_small) == (Outcome.REFER, True)


async def test_who_comes_back_is_told_apart_from_who_left_and_compared_with_the_portraits_anew(
    watch: Watch,
) -> None:
    await watch.sees(*watch.looks(ANNA), compared=1)
    watch.scene.clock.pass_s(20)
    back = [a_look(watch.call, BINH, connection=2)] * 3
    file = await watch.sees(*back, compared=2)
    assert [made.outcome for made in file.comparisons] == [Outcome.MATCH, Outcome.NO_MATCH]
    assert {kept.signal for kept in file.signals} == {Signal.ANOTHER_PERSON, Signal.NO_MATCH}
    assert (await watch.scene.facts()).count("signal.raised") == 2
    watch.presence.forget(watch.call)


async def test_whom_a_call_began_with_outlives_the_server_and_not_the_call(
    watch: Watch, scene: Scene
) -> None:
    await watch.sees(*watch.looks(ANNA), compared=1)
    async with scene.store.read() as tx:
        first = await presence.first_face(tx, watch.call)
    assert first is not None
    assert b"0.2" not in await asyncio.to_thread(watch.objects.read, first)
    watch.starts_anew()
    file = await watch.sees(*watch.looks(BINH), compared=2)
    assert Signal.ANOTHER_PERSON in {kept.signal for kept in file.signals}
    async with scene.store.begin() as tx:
        call = await calls.find(tx, watch.call)
        assert call is not None
        await end_call(tx, call, EndReason.AGENT_ENDED, actor=SYSTEM, now=scene.clock.now())
    async with scene.store.read() as tx:
        assert await presence.first_face(tx, watch.call) is None
        query = sa.select(schema.jobs.c.payload).where(schema.jobs.c.kind == DISCARD)
        due = (await tx.connection.execute(query)).scalars().all()
    assert [payload["keys"] for payload in due] == [[first]]


async def test_a_closer_photograph_of_the_document_is_compared_in_place_of_a_narrow_one(
    watch: Watch,
) -> None:
    await watch.shows_a_card(width_px=41)
    watch.bench.found = Bench(face_px=41.0).found
    await watch.sees(*watch.looks(ANNA), compared=2)
    watch.bench.found = Bench().found
    watch.scene.clock.pass_s(20)
    before, after = await watch.photographs_again()
    assert (before.is_too_small, before.outcome) == (True, Outcome.REFER)
    assert (after.is_too_small, after.outcome) == (False, Outcome.MATCH)
    (narrow, closer) = [one for one in (await watch.sees()).portraits if one.of == "card"]
    assert (narrow.current, closer.current, closer.width_px) == (False, True, 240)
    assert after.portrait_id == closer.id
    assert len(await watch.photographs_again()) == 2  # it is wide enough now


@pytest.mark.parametrize(("number", "cut_px"), [("000190000999", 240), (NUMBER, 40)])
async def test_another_card_or_no_closer_one_is_not_compared(
    watch: Watch, number: str, cut_px: int
) -> None:
    await watch.shows_a_card(width_px=41)
    await watch.sees(*watch.looks(ANNA), compared=2)
    watch.bench.number, watch.bench.cut_px = number, cut_px
    assert len(await watch.photographs_again()) == 1


async def test_a_camera_that_is_a_program_is_told_once_and_its_name_is_not_kept(
    watch: Watch,
) -> None:
    for label in ("HD Camera", "OBS Virtual Camera", "OBS Virtual Camera"):
        await watch.presence.name_camera(watch.call, label)
    file = await watch.sees()
    assert [kept.signal for kept in file.signals] == [Signal.VIRTUAL_CAMERA]
    assert "OBS" not in str(file.events)


async def test_a_bank_that_wants_templates_keeps_them_sealed(
    scene: Scene, objects: Objects, ring: Ring
) -> None:
    watch = Watch(scene, objects, ring, Faces(keep_templates=True))
    await watch.gives()
    (made,) = (await watch.sees(*watch.looks(ANNA), compared=1)).comparisons
    assert made.template is not None
    sealed = await asyncio.to_thread(watch.objects.read, made.template)
    assert b"0.2" not in sealed
