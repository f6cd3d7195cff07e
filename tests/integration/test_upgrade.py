"""An upgrade with customers in it: what the first version left goes on with this one."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ekyc.domain.application import Stage
from ekyc.domain.call import RecordingState
from ekyc.domain.decision import Verdict
from ekyc.domain.desk import DeskState
from ekyc.jobs.runner import Runner
from ekyc.journey import apply, customer_file, decision, lapse, queue
from ekyc.journey import call as calling
from ekyc.journey import desk as desks
from ekyc.journey.decision import rules_of
from ekyc.settings import Call, Jobs, Queue
from ekyc.storage import applications, migrate, schema
from ekyc.storage.store import Store
from tests.fakes import FakeClock
from tests.first_version import LINK, left_behind, rows
from tests.meeting import GOOD_TEST, Scene
from tests.stores import ENGINES, opened


@pytest.fixture(params=ENGINES)
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the first version keeps its database."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'ekyc.sqlite3'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


async def _counts(store: Store) -> dict[str, int]:
    async with store.read() as tx:
        return {
            name: int(
                (
                    await tx.connection.execute(
                        sa.select(sa.func.count()).select_from(schema.metadata.tables[name])
                    )
                ).scalar_one()
            )
            for name in rows()
        }


async def test_an_upgrade_keeps_every_row_of_the_first_version(old_url: str) -> None:
    async with opened(old_url) as store:
        await left_behind(store)
        await migrate.migrate(store)
        assert await migrate.differences(store) == []
        assert await _counts(store) == {table: len(kept) for table, kept in rows().items()}


async def test_the_file_of_a_customer_decided_before_the_upgrade_reads_as_ever(
    old_url: str,
) -> None:
    async with opened(old_url) as store:
        await left_behind(store)
        await migrate.migrate(store)
        async with store.read() as tx:
            file = await customer_file.load(tx, "decided")
    assert file.decision is not None
    assert file.decision.verdict is Verdict.APPROVE
    assert file.form.fields["full_name"].value == "MẪU THỊ SEN"
    assert [row["item"] for row in file.checks] == ["alone"]
    (story,) = file.calls
    assert story.movements[0].series[1][1] == 20.5
    assert story.recordings[0].state is RecordingState.FINISHED
    assert story.recordings[0].size_bytes == 9_000_000_000


async def test_a_customer_who_began_before_the_upgrade_walks_on_to_the_verdict(
    old_url: str,
) -> None:
    clock = FakeClock()
    async with opened(old_url) as store:
        await left_behind(store)
        await migrate.migrate(store)
        scene = Scene(store=store, clock=clock, queue=Queue(), call=Call())
        id, _ = await apply.open_session(store, clock, link_token=LINK, hours=12)
        assert id == "walker"
        await queue.note_devices(store, clock, application_id=id, test=GOOD_TEST)
        await queue.call_now(store, clock, scene.queue, application_id=id)
        assert await scene.match() == 1
        call = await scene.call_of(id)
        assert call.agent_id == "lan"
        await desks.accept(store, clock, staff_id="lan", call_id=call.id)
        await calling.hang_up(store, clock, staff_id="lan", call_id=call.id)
        await decision.decide(
            store,
            clock,
            rules_of(Call()),
            application_id=id,
            verdict=Verdict.REJECT,
            reasons=["not-free"],
            note="",
            staff_id="lan",
        )
        assert (await scene.application(id)).stage is Stage.DECIDED
        assert (await scene.desk_of("lan")).state is DeskState.WRAP_UP
        async with store.read() as tx:
            told = [row["sequence"] for row in await applications.events(tx, id)]
        assert min(told) == 1
        assert sorted(told)[1] == 4, "the gapless numbers go on where they stood"


async def test_work_the_first_version_was_doing_is_done_after_the_upgrade(old_url: str) -> None:
    done: list[Any] = []

    async def deliver(payload: dict[str, Any]) -> None:
        done.append(payload["sequence"])

    async with opened(old_url) as store:
        await left_behind(store)
        await migrate.migrate(store)
        handlers: dict[str, Callable[[dict[str, Any]], Awaitable[None]]]
        handlers = {"webhook.deliver": deliver}
        runner = Runner(store, FakeClock(), Jobs(), handlers)
        await runner.finish_off("webhook.deliver", within_s=10)
    assert done == [1]


async def test_what_was_broken_off_before_the_upgrade_is_deleted_after_it(old_url: str) -> None:
    clock = FakeClock()
    clock.pass_s(31 * 86_400)
    async with opened(old_url) as store:
        await left_behind(store)
        await migrate.migrate(store)
        assert await lapse.delete(store, clock, after_days=30, limit=10) == 1
        async with store.read() as tx:
            assert (await applications.load(tx, "broke")).phone == ""
            assert (await applications.load(tx, "decided")).phone != ""


async def test_a_database_of_a_newer_version_is_left_alone(old_url: str) -> None:
    async with opened(old_url) as store:
        await migrate.migrate(store)
        async with store.engine.begin() as connection:
            await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(migrate.DatabaseTooNew, match="revision 9999"):
            await migrate.migrate(store)
