"""What the bank's own app gives: chips that are believed, chips that are not, and portraits."""

import asyncio
import dataclasses
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from ekyc.domain.application import Stage
from ekyc.domain.chip import ChipData, ChipReason, ChipState, KeptChip
from ekyc.domain.document import Source
from ekyc.domain.errors import ChipUnreadable, ImageUnreadable, NotAllowedNow
from ekyc.domain.events import Actor
from ekyc.domain.flag import FlagCode, Limits
from ekyc.domain.portrait import KeptPortrait, PortraitOf
from ekyc.journey import customer_file, evidence, flags, sealing
from ekyc.storage import applications, documents, issuers, lapsed, portraits
from ekyc.storage.documents import Edit
from ekyc.storage.objects import Objects
from ekyc.storage.sealing import Ring
from ekyc.storage.store import Store
from tests.builders import an_application, given
from tests.chips import a_key, a_press, certificate, dg1
from tests.fakes import FakeClock, ScriptedReader

PRESS = a_press()
BANK = Actor(kind="crm", id="key")


class App:
    """The bank's own app, and the server that trusts Utopia's authority."""

    def __init__(self, store: Store, clock: FakeClock, tmp_path: Path) -> None:
        self.store, self.clock = store, clock
        self.objects = Objects(tmp_path / "objects")
        self.ring = Ring.made(tmp_path / "seal.keys")
        self.folder = tmp_path / "issuers"
        self.folder.mkdir()
        authority = PRESS.authority.certificate.public_bytes(Encoding.PEM)
        (self.folder / "utopia.pem").write_bytes(authority)

    async def chip(self, data: ChipData, *script: ImageUnreadable) -> KeptChip:
        return await evidence.give_chip(
            self.store,
            self.clock,
            self.objects,
            self.ring,
            ScriptedReader(*script),
            lambda: issuers.read(self.folder),
            application_id="first",
            data=data,
            secret=b"the server's key",
            by=BANK,
        )

    async def portrait(self, image: bytes) -> KeptPortrait:
        return await evidence.give_portrait(
            self.store,
            self.clock,
            self.objects,
            self.ring,
            ScriptedReader(),
            application_id="first",
            image=image,
            by=BANK,
        )


@pytest.fixture
def app(store: Store, clock: FakeClock, tmp_path: Path) -> App:
    return App(store, clock, tmp_path)


async def codes(store: Store) -> list[FlagCode]:
    rules = Limits(adult_years=18, expiring_days=30, demo=True)
    async with store.read() as tx:
        file = await customer_file.load(tx, "first")
        found = await flags.of(
            tx, file.application, file.form, rules=rules, today=date(2026, 11, 22)
        )
    return [flag.code for flag in found]


async def faces(store: Store) -> dict[PortraitOf, KeptPortrait]:
    async with store.read() as tx:
        return await portraits.current(tx, "first")


async def test_an_authentic_chip_stands_above_what_the_customer_wrote(
    app: App, store: Store, clock: FakeClock
) -> None:
    await given(store, an_application())
    typed = {"number": "000190000319", "full_name": "MẪU THỊ SEN", "sex": "F"}
    edits = {name: Edit(before="", after=value, source=None) for name, value in typed.items()}
    async with store.begin() as tx:
        await documents.set_typed(tx, "first", edits, actor="customer", now=clock.now())
    kept = await app.chip(PRESS.chip())
    assert (kept.state, kept.reason) == (ChipState.AUTHENTIC, None)
    async with store.read() as tx:
        form = await documents.compare(tx, "first")
        told = [
            row for row in await applications.events(tx, "first") if row["name"] == "chip.given"
        ]
    number, name = form.fields["number"], form.fields["full_name"]
    assert (number.value, number.source) == ("000190000318", Source.CHIP)
    assert (name.value, name.source) == ("MẪU THỊ SEN", Source.TYPED)  # a chip has no diacritics
    assert [conflict.field for conflict in form.conflicts] == ["number"]
    assert await codes(store) == [FlagCode.FIELD_EDITED]
    assert (await faces(store))[PortraitOf.CHIP].width_px == 480
    (fact,) = told
    assert fact["data"] == {"chip": kept.id, "state": "authentic", "portrait": True}


async def test_given_again_a_chip_is_kept_once(app: App, store: Store) -> None:
    await given(store, an_application())
    first = await app.chip(PRESS.chip())
    data = PRESS.chip()
    second = await app.chip(data)
    again = await app.chip(data)
    assert first.id != second.id  # another signature of the same
    assert again == second


async def test_a_doctored_chip_says_nothing_and_is_kept_as_evidence(app: App, store: Store) -> None:
    await given(store, an_application())
    await app.chip(PRESS.chip())
    genuine = PRESS.chip()
    doctored = dataclasses.replace(genuine, dg1=genuine.dg1.replace(b"SEN", b"SAN"))
    kept = await app.chip(doctored)
    assert (kept.state, kept.reason) == (ChipState.REFUSED, ChipReason.DATA_CHANGED)
    async with store.read() as tx:
        assert (await documents.compare(tx, "first")).fields == {}
    assert await faces(store) == {}
    assert await codes(store) == [FlagCode.CHIP_REFUSED]
    content = await asyncio.to_thread(app.objects.read, kept.data)
    assert b"dg1" not in content  # sealed
    owner = await sealing.known_key(store, app.ring, "first")
    source = await asyncio.to_thread(app.objects.open, kept.data, owner=owner)
    assert b'"sod"' in source.read(0, source.size)
    source.close()


async def test_without_authorities_a_chip_is_not_believed(app: App, store: Store) -> None:
    await given(store, an_application())
    (app.folder / "utopia.pem").unlink()
    signer, (press_key, name) = a_key(), (PRESS.authority.key, PRESS.authority.name)
    own = certificate("Utopia DS", signer, issuer=name, by=press_key)
    (app.folder / "signer.der").write_bytes(own.public_bytes(Encoding.DER))
    (app.folder / "broken.crt").write_bytes(b"no certificate")
    assert (await app.chip(PRESS.chip())).reason is ChipReason.NO_ISSUER
    assert await codes(store) == [FlagCode.CHIP_UNCHECKED]
    async with store.read() as tx:
        assert (await documents.compare(tx, "first")).fields == {}


async def test_a_chip_whose_picture_nobody_can_open_still_counts(app: App, store: Store) -> None:
    await given(store, an_application())
    kept = await app.chip(PRESS.chip(), ImageUnreadable())
    assert kept.state is ChipState.AUTHENTIC
    assert await faces(store) == {}


async def test_what_is_no_chip_is_refused_and_after_the_verdict_everything(
    app: App, store: Store
) -> None:
    await given(store, an_application())
    with pytest.raises(ChipUnreadable):
        await app.chip(ChipData(dg1=dg1(), dg2=b"", sod=b""))
    async with store.begin() as tx:
        await applications.set_values(tx, "first", stage=Stage.DECIDED.value)
    with pytest.raises(NotAllowedNow):
        await app.chip(PRESS.chip())
    with pytest.raises(NotAllowedNow):
        await app.portrait(b"a face")


async def test_a_portrait_from_the_banks_app_is_kept_once_and_deleted_with_the_rest(
    app: App, store: Store, clock: FakeClock
) -> None:
    await given(store, an_application())
    first, again = await app.portrait(b"a face"), await app.portrait(b"a face")
    other = await app.portrait(b"another face")
    chip = await app.chip(PRESS.chip())
    assert first == again
    assert list(await faces(store)) == [PortraitOf.CHIP, PortraitOf.APP]
    assert (await faces(store))[PortraitOf.APP].id == other.id
    async with store.begin() as tx:
        left = await lapsed.empty(tx, "first", now=clock.now())
    assert {first.picture, other.picture, chip.data} < set(left.keys)
