"""What time does to what nobody finishes: reminded once, expired, deleted; and swept rows."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Never

import pytest
import sqlalchemy as sa

from ekyc.domain.application import Stage
from ekyc.domain.queue import TicketState
from ekyc.jobs.runner import Runner
from ekyc.jobs.sweeper import Sweeper, discarder
from ekyc.journey import apply, lapse, webhooks
from ekyc.journey.discard import DISCARD
from ekyc.notify.reminder import reminder
from ekyc.notify.texts import Texts
from ekyc.settings import Applications, Call, Crm, Jobs, Queue, Server, Settings, Staff
from ekyc.storage import applications, deliveries, schema, tokens
from ekyc.storage.migrate import migrate
from ekyc.storage.objects import Objects
from ekyc.storage.store import Job, Store
from tests.builders import an_application, given
from tests.fakes import START, FakeClock, Messages
from tests.first_version import left_behind, rows
from tests.meeting import Scene
from tests.stores import ENGINES, opened

DAY_S = 86_400.0
TEXTS = Texts()
OWN = [
    "links",
    "customer_sessions",
    "consents",
    "codes",
    "photographs",
    "fields",
    "edits",
    "prechecks",
    "tickets",
    "calls",
    "checks",
]


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(store=store, clock=FakeClock(), queue=Queue(), call=Call())


@pytest.fixture
def messages() -> Messages:
    return Messages()


def a_sweeper(scene: Scene, messages: Messages, **rules: Any) -> Sweeper:
    settings = Settings(
        server=Server(public_url="https://kyc.bank.example"), applications=Applications(**rules)
    )
    word = reminder(settings, TEXTS)
    return Sweeper(scene.store, scene.clock, settings, sender=messages, word=word)


async def linked(scene: Scene, id: str, *, until: datetime, token: str = "") -> None:
    async with scene.store.begin() as tx:
        digest = tokens.digest(token or f"link {id}")
        await applications.add_link(tx, id, digest=digest, expires_at=until)


async def stage_of(scene: Scene, id: str = "first") -> Stage:
    return (await scene.application(id)).stage


# Links that run out


@pytest.mark.parametrize(
    "stage",
    [
        Stage.OPENED,
        Stage.CONSENTED,
        Stage.PHONE_CONFIRMED,
        Stage.DOCUMENTED,
        Stage.CONFIRMED,
    ],
)
async def test_who_never_came_back_expires_with_the_link(
    scene: Scene, messages: Messages, stage: Stage
) -> None:
    await given(scene.store, an_application(stage=stage))
    await linked(scene, "first", until=START + timedelta(hours=72))
    sweeper = a_sweeper(scene, messages)
    scene.clock.pass_s(3 * DAY_S - 1)
    await sweeper.turn()
    assert await stage_of(scene) is stage
    scene.clock.pass_s(1)
    await sweeper.turn()
    assert await stage_of(scene) is Stage.EXPIRED
    assert (await scene.facts())[-1] == "application.moved"


async def test_who_is_here_by_a_session_does_not_expire_under_the_hands(
    scene: Scene, messages: Messages
) -> None:
    await given(scene.store, an_application())
    await linked(scene, "first", until=START)
    async with scene.store.begin() as tx:
        later = START + timedelta(hours=1)
        await applications.add_session(tx, "first", digest="here", expires_at=later)
    await a_sweeper(scene, messages).turn()
    assert await stage_of(scene) is Stage.CONFIRMED
    scene.clock.pass_s(3601)
    await a_sweeper(scene, messages).turn()
    assert await stage_of(scene) is Stage.EXPIRED


async def test_a_newer_link_keeps_the_application_open(scene: Scene, messages: Messages) -> None:
    await given(scene.store, an_application())
    await linked(scene, "first", until=START, token="old")
    await linked(scene, "first", until=START + timedelta(hours=1), token="new")
    await a_sweeper(scene, messages).turn()
    assert await stage_of(scene) is Stage.CONFIRMED


async def test_a_parked_customer_who_never_returns_leaves_the_line(
    scene: Scene, messages: Messages
) -> None:
    await scene.waits("first")
    scene.clock.pass_s(DAY_S)
    await a_sweeper(scene, messages).turn()
    assert await stage_of(scene) is Stage.EXPIRED
    assert await scene.ticket_of("first") is None
    assert "ticket.left" in await scene.facts()


async def test_a_customer_it_rings_for_does_not_expire(scene: Scene, messages: Messages) -> None:
    await scene.rings("first")
    scene.clock.pass_s(DAY_S)
    await a_sweeper(scene, messages).turn()
    ticket = await scene.ticket_of("first")
    assert ticket is not None
    assert ticket.state is TicketState.MATCHED


@pytest.mark.parametrize("stage", [Stage.BOOKED, Stage.IN_CALL, Stage.DECIDED, Stage.WITHDRAWN])
async def test_who_is_promised_a_time_or_in_the_agents_hands_does_not_expire(
    scene: Scene, messages: Messages, stage: Stage
) -> None:
    await given(scene.store, an_application(stage=stage))
    await a_sweeper(scene, messages).turn()
    assert await stage_of(scene) is stage


# Reminders


async def test_who_broke_off_is_reminded_once_by_a_link_that_opens(
    scene: Scene, messages: Messages
) -> None:
    await given(scene.store, an_application(stage=Stage.DOCUMENTED))
    await linked(scene, "first", until=START + timedelta(hours=72))
    sweeper = a_sweeper(scene, messages)
    await sweeper.turn()
    assert messages.sent == []
    scene.clock.pass_s(DAY_S)
    for _ in range(3):
        await sweeper.turn()
    ((to, text),) = messages.sent
    assert to == "+84900000318"
    assert "HS-2611-first" in text
    assert "09:00 24/11/2026" in text, "when the link ends, on the bank's clock"
    found = re.search(r"https://kyc.bank.example/c/#(\S+)", text)
    assert found is not None
    id, _ = await apply.open_session(scene.store, scene.clock, link_token=found[1], hours=1)
    assert id == "first"
    assert (await scene.facts()).count("application.reminded") == 1
    assert all(messages.ids), "providers tell messages apart by their ids"


async def test_who_never_began_or_cannot_go_on_is_not_reminded(
    scene: Scene, messages: Messages
) -> None:
    for id, stage in (("new", Stage.OPENED), ("late", Stage.CONFIRMED), ("gone", Stage.EXPIRED)):
        await given(scene.store, an_application(id, stage=stage))
        until = START if id == "late" else START + timedelta(days=9)
        await linked(scene, id, until=until)
    scene.clock.pass_s(2 * DAY_S)
    await a_sweeper(scene, messages).turn()
    assert messages.sent == []


async def test_a_bank_that_wants_no_reminders_sends_none(scene: Scene, messages: Messages) -> None:
    await given(scene.store, an_application())
    await linked(scene, "first", until=START + timedelta(days=9))
    scene.clock.pass_s(2 * DAY_S)
    await a_sweeper(scene, messages, remind_hours=0).turn()
    assert messages.sent == []


class Failing(Messages):
    """A provider that is away."""

    async def send(self, *, to: str, text: str, **more: Any) -> Never:
        raise ConnectionError


async def test_a_provider_that_fails_costs_a_reminder_and_never_doubles_one(scene: Scene) -> None:
    await given(scene.store, an_application())
    await linked(scene, "first", until=START + timedelta(days=9))
    scene.clock.pass_s(2 * DAY_S)
    await a_sweeper(scene, Failing()).turn()
    working = Messages()
    await a_sweeper(scene, working).turn()
    assert working.sent == []


# Deletion


@pytest.fixture(params=ENGINES)
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'ekyc.sqlite3'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


async def _left_of(store: Store, id: str) -> dict[str, int]:
    """How many rows of each table still speak of this application."""
    tables = schema.metadata.tables
    async with store.read() as tx:
        counts = {}
        for name in OWN:
            query = sa.select(sa.func.count()).where(tables[name].c.application_id == id)
            counts[name] = int((await tx.connection.execute(query)).scalar_one())
        for name in ("recordings", "movements"):
            query = sa.select(sa.func.count()).where(tables[name].c.call_id == f"call-{id}")
            counts[name] = int((await tx.connection.execute(query)).scalar_one())
    return counts


def _files(objects: Objects) -> tuple[list[str], str]:
    """What the broken-off application left among the objects, and a picture of another one."""
    photographs, recordings = rows()["photographs"], rows()["recordings"]
    files = [photographs[2]["original"], recordings[2]["object_key"]]
    kept = photographs[1]["original"]
    for key in [*files, kept]:
        objects.path(key).parent.mkdir(parents=True, exist_ok=True)
        objects.path(key).write_bytes(b"a picture")
    return files, kept


async def test_what_was_broken_off_is_deleted_row_by_row_and_file_by_file(
    old_url: str, tmp_path: Path
) -> None:
    clock, objects = FakeClock(), Objects(tmp_path / "objects")
    files, kept = _files(objects)
    async with opened(old_url) as store:
        await left_behind(store)
        await migrate(store)
        assert set((await _left_of(store, "broke")).values()) != {0}
        clock.pass_s(30 * DAY_S - 1)
        assert await lapse.delete(store, clock, after_days=30, limit=9) == 0
        clock.pass_s(1)
        assert await lapse.delete(store, clock, after_days=30, limit=9) == 1
        assert await lapse.delete(store, clock, after_days=30, limit=9) == 0
        assert set((await _left_of(store, "broke")).values()) == {0}
        assert 0 not in (await _left_of(store, "decided")).values()
        runner = Runner(store, clock, Jobs(), {DISCARD: discarder(objects)})
        assert await runner.step(DISCARD)
        async with store.read() as tx:
            application = await applications.load(tx, "broke")
            facts = await applications.events(tx, "broke")
            listed = await applications.newest(tx, stage=None, limit=9)
        _, told = await webhooks.message(store, facts[-1]["sequence"])
    assert [objects.path(key).exists() for key in files] == [False, False]
    assert objects.path(kept).exists()
    assert (application.phone, application.name, application.note) == ("", "", "")
    assert application.stage is Stage.WITHDRAWN
    assert [fact["name"] for fact in facts] == ["application.moved", "application.deleted"]
    assert told["type"] == "application.deleted"
    assert told["data"]["photographs"] == 1
    assert "broke" not in {each.id for each in listed}


async def test_a_decided_application_is_never_deleted_even_when_it_began_again_and_expired(
    scene: Scene,
) -> None:
    await given(scene.store, an_application(stage=Stage.EXPIRED))
    async with scene.store.begin() as tx:
        await tx.connection.execute(
            sa.insert(schema.decisions).values(
                id="once",
                application_id="first",
                verdict="incomplete",
                reasons=["photograph-unclear"],
                note="",
                by="lan",
                at=START,
            )
        )
    scene.clock.pass_s(400 * DAY_S)
    assert await lapse.delete(scene.store, scene.clock, after_days=30, limit=9) == 0


async def test_an_open_application_is_never_deleted_however_old(scene: Scene) -> None:
    for stage in set(Stage) - {Stage.EXPIRED, Stage.WITHDRAWN}:
        await given(scene.store, an_application(stage.value, stage=stage))
    scene.clock.pass_s(4000 * DAY_S)
    assert await lapse.delete(scene.store, scene.clock, after_days=1, limit=99) == 0


async def test_nothing_is_deleted_before_its_recordings_are_finished(scene: Scene) -> None:
    await scene.talk()
    async with scene.store.begin() as tx:
        await tx.connection.execute(sa.update(schema.applications).values(stage="withdrawn"))
    scene.clock.pass_s(400 * DAY_S)
    assert await lapse.delete(scene.store, scene.clock, after_days=30, limit=9) == 0
    async with scene.store.begin() as tx:
        await tx.connection.execute(sa.update(schema.recordings).values(state="lost"))
    assert await lapse.delete(scene.store, scene.clock, after_days=30, limit=9) == 1


# Short-lived rows


async def test_rows_nobody_can_use_any_more_are_swept_and_living_ones_stay(
    old_url: str, messages: Messages
) -> None:
    clock = FakeClock()
    short = {"customer_sessions", "staff_sessions", "sign_ins", "passes", "codes"}
    short |= {"sign_in_failures", "idempotency", "links", "inbox"}
    async with opened(old_url) as store:
        await left_behind(store)
        await migrate(store)
        scene = Scene(store=store, clock=clock, queue=Queue(), call=Call())
        settings = Settings(staff=Staff(), crm=Crm(), applications=Applications())
        sweeper = Sweeper(store, clock, settings, sender=messages, word=None)

        async def left() -> set[str]:
            async with store.read() as tx:
                return {
                    name
                    for name in short
                    if (
                        await tx.connection.execute(
                            sa.select(sa.func.count()).select_from(schema.metadata.tables[name])
                        )
                    ).scalar_one()
                }

        await sweeper.turn()
        assert await left() == short
        clock.pass_s(2 * 3600)
        await sweeper.turn()
        assert await left() == short - {"staff_sessions", "codes", "sign_in_failures"}
        clock.pass_s(2 * DAY_S)
        await sweeper.turn()
        assert await left() == {"links", "inbox"}
        clock.pass_s(32 * DAY_S)
        await sweeper.turn()
        assert await left() == set()
        assert await stage_of(scene, "decided") is Stage.DECIDED


async def test_work_done_long_ago_is_forgotten_but_not_what_waits_or_what_the_crm_was_told(
    scene: Scene, messages: Messages
) -> None:
    kinds = {"call.remind": "done", deliveries.KIND: "done", "objects.discard": "dead"}
    async with scene.store.begin() as tx:
        for kind, state in kinds.items():
            await tx.later(Job(kind=kind, key=kind, payload={}, due_at=START))
            await tx.connection.execute(
                sa.update(schema.jobs).where(schema.jobs.c.key == kind).values(state=state)
            )
    sweeper = a_sweeper(scene, messages)

    async def kept() -> set[str]:
        async with scene.store.read() as tx:
            return set((await tx.connection.execute(sa.select(schema.jobs.c.kind))).scalars())

    scene.clock.pass_s(Jobs().keep_done_days * DAY_S - 1)
    await sweeper.turn()
    assert await kept() == set(kinds)
    scene.clock.pass_s(1)
    await sweeper.turn()
    assert await kept() == {deliveries.KIND, "objects.discard"}


async def test_a_turn_that_fails_is_not_the_last(scene: Scene, messages: Messages) -> None:
    await given(scene.store, an_application())
    sweeper = a_sweeper(scene, messages)
    async with scene.store.engine.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE tickets RENAME TO away"))
    await sweeper.turn()
    assert await stage_of(scene) is Stage.CONFIRMED
    async with scene.store.engine.begin() as connection:
        await connection.execute(sa.text("ALTER TABLE away RENAME TO tickets"))
    await sweeper.turn()
    assert await stage_of(scene) is Stage.EXPIRED


async def test_two_sweepers_at_once_expire_nobody_twice(scene: Scene, messages: Messages) -> None:
    await given(scene.store, an_application())
    await asyncio.gather(*(a_sweeper(scene, messages).turn() for _ in range(3)))
    assert (await scene.facts()).count("application.moved") == 1
