"""What the judge of appointments would notice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ekyc.bench.promises import judge

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def _row(id: str, **changes: object) -> dict[str, Any]:
    row = {
        "id": id,
        "application_id": f"customer of {id}",
        "agent_id": "lan",
        "at": NOW + timedelta(hours=1),
        "state": "booked",
        "stage": "booked",
        "phone": f"number of {id}",
        "held_until": NOW,
        "postponed": 0,
    }
    return row | changes


def _found(*rows: dict[str, Any], told: tuple[tuple[str, str], ...] = ()) -> list[int]:
    facts = [{"name": name, "data": {"appointment": id}} for id, name in told]
    found = judge(rows, facts, now=NOW, length_min=30)
    assert found.is_kept == (not (found.doubled or found.greedy or found.strayed))
    return [len(found.doubled), len(found.greedy), len(found.strayed)]


def test_appointments_one_after_the_other_are_well() -> None:
    later = NOW + timedelta(hours=1, minutes=30)
    told = (("a", "booking.made"), ("a", "booking.due"), ("a", "booking.missed"))
    assert _found(_row("a"), _row("b", at=later), told=told) == [0, 0, 0]


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({"at": NOW + timedelta(minutes=89)}, [1, 0, 0]),
        ({"agent_id": "minh"}, [0, 0, 0]),
        ({"state": "cancelled", "stage": "confirmed"}, [0, 0, 0]),
        ({"state": "held", "stage": "confirmed"}, [0, 0, 0]),  # run out
        ({"state": "held", "held_until": NOW + timedelta(seconds=1)}, [1, 0, 0]),
        ({"postponed": 1}, [0, 0, 0]),
        ({"agent_id": "minh", "phone": "number of a"}, [0, 1, 0]),
        ({"agent_id": "minh", "application_id": "customer of a"}, [0, 1, 0]),
        ({"agent_id": "minh", "stage": "confirmed"}, [0, 0, 1]),
        ({"agent_id": "minh", "state": "due"}, [0, 0, 1]),
    ],
)
def test_what_runs_into_another_is_found(other: dict[str, object], found: list[int]) -> None:
    assert _found(_row("a"), _row("b", **other)) == found


@pytest.mark.parametrize(
    "told",
    [
        (("a", "booking.due"),),
        (("a", "booking.made"), ("a", "booking.made")),
        (("a", "booking.made"), ("a", "booking.answered")),
        (
            ("a", "booking.made"),
            ("a", "booking.due"),
            ("a", "booking.missed"),
            ("a", "booking.due"),
        ),
    ],
)
def test_facts_that_cannot_follow_each_other_are_found(told: tuple[tuple[str, str], ...]) -> None:
    assert _found(told=told) == [0, 0, 1]
