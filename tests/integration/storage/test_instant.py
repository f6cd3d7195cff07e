"""Instants: aware in, UTC out."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from ekyc.domain.application import Application
from ekyc.storage import applications
from ekyc.storage.instant import Instant
from ekyc.storage.store import Store
from tests.builders import an_application, given

HANOI = datetime(2026, 11, 21, 9, 0, tzinfo=timezone(timedelta(hours=7)))


async def _opened_at(store: Store) -> datetime:
    async with store.read() as tx:
        found: Application = await applications.load(tx, "first")
    return found.opened_at


async def test_nine_in_hanoi_is_two_in_utc_in_every_database(store: Store) -> None:
    await given(store, an_application(opened_at=HANOI))
    kept = await _opened_at(store)
    assert kept == HANOI
    assert kept.tzinfo is UTC


async def test_an_instant_without_its_offset_is_refused(store: Store) -> None:
    naive = datetime(2026, 11, 21, 9, 0)  # noqa: DTZ001 - that is the point
    with pytest.raises(sa.exc.StatementError, match="an instant needs its offset"):
        await given(store, an_application(opened_at=naive))


def test_no_instant_stays_none() -> None:
    dialect = sa.create_mock_engine("sqlite://", lambda *_: None).dialect
    assert Instant().process_bind_param(None, dialect) is None
    assert Instant().process_result_value(None, dialect) is None
