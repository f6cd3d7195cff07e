"""Numbers that come again are found without being readable, and what is noticed is a fact."""

from datetime import date

import sqlalchemy as sa

from ekyc.domain.application import Stage
from ekyc.domain.flag import Limits
from ekyc.journey import confirm, customer_file, flags
from ekyc.storage import applications, lapsed, numbers, schema
from ekyc.storage.store import Store
from tests.builders import a_form, an_application, given
from tests.fakes import FakeClock

RULES = Limits(adult_years=18, expiring_days=30, demo=True)


async def confirmed(store: Store, clock: FakeClock, id: str, **changes: str) -> None:
    await given(store, an_application(id, stage=Stage.DOCUMENTED, name=""))
    await confirm.confirm(
        store,
        clock,
        application_id=id,
        fields=a_form(**changes),
        secret=b"the server's key",
        rules=RULES,
        zone="Asia/Ho_Chi_Minh",
    )


async def codes(store: Store, id: str) -> list[tuple[str, list[str]]]:
    """Flags of a file with the references they name."""
    async with store.read() as tx:
        file = await customer_file.load(tx, id)
        found = await flags.of(
            tx, file.application, file.form, rules=RULES, today=date(2026, 11, 22)
        )
    return [(flag.code.value, [other.reference for other in flag.others]) for flag in found]


async def test_one_number_in_two_customers_files_is_seen_in_both(
    store: Store, clock: FakeClock
) -> None:
    await confirmed(store, clock, "first", number="B 1234567")
    assert await codes(store, "first") == []
    await confirmed(store, clock, "second", number="b1234567")
    await confirmed(store, clock, "third", number="B7654321")
    assert await codes(store, "first") == [("number-elsewhere", ["HS-2611-second"])]
    assert await codes(store, "second") == [("number-elsewhere", ["HS-2611-first"])]
    assert await codes(store, "third") == []
    async with store.read() as tx:
        told = [
            row["data"]
            for row in await applications.events(tx, "second")
            if row["name"] == "application.flagged"
        ]
        kept = (await tx.connection.execute(sa.select(schema.number_marks))).all()
    assert told == [{"flags": ["number-elsewhere"]}]
    assert "1234567" not in repr(kept)


async def test_a_mark_leads_nowhere_without_the_servers_key(store: Store, clock: FakeClock) -> None:
    await confirmed(store, clock, "first")
    await given(store, an_application("second"))
    async with store.begin() as tx:
        file = await customer_file.load(tx, "first")
        other = await applications.load(tx, "second")
        await flags.mark(tx, other, file.form, secret=b"another server's key")
        assert await numbers.others(tx, "first") == []


async def test_nothing_of_a_number_is_left_of_who_is_deleted(
    store: Store, clock: FakeClock
) -> None:
    await confirmed(store, clock, "first")
    await confirmed(store, clock, "second")
    async with store.begin() as tx:
        await lapsed.empty(tx, "first", now=clock.now())
    assert await codes(store, "second") == []
