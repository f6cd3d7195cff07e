"""Work that outlives a request: done in order, tried again, put aside, due again after a crash."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from ekyc.jobs.runner import Runner
from ekyc.settings import Jobs
from ekyc.storage import jobs, schema
from ekyc.storage.store import Job, Row, Store, Tx
from tests.fakes import FakeClock

Work = Callable[[dict[str, Any]], Awaitable[None]]


class Unreachable(Exception):
    """The other side did not answer; its text names a person, and must not be kept."""


class Postman:
    """Delivers what it is given; the first `failures` tries of each letter fail."""

    def __init__(self, failures: int = 0) -> None:
        self.delivered: list[Any] = []
        self.tries: list[Any] = []
        self._failures = failures

    async def __call__(self, payload: dict[str, Any]) -> None:
        letter = payload["letter"]
        self.tries.append(letter)
        if self.tries.count(letter) <= self._failures:
            raise Unreachable("Mẫu Thị Sen did not open")
        self.delivered.append(letter)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


async def _write(store: Store, clock: FakeClock, *letters: str, lane: str = "") -> None:
    async with store.begin() as tx:
        for letter in letters:
            payload = {"letter": letter}
            job = Job(kind="post", key=letter, payload=payload, due_at=clock.now(), lane=lane)
            await tx.later(job)


async def _rows(store: Store) -> Sequence[Row]:
    async with store.read() as tx:
        query = sa.select(schema.jobs).order_by(schema.jobs.c.seq)
        return [dict(row) for row in (await tx.connection.execute(query)).mappings()]


def a_runner(store: Store, clock: FakeClock, work: Work, **rules: Any) -> Runner:
    return Runner(store, clock, Jobs(**rules), {"post": work})


async def _all(runner: Runner) -> None:
    while await runner.step("post"):
        pass


async def test_letters_go_out_in_the_order_they_were_written(
    store: Store, clock: FakeClock
) -> None:
    await _write(store, clock, "first", "second", "third", lane="a")
    postman = Postman()
    await _all(a_runner(store, clock, postman))
    assert postman.delivered == ["first", "second", "third"]
    assert {row["state"] for row in await _rows(store)} == {"done"}


async def test_the_same_letter_written_twice_is_refused(store: Store, clock: FakeClock) -> None:
    await _write(store, clock, "once")
    with pytest.raises(sa.exc.IntegrityError):
        await _write(store, clock, "once")


async def test_a_letter_is_not_sent_before_its_time(store: Store, clock: FakeClock) -> None:
    await _write(store, clock, "later")
    clock.pass_s(-1)
    assert not await a_runner(store, clock, Postman()).step("post")


async def test_a_failed_letter_goes_out_later_and_holds_back_its_lane_alone(
    store: Store, clock: FakeClock
) -> None:
    await _write(store, clock, "a1", "a2", lane="a")
    await _write(store, clock, "b1", lane="b")
    await _write(store, clock, "free")
    postman = Postman(failures=1)
    runner = a_runner(store, clock, postman)
    for _ in range(6):
        await _all(runner)
        clock.pass_s(6)
    assert postman.tries[:3] == ["a1", "b1", "free"]
    assert [letter for letter in postman.tries if letter[0] == "a"] == ["a1", "a1", "a2", "a2"]
    assert sorted(postman.delivered) == ["a1", "a2", "b1", "free"]


async def test_the_waits_double_up_to_the_longest(store: Store, clock: FakeClock) -> None:
    await _write(store, clock, "letter")
    runner = a_runner(store, clock, Postman(failures=99), backoff_s=5, backoff_max_s=60)
    waits = []
    for _ in range(6):
        assert await runner.step("post")
        due_at = (await _rows(store))[0]["due_at"]
        waits.append((due_at - clock.now()).total_seconds())
        clock.pass_s(waits[-1])
    for wait, expected in zip(waits, [5, 10, 20, 40, 60, 60], strict=True):
        assert expected * 0.9 <= wait <= expected * 1.1


async def test_as_shipped_a_crm_may_be_away_for_three_days(store: Store, clock: FakeClock) -> None:
    await _write(store, clock, "letter")
    start, runner = clock.now(), a_runner(store, clock, Postman(failures=99))
    while (row := (await _rows(store))[0])["state"] == "due":
        clock.pass_s((row["due_at"] - clock.now()).total_seconds())
        assert await runner.step("post")
    assert timedelta(days=2.5) < clock.now() - start < timedelta(days=4)


async def test_a_letter_nobody_takes_is_put_aside_with_a_last_word(
    store: Store, clock: FakeClock
) -> None:
    said: list[str] = []

    async def last_word(tx: Tx, payload: dict[str, Any]) -> None:
        said.append(payload["letter"])

    await _write(store, clock, "dead", "next", lane="a")
    postman = Postman(failures=2)
    rules = Jobs(attempts=2)
    runner = Runner(store, clock, rules, {"post": postman}, {"post": last_word})
    for _ in range(3):
        await _all(runner)
        clock.pass_s(60)
    assert said == ["dead", "next"]
    assert [(row["state"], row["attempts"]) for row in await _rows(store)] == [("dead", 2)] * 2


async def test_a_letter_without_a_last_word_is_put_aside_too(
    store: Store, clock: FakeClock
) -> None:
    await _write(store, clock, "dead")
    await _all(a_runner(store, clock, Postman(failures=1), attempts=1))
    assert (await _rows(store))[0]["state"] == "dead"


async def test_of_a_failure_only_its_kind_is_kept(store: Store, clock: FakeClock) -> None:
    await _write(store, clock, "letter")
    await _all(a_runner(store, clock, Postman(failures=1)))
    assert (await _rows(store))[0]["problem"] == "Unreachable"


async def test_work_of_a_kind_nobody_does_stays_due(store: Store, clock: FakeClock) -> None:
    await _write(store, clock, "letter")
    runner = Runner(store, clock, Jobs(), {})
    await runner.run()  # nothing to do, nothing to wait for
    assert (await _rows(store))[0]["state"] == "due"


class Pausing(Postman):
    """Says when it begins and waits to be told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.go_on = asyncio.Event(), asyncio.Event()

    async def __call__(self, payload: dict[str, Any]) -> None:
        self.began.set()
        await self.go_on.wait()
        await super().__call__(payload)


async def _killed(runner: Runner, at: asyncio.Event) -> None:
    """The process dies at this moment."""
    task = asyncio.create_task(runner.run())
    await at.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_ran_when_the_process_died_is_due_again_at_the_next_start(
    store: Store, clock: FakeClock
) -> None:
    await _write(store, clock, "letter")
    pausing = Pausing()
    await _killed(a_runner(store, clock, pausing), pausing.began)
    assert (await _rows(store))[0]["state"] == "running"
    again = Pausing()
    again.go_on.set()
    await _killed(a_runner(store, clock, again), again.began)
    async with store.begin() as tx:
        await jobs.resume(tx, "post")
    assert (await _rows(store))[0]["attempts"] == 2


async def test_a_letter_written_while_the_runner_sleeps_goes_out_at_once(
    store: Store, clock: FakeClock
) -> None:
    pausing = Pausing()
    pausing.go_on.set()
    runner = a_runner(store, clock, pausing, poll_s=600)
    task = asyncio.create_task(runner.run())
    await _write(store, clock, "letter")
    async with asyncio.timeout(10):
        await pausing.began.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


class Shaky(Store):
    """A database that is away for one transaction when told so."""

    away = False

    def begin(self) -> Any:
        if self.away:
            self.away = False
            raise ConnectionError
        return super().begin()


async def test_a_database_that_is_away_for_a_moment_does_not_end_the_runner(
    store: Store, database_url: str, clock: FakeClock
) -> None:
    shaky = Shaky(database_url, bus=store.bus)
    pausing = Pausing()
    pausing.go_on.set()
    shaky.away = True
    runner = a_runner(shaky, clock, pausing, poll_s=0.01)
    task = asyncio.create_task(runner.run())
    await _write(store, clock, "letter")
    async with asyncio.timeout(10):
        await pausing.began.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await shaky.close()


async def test_a_ring_that_goes_nowhere_holds_up_no_other_ring(
    store: Store, clock: FakeClock
) -> None:
    began, stuck = asyncio.Event(), asyncio.Event()

    async def ring(payload: dict[str, Any]) -> None:
        if payload["letter"] == "reached":
            began.set()
        else:
            await stuck.wait()

    async with store.begin() as tx:
        for letter in ("dead", "dead too", "reached"):
            job = Job(kind="post", key=letter, payload={"letter": letter}, due_at=clock.now())
            await tx.later(job)
    await _killed(Runner(store, clock, Jobs(at_once=3), {"post": ring}, urgent={"post"}), began)


async def test_what_is_in_hand_is_not_taken_up_again_by_another_hand(
    store: Store, clock: FakeClock
) -> None:
    await _write(store, clock, "letter")
    async with store.begin() as tx:
        due = await jobs.take(tx, "post", now=clock.now())
        assert due is not None
        await jobs.resume(tx, "post", but_for={due.id})
        assert await jobs.take(tx, "post", now=clock.now()) is None
        await jobs.resume(tx, "post")
        assert await jobs.take(tx, "post", now=clock.now()) is not None


async def test_a_slow_kind_of_work_holds_up_no_other(store: Store, clock: FakeClock) -> None:
    stuck, quick = Pausing(), Pausing()
    quick.go_on.set()
    await _write(store, clock, "stuck", lane="a")
    async with store.begin() as tx:
        payload = {"letter": "quick"}
        await tx.later(Job(kind="film", key="film", payload=payload, due_at=clock.now()))
    runner = Runner(store, clock, Jobs(), {"post": stuck, "film": quick})
    await _killed(runner, quick.began)
    assert quick.tries == ["quick"]
