"""The runner's process is killed in the middle of its work: all of it is done, with effect once."""

import asyncio
import multiprocessing
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiohttp import web
from pydantic import SecretStr
from standardwebhooks import Webhook

from ekyc.domain.application import Stage
from ekyc.domain.appointment import Appointment, AppointmentState
from ekyc.domain.events import SYSTEM, Event
from ekyc.journey import appointed, webhooks
from ekyc.settings import Crm
from ekyc.storage import applications, appointments, customer_keys, schema, tokens
from ekyc.storage.documents import Photograph, add_photograph
from ekyc.storage.objects import Objects
from ekyc.storage.store import Row, Store, rows
from tests.branch import eventually
from tests.builders import a_member, an_application, given
from tests.runner_process import main

KEY = "whsec_" + "A" * 32
MANY = 4
KILLS = 4
PATIENCE_S = 60.0
THINKS_S = 0.02
"""An answer takes a CRM a moment; a kill may fall into it."""

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.runner_process"])


@dataclass(slots=True)
class Receiver:
    """The bank's CRM: what it was told stands before it is answered."""

    url: str = ""
    told: list[tuple[str, str, int]] = field(default_factory=list)
    """Id, application and number of each delivery."""

    async def hear(self, request: web.Request) -> web.Response:
        body = Webhook(KEY).verify((await request.read()).decode(), dict(request.headers))["data"]
        self.told.append((request.headers["webhook-id"], body["application"], body["sequence"]))
        await asyncio.sleep(THINKS_S)
        return web.Response()

    @property
    def ids(self) -> Counter[str]:
        """How often each was told."""
        return Counter(id for id, _, _ in self.told)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/told", receiver.hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/told"
    try:
        yield receiver
    finally:
        await runner.cleanup()


async def much_is_due(store: Store, objects: Objects, crm: Crm) -> None:
    """Customers to be reminded, to be told of their appointment, and to be deleted."""
    await given(store, a_member())
    now = datetime.now(UTC)
    for number in range(MANY):
        broke_off, booked, gone = f"broke-{number}", f"booked-{number}", f"gone-{number}"
        yesterday = now - timedelta(hours=30)
        await given(
            store,
            an_application(broke_off, stage=Stage.CONSENTED, updated_at=yesterday),
            an_application(booked, stage=Stage.BOOKED),
            an_application(gone, stage=Stage.EXPIRED, updated_at=LONG_AGO),
        )
        keys = [await asyncio.to_thread(_kept, objects) for _ in range(2)]
        async with store.begin() as tx:
            tx.due = webhooks.due(crm.webhook_url, crm.webhook_events)
            for who in (broke_off, booked, gone):
                for name in ("application.opened", "session.opened"):
                    await tx.tell(Event(name=name, application_id=who, at=now, actor=SYSTEM))
                digest = tokens.digest(who)
                await applications.add_link(
                    tx, who, digest=digest, expires_at=now + timedelta(hours=1)
                )
            appointment = _appointment(booked, at=now + timedelta(minutes=10, seconds=number))
            await appointments.add(tx, appointment)
            await appointed.message(tx, appointment, "reminder", due_at=now, nth=15)
            await add_photograph(tx, _photograph(gone, *keys))


def _kept(objects: Objects) -> str:
    return objects.put(b"a face", suffix="jpg", owner=customer_keys.a_key())[0]


def _appointment(who: str, *, at: datetime) -> Appointment:
    return Appointment(
        id=f"of-{who}",
        application_id=who,
        agent_id="lan",
        at=at,
        minutes=30,
        state=AppointmentState.BOOKED,
        version=1,
        zone="",
        moves=0,
        held_until=LONG_AGO,
        changed_at=LONG_AGO,
    )


def _photograph(who: str, original: str, straightened: str) -> Photograph:
    return Photograph(
        id=f"of-{who}",
        application_id=who,
        side="front",
        state="accepted",
        origin="camera",
        original=original,
        original_sha256="",
        straightened=straightened,
        faults=[],
        reading={},
        taken_at=LONG_AGO,
    )


@asynccontextmanager
async def running(url: str, objects: Path, crm: Crm) -> AsyncIterator[None]:
    """The process; at the end of the block it is killed."""
    process = PROCESSES.Process(target=main, args=(url, objects, crm), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        await asyncio.to_thread(process.join)


async def killed_at_random(url: str, objects: Path, crm: Crm, receiver: Receiver) -> None:
    """After a few more deliveries and a moment, again and again."""
    draw = random.Random(26)
    for _ in range(KILLS):
        enough = len(receiver.told) + draw.randint(1, 5)
        async with running(url, objects, crm):
            await eventually(_reached(receiver, enough), within_s=PATIENCE_S)
            await asyncio.sleep(draw.uniform(0, 0.06))


def _reached(receiver: Receiver, enough: int) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return len(receiver.told) >= enough

    return look


async def table(store: Store, which: sa.Table) -> Sequence[Row]:
    async with store.read() as tx:
        return rows(await tx.connection.execute(sa.select(which)))


async def is_done(store: Store) -> bool:
    """Nothing is due, nobody is left to be reminded or deleted."""
    jobs = await table(store, schema.jobs)
    names = Counter(row["name"] for row in await table(store, schema.events))
    swept = names["application.reminded"] >= MANY and names["application.deleted"] >= MANY
    return swept and all(job["state"] == "done" for job in jobs)


@pytest.mark.timeout(240)
async def test_whoever_kills_the_runner_finds_every_job_done_with_effect_once(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    objects = Objects(tmp_path / "objects")
    async with receiving() as receiver:
        crm = Crm(
            environment="test",
            webhook_url=receiver.url,
            webhook_private=True,
            webhook_secret=SecretStr(KEY),
            webhook_events=[
                "application.opened",
                "session.opened",
                "application.deleted",
                "booking.reminded",
            ],
        )
        await much_is_due(store, objects, crm)
        await killed_at_random(database_url, tmp_path / "objects", crm, receiver)
        assert not await is_done(store)  # else nothing was interrupted
        async with running(database_url, tmp_path / "objects", crm):
            await eventually(lambda: is_done(store), within_s=PATIENCE_S)
    await judged(store, tmp_path / "objects", crm, receiver)


async def judged(store: Store, objects: Path, crm: Crm, receiver: Receiver) -> None:
    facts = sorted(await table(store, schema.events), key=lambda row: int(row["sequence"]))
    assert [row["sequence"] for row in facts] == [*range(1, len(facts) + 1)]
    # The CRM: everything, under the fact's own id, in the order of each customer.
    promised = {row["id"] for row in facts if row["name"] in crm.webhook_events}
    assert receiver.ids.keys() == promised
    assert receiver.ids.total() - len(promised) <= KILLS  # told again, where the answer was lost
    for who in {who for _, who, _ in receiver.told}:
        numbers = [number for _, other, number in receiver.told if other == who]
        assert numbers == sorted(numbers)
    # The database: each effect once.
    once = Counter((row["name"], row["application_id"]) for row in facts)
    told = Counter(row["data"]["sequence"] for row in facts if row["name"] == "webhook.delivered")
    assert len(told) == len(promised)
    assert set(told.values()) == {1}
    for number in range(MANY):
        assert once["application.reminded", f"broke-{number}"] == 1
        assert once["booking.reminded", f"booked-{number}"] == 1
        assert once["application.deleted", f"gone-{number}"] == 1
    assert not await table(store, schema.photographs)
    assert await asyncio.to_thread(_files, objects) == []
    # Telephones: a reminder is never sent twice, an appointment's at least once.
    texts = [row["text"] for row in await table(store, schema.inbox)]
    reminders = [text for text in texts if "HS-2611-broke" in text]
    assert len(reminders) == len(set(reminders)) >= MANY - KILLS
    assert MANY <= len(texts) - len(reminders) <= MANY + KILLS


def _files(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.is_file()]
