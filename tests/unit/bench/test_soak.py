"""Whether a server grew is told from where it had settled to where it ended."""

from collections.abc import Callable

import pytest

from ekyc.bench.soak import Sample, grown


def looked(memory_mb: Callable[[float], float], *, handles: int = 40) -> list[Sample]:
    """Half an hour of looks, every five seconds."""
    return [
        Sample(at_s=at, resident_mb=memory_mb(at), handles=handles, tasks=12)
        for at in range(0, 1800, 5)
    ]


def test_what_a_server_takes_to_settle_is_no_growth() -> None:
    found = grown(looked(lambda at: 60 + min(at, 290) / 10), settled_s=300)
    assert found.resident_growth == 0
    assert found.handles == found.handles[:1] * 3
    assert found.tasks == (12, 12, 12)


def test_a_leak_is_seen_and_a_peak_is_none() -> None:
    leaking = grown(looked(lambda at: 100 + at / 100), settled_s=300)
    assert leaking.resident_growth == pytest.approx(0.13, abs=0.01)
    peak = grown(looked(lambda at: 200 if at == 1000 else 100), settled_s=300)
    assert (peak.resident_growth, peak.resident_mb[2]) == (0, 200)


def test_a_server_that_does_not_count_its_tasks_is_followed_all_the_same() -> None:
    samples = [Sample(at_s=s, resident_mb=50, handles=9, tasks=None) for s in range(9)]
    assert grown(samples, settled_s=3).tasks is None
