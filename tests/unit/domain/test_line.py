"""The line of a call: each second once, none before the call, a handful of figures."""

from datetime import UTC, datetime, timedelta

from ekyc.domain.line import Figures, of_call, summary
from ekyc.domain.room import Quality

LIVE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def heard(*passed_s: float) -> list[Quality]:
    return [
        Quality(
            room="r",
            party="customer",
            at=LIVE + timedelta(seconds=seconds),
            kbps=900.0,
            loss=0.0,
            rtt_ms=20.0,
            fps=30.0,
            width=640,
            height=480,
        )
        for seconds in passed_s
    ]


def seconds(*passed_s: float, last: int = -1, longest_s: float = 3600) -> list[int]:
    kept = of_call(heard(*passed_s), live_at=LIVE, last=last, longest_s=longest_s)
    return [figures.second for figures in kept]


def test_each_look_has_a_second_of_its_own() -> None:
    assert seconds(0.4, 1.4, 2.4) == [0, 1, 2]
    assert seconds(4.05, 4.98, 6.02, 7.1) == [4, 5, 6, 7]


def test_a_gap_stays_a_gap() -> None:
    assert seconds(0.5, 1.5, 9.5) == [0, 1, 9]


def test_what_came_before_both_were_there_is_no_part_of_the_call() -> None:
    assert seconds(-2.0, -0.1, 0.9) == [0]


def test_nothing_is_kept_twice_when_a_second_worker_goes_on() -> None:
    assert seconds(5.2, 6.2, 7.2, 9.5, last=8) == [9]


def test_a_call_that_never_ends_is_kept_to_its_longest() -> None:
    assert seconds(58.5, 59.5, 60.5, 61.5, longest_s=60) == [58, 59]


def second(at: int, **more: float | None) -> Figures:
    values = {"kbps": 900.0, "loss": 0.0, "rtt_ms": 20.0, "fps": 30.0, "width": 640, "height": 480}
    return Figures(second=at, **{**values, **more})  # type: ignore[arg-type]


def test_a_call_in_a_handful_of_figures() -> None:
    series = [second(0), second(1, loss=0.3, width=320, height=240, rtt_ms=None), second(2)]
    told = summary(series)
    assert told is not None
    assert (told.seconds, told.worst_loss, told.loss) == (3, 0.3, 0.1)
    assert (told.width, told.height, told.rtt_ms, told.kbps) == (640, 480, 20.0, 900.0)
    assert summary([]) is None
