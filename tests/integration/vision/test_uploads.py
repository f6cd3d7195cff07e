"""Seven hundred hostile files go through the worker that opens what customers send."""

from ekyc.bench.documents.hostile import MOST_MB, measure
from ekyc.bench.say import Say


async def test_no_hostile_file_gets_past_or_hurts_the_worker() -> None:
    report = await measure(Say())
    assert report["uploads"] >= 500
    assert report["bad"] == []
    assert report["same_worker"]
    assert report["slowest"]["cpu_s"] < 1.5  # half a second on a quiet machine
    assert report["worker_peak_mb"] < MOST_MB
