"""Transactions: what is written together, numbered without gaps, and announced afterwards."""

import asyncio
import os
import random
import signal
from collections.abc import Sequence
from contextlib import suppress

import pytest
import sqlalchemy as sa

from ekyc.domain.application import Stage, move
from ekyc.domain.errors import NotAllowedNow, NotFound
from ekyc.domain.events import CUSTOMER, Actor, Event
from ekyc.storage import applications, schema
from ekyc.storage.bus import Bus
from ekyc.storage.store import Job, Store, Tx
from tests.builders import an_application, given
from tests.fakes import START
from tests.stores import ENGINES, opened


class Mishap(Exception):
    """Something went wrong in the middle of a step."""


def a_fact(name: str = "application.opened", actor: Actor = CUSTOMER) -> Event:
    return Event(name=name, application_id="first", at=START, actor=actor)


async def _sequences(store: Store) -> Sequence[int]:
    async with store.read() as tx:
        query = sa.select(schema.events.c.sequence).order_by(schema.events.c.sequence)
        return list((await tx.connection.execute(query)).scalars())


async def test_many_writers_at_once_number_their_facts_without_a_gap(store: Store) -> None:
    async def tell() -> None:
        async with store.begin() as tx:
            await tx.tell(a_fact())
            await asyncio.sleep(0)
            await tx.tell(a_fact())

    await asyncio.gather(*(tell() for _ in range(12)))
    assert await _sequences(store) == list(range(1, 25))


async def test_facts_told_together_are_numbered_in_their_order(store: Store) -> None:
    async with store.begin() as tx:
        await tx.tell(a_fact())
        await tx.tell_all([])
        await tx.tell_all([a_fact("call.started"), a_fact("call.ended")])
        assert await tx.tell(a_fact()) == 4
    async with store.read() as tx:
        e = schema.events
        query = sa.select(e.c.sequence, e.c.name).order_by(e.c.sequence)
        told = [tuple(row) for row in await tx.connection.execute(query)]
    assert told[1:3] == [(2, "call.started"), (3, "call.ended")]


async def test_a_step_that_fails_leaves_neither_a_fact_nor_a_gap(store: Store) -> None:
    with suppress(Mishap):
        async with store.begin() as tx:
            await tx.tell(a_fact())
            raise Mishap
    async with store.begin() as tx:
        assert await tx.tell(a_fact()) == 1
    assert await _sequences(store) == [1]


async def test_a_fact_says_who_did_it_without_a_name(store: Store) -> None:
    async with store.begin() as tx:
        await tx.tell(a_fact())
        await tx.tell(a_fact(actor=Actor(kind="staff", id="lan")))
    async with store.read() as tx:
        assert [row["actor"] for row in await applications.events(tx, "first")] == [
            "customer",
            "staff:lan",
        ]
        assert await applications.event(tx, 3) is None


def test_nobody_tells_a_fact_that_was_never_promised() -> None:
    with pytest.raises(ValueError, match="vanished"):
        a_fact("application.vanished")


async def test_whoever_listens_is_woken_after_the_commit_and_not_before(store: Store) -> None:
    async with store.bus.listen("application:first") as bell:
        async with store.begin() as tx:
            await tx.tell(a_fact())
            assert not await bell.wait(0)
        assert await bell.wait(0)
        with suppress(Mishap):
            async with store.begin() as tx:
                await tx.tell(a_fact())
                raise Mishap
        assert not await bell.wait(0)


async def test_a_bell_rung_twice_wakes_once_and_a_closed_one_never(store: Store) -> None:
    bus = Bus()
    async with bus.listen("desk:lan", "queue") as bell, bus.listen("queue") as other:
        bus.publish("desk:lan")
        bus.publish("queue")
        assert await bell.wait(0)
        assert not await bell.wait(0)
        assert await other.wait(0)
    bus.publish("queue")
    assert not await bell.wait(0)


async def test_the_work_a_fact_makes_due_is_written_with_it(database_url: str) -> None:
    def due(event: Event, sequence: int) -> Sequence[Job]:
        return [Job(kind="greet", key=f"greet:{sequence}", payload={"n": sequence}, due_at=START)]

    store = Store(database_url, bus=Bus(), due=due)
    async with store.bus.listen("jobs") as bell:
        async with store.begin() as tx:
            await tx.tell(a_fact())
        assert await bell.wait(0)
    async with store.read() as tx:
        row = (await tx.connection.execute(sa.select(schema.jobs))).mappings().one()
    assert (row["key"], row["state"], row["payload"]) == ("greet:1", "due", {"n": 1})
    await store.close()


async def test_who_reads_cannot_write(store: Store) -> None:
    async with store.read() as tx:
        with pytest.raises(sa.exc.DBAPIError):
            await applications.add(tx, an_application(), product="")


async def test_who_reads_sees_one_instant_and_holds_up_no_writer(store: Store) -> None:
    await given(store, an_application())
    async with store.read() as tx:
        before = await applications.load(tx, "first")
        async with store.begin() as writing:
            await applications.set_values(writing, "first", note="changed meanwhile")
        assert await applications.load(tx, "first") == before


async def test_what_a_step_reads_is_still_true_when_it_writes(store: Store) -> None:
    """Both would read nine and write ten, if they did not take turns."""
    await given(store, an_application(note="0"))

    async def count() -> None:
        async with store.begin() as tx:
            note = int((await applications.load(tx, "first")).note)
            await asyncio.sleep(0)
            await applications.set_values(tx, "first", note=str(note + 1))

    await asyncio.gather(*(count() for _ in range(10)))
    async with store.read() as tx:
        assert (await applications.load(tx, "first")).note == "10"


async def test_two_processes_take_turns_too(store: Store, database_url: str) -> None:
    await given(store, an_application(note="0"))

    async def count(of: Store) -> None:
        async with of.begin() as tx:
            note = int((await applications.load(tx, "first")).note)
            await tx.next("visits")
            await applications.set_values(tx, "first", note=str(note + 1))

    async with opened(database_url) as other:
        await asyncio.gather(*(count(one) for one in [store, other] * 5))
    async with store.read() as tx:
        assert (await applications.load(tx, "first")).note == "10"


async def _walk(tx: Tx, to: Stage) -> None:
    moved = move(await applications.load(tx, "first"), to, now=START)
    await applications.save(tx, moved, actor=CUSTOMER)


async def test_a_move_from_an_old_version_is_refused(store: Store) -> None:
    await given(store, an_application(stage=Stage.OPENED))
    async with store.read() as tx:
        seen = await applications.load(tx, "first")
    async with store.begin() as tx:
        await _walk(tx, Stage.CONSENTED)
    with pytest.raises(NotAllowedNow):
        async with store.begin() as tx:
            await applications.save(tx, move(seen, Stage.CONSENTED, now=START), actor=CUSTOMER)
    async with store.read() as tx:
        facts = await applications.events(tx, "first")
    assert [row["data"] for row in facts] == [{"stage": "consented"}]


async def test_a_move_changes_nothing_but_the_stage(store: Store) -> None:
    """Somebody chose another language between the look and the move: it stays."""
    await given(store, an_application(stage=Stage.OPENED, language="vi"))
    async with store.begin() as tx:
        seen = await applications.load(tx, "first")
        await applications.set_values(tx, "first", language="en")
        await applications.save(tx, move(seen, Stage.CONSENTED, now=START), actor=CUSTOMER)
        assert (await applications.load(tx, "first")).language == "en"


async def test_nobody_finds_what_was_never_there(store: Store) -> None:
    async with store.read() as tx:
        with pytest.raises(NotFound):
            await applications.load(tx, "nobody")


async def test_a_refused_row_names_no_person(store: Store) -> None:
    """A refusal of the database may end up in a log; what was to be written must not."""
    await given(store, an_application())
    with pytest.raises(sa.exc.IntegrityError) as refused:
        await given(store, an_application(name="SEN CANARY", phone="+84900777666"))
    assert "CANARY" not in str(refused.value)
    assert "777666" not in str(refused.value)


async def test_a_store_that_answers_says_so(store: Store) -> None:
    await store.ping()


async def test_whoever_gives_up_half_way_leaves_the_writers_turn_to_the_next(store: Store) -> None:
    """Cancelled at any moment, twice even: nobody finds the database locked afterwards."""

    async def tell() -> None:
        async with store.begin() as tx:
            await tx.tell(a_fact())
            await tx.tell(a_fact())

    chance = random.Random(7)
    kept = []
    for _ in range(60):
        tasks = [asyncio.create_task(tell(), name="hangs up") for _ in range(3)]
        await asyncio.sleep(chance.random() * 0.006)
        for task in [*tasks, *tasks[:1]]:
            task.cancel()
            await asyncio.sleep(0)
        kept += await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(2):
            await tell()
    assert any(isinstance(outcome, asyncio.CancelledError) for outcome in kept)
    sequences = await _sequences(store)
    assert list(sequences) == list(range(1, len(sequences) + 1))
    assert len(sequences) >= 120


ON_POSTGRES = pytest.mark.parametrize("database_url", ENGINES[1:], indirect=True)


@ON_POSTGRES
async def test_a_server_that_died_in_a_transaction_holds_up_no_other(database_url: str) -> None:
    short, brief = opened(database_url, statement_s=0.5), opened(database_url, busy_timeout_s=0.2)
    async with short as dead, brief as other:

        async def dies() -> None:
            async with dead.begin() as tx:
                await tx.tell(a_fact())
                with pytest.raises(sa.exc.DBAPIError, match="lock timeout"):
                    await _tells(other)
                await asyncio.sleep(0.6)
                await _tells(other)
                await tx.tell(a_fact())

        with pytest.raises(sa.exc.DBAPIError):  # the database has taken its transaction back
            await dies()
        assert await _sequences(other) == [1]


@ON_POSTGRES
async def test_a_statement_that_takes_too_long_is_given_up(database_url: str) -> None:
    async with opened(database_url, statement_s=0.2) as store, store.read() as tx:
        with pytest.raises(TimeoutError):
            await tx.connection.execute(sa.text("SELECT pg_sleep(5)"))


async def _tells(store: Store) -> None:
    async with store.begin() as tx:
        await tx.tell(a_fact())


@ON_POSTGRES
async def test_whoever_gives_up_is_let_go_by_a_database_that_says_nothing_more(
    database_url: str,
) -> None:
    async with opened(database_url) as store:
        async with store.read() as tx:
            backend = await tx.connection.execute(sa.select(sa.func.pg_backend_pid()))
            process = int(backend.scalar_one())
        os.kill(process, signal.SIGSTOP)  # as when its machine has gone; the pool knows nothing
        try:
            asked = asyncio.create_task(store.ping(), name="gives up")
            await asyncio.wait([asked], timeout=0.1)
            asked.cancel()
            assert await asyncio.wait([asked], timeout=5) == ({asked}, set())
            await store.ping()  # by another line
        finally:
            os.kill(process, signal.SIGCONT)
