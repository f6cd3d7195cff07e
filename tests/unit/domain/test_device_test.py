"""The device test: what seconds of real media amount to, and when a call can work."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ekyc.domain.device_test import DeviceTest, Down, Limits, Network, Page, is_ready, judge
from ekyc.domain.room import Quality

LIMITS = Limits(loss=0.05, rtt_ms=400, kbps=80)
GOOD = Quality(
    room="precheck-first",
    party="customer",
    at=datetime(2026, 11, 22, tzinfo=UTC),
    kbps=900,
    loss=0.0,
    rtt_ms=40,
    fps=15,
    width=640,
    height=480,
    sound=True,
)


SILENT = replace(GOOD, fps=0, sound=False)


def judged(*seconds: Quality) -> DeviceTest:
    return judge(seconds, LIMITS, Page(camera=True, microphone=True))


def test_the_result_is_the_mean_of_what_arrived() -> None:
    first = replace(GOOD, kbps=300, fps=5, rtt_ms=None, width=320, height=240, sound=False)
    assert judged(first, GOOD) == DeviceTest(
        camera=True,
        microphone=True,
        network=Network.OK,
        kbps=600,
        loss=0,
        rtt_ms=40,
        fps=10,
        width=640,
        height=480,
        sound=True,
    )


@pytest.mark.parametrize("bad", [{"loss": 0.06}, {"rtt_ms": 401}, {"kbps": 79}])
def test_a_line_beyond_one_limit_is_weak_and_a_call_is_still_allowed(
    bad: dict[str, float],
) -> None:
    test = judged(replace(GOOD, **bad))  # type: ignore[arg-type]
    assert test.network is Network.WEAK
    assert is_ready(test)


@pytest.mark.parametrize("down", [Down(kbps=79, loss=0), Down(kbps=900, loss=0.06)])
def test_a_poor_way_back_makes_a_good_line_weak(down: Down) -> None:
    page = Page(camera=True, microphone=True, speaker=False, light=True, down=down)
    test = judge([GOOD], LIMITS, page)
    assert test.network is Network.WEAK
    assert (test.speaker, test.light, test.down_kbps) == (False, True, down.kbps)


def test_a_page_that_praises_the_way_back_makes_no_line_better() -> None:
    page = Page(camera=True, microphone=True, down=Down(kbps=900, loss=0))
    assert judge([], LIMITS, page).network is Network.BLOCKED
    assert judge([replace(GOOD, kbps=20)], LIMITS, page).network is Network.WEAK


def test_a_line_at_its_limits_is_not_weak() -> None:
    assert judged(replace(GOOD, loss=0.05, rtt_ms=400, kbps=80)).network is Network.OK


@pytest.mark.parametrize(
    "seconds",
    [(), (replace(GOOD, fps=0),), (replace(GOOD, sound=False), SILENT)],
)
def test_where_no_picture_or_no_sound_arrives_no_call_can_work(
    seconds: tuple[Quality, ...],
) -> None:
    test = judged(*seconds)
    assert test.network is Network.BLOCKED
    assert not is_ready(test)


@pytest.mark.parametrize("network", Network)
@pytest.mark.parametrize("camera", [True, False])
@pytest.mark.parametrize("microphone", [True, False])
def test_a_call_needs_picture_sound_and_a_line(
    network: Network, camera: bool, microphone: bool
) -> None:
    test = DeviceTest(camera=camera, microphone=microphone, network=network, kbps=900, loss=0)
    assert is_ready(test) == (camera and microphone and network is not Network.BLOCKED)
    assert not is_ready(None)
