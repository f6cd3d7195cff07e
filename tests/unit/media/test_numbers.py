"""A listener's numbers never run backwards, whoever speaks."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ekyc.media.pump import NumbersState
from ekyc.media.relay import Numbers


def test_numbers_follow_the_source() -> None:
    numbers = Numbers(90_000, NumbersState())
    first = numbers.map(70_000, 5_000, 1.0)
    second = numbers.map(70_001, 8_000, 1.1)
    assert first is not None
    assert second is not None
    assert second[0] == first[0] + 1
    assert second[1] - first[1] == 3_000


def test_a_packet_late_by_one_keeps_its_place() -> None:
    numbers = Numbers(90_000, NumbersState())
    sent = [numbers.map(index, 0, 1.0) for index in (100, 102, 101)]
    assert [each and each[0] for each in sent] == [1, 3, 2]


def test_what_a_source_sent_before_its_first_packet_here_is_left_out() -> None:
    numbers = Numbers(90_000, NumbersState())
    numbers.map(100, 0, 1.0)
    assert numbers.map(99, 0, 1.0) is None


def test_a_party_who_comes_back_goes_on_where_it_stopped() -> None:
    numbers = Numbers(90_000, NumbersState())
    last = numbers.map(70_000, 4_000_000_000, 10.0)
    numbers.switch()
    next_ = numbers.map(66_000, 17, 12.0)
    assert last is not None
    assert next_ is not None
    assert next_[0] == last[0] + 1
    assert (next_[1] - last[1]) & 0xFFFFFFFF == 2 * 90_000


def test_a_listener_asks_by_its_own_numbers_and_gets_the_sources() -> None:
    numbers = Numbers(90_000, NumbersState())
    numbers.map(70_000, 0, 1.0)
    numbers.switch()
    mapped = numbers.map(500, 0, 2.0)
    numbers.map(501, 0, 2.0)
    assert mapped is not None
    assert numbers.source_index(mapped[0]) == 500


@given(st.integers(0, 10**6))
def test_over_many_sources_numbers_rise_modulo_the_wrap(seed: int) -> None:
    draw, numbers, at = Random(seed), Numbers(48_000, NumbersState()), 1.0
    last = 0
    for _ in range(6):
        numbers.switch()
        index, stamp = draw.randrange(1 << 17), draw.randrange(1 << 32)
        for _ in range(draw.randrange(1, 40)):
            mapped = numbers.map(index, stamp, at)
            assert mapped is not None
            assert (mapped[0] - last) & 0xFFFF == 1
            last, index, stamp, at = mapped[0], index + 1, stamp + 960, at + 0.02
