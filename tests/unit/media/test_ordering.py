"""Packets are handed on in the order they were sent."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ekyc.media.ordering import Ordering


class Reader:
    """Takes packets in order; each carries its own number as time stamp."""

    def __init__(self, *, patience: int = 4, patience_s: float = 1.0) -> None:
        self.read: list[int] = []
        self.losses = 0
        self.ordering = Ordering(
            deliver=self._take, lost=self._lose, patience=patience, patience_s=patience_s
        )

    def _take(self, timestamp: int, marker: bool, payload: bytes, at: float) -> None:
        self.read.append(timestamp)

    def _lose(self) -> None:
        self.losses += 1

    def get(self, *numbers: int, at: float = 0.0) -> None:
        """These packets arrive."""
        for number in numbers:
            self.ordering.push(number, number, False, b"x", at)


def test_a_late_packet_is_put_in_its_place() -> None:
    reader = Reader()
    reader.get(1, 2, 4, 5, 3, 6)
    assert reader.read == [1, 2, 3, 4, 5, 6]
    assert reader.losses == 0


def test_a_packet_that_comes_twice_is_read_once() -> None:
    reader = Reader()
    reader.get(1, 2, 2, 1, 3)
    assert reader.read == [1, 2, 3]


def test_a_lost_packet_is_given_up_when_too_many_wait_behind_it() -> None:
    reader = Reader(patience=4)
    reader.get(1, 3, 4, 5, 6)
    assert reader.read == [1]
    reader.get(7)
    assert reader.read == [1, 3, 4, 5, 6, 7]
    assert reader.losses == 1


def test_a_lost_packet_is_given_up_when_it_is_waited_for_too_long() -> None:
    reader = Reader(patience=100, patience_s=0.5)
    reader.get(1, at=0.0)
    reader.get(3, at=0.1)
    reader.get(4, at=0.7)
    assert reader.read == [1, 3, 4]
    assert reader.losses == 1


def test_after_a_loss_the_next_gap_is_waited_for_anew() -> None:
    reader = Reader(patience=100, patience_s=0.5)
    reader.get(1, 3, at=0.0)
    reader.get(5, at=0.6)
    assert reader.read == [1, 3]
    reader.get(4, at=0.7)
    assert reader.read == [1, 3, 4, 5]


@given(st.integers(0, 10**6), st.integers(1, 60))
def test_any_order_within_the_patience_comes_out_sorted(seed: int, count: int) -> None:
    reader, draw = Reader(patience=8), Random(seed)
    reader.get(0)
    numbers = sorted(range(1, count + 1), key=lambda n: n + draw.random() * 6)
    reader.get(*numbers)
    assert reader.read == list(range(count + 1))
