"""What the fuzzer has found worth keeping, and honest traffic: nothing of it raises."""

from pathlib import Path

import pytest

from tests.fuzz.packets import datagrams, every_parser, seeds, whole_call

FUZZ = Path(__file__).parents[2] / "fuzz"


@pytest.mark.parametrize("name", seeds())
def test_honest_traffic_is_read(name: str) -> None:
    whole_call(seeds()[name])
    for datagram, _ in datagrams(seeds()[name]):
        every_parser(datagram)


def test_no_datagram_that_was_kept_makes_a_parser_raise() -> None:
    kept = sorted((FUZZ / "datagrams").iterdir())
    assert len(kept) > 50
    for file in kept:
        every_parser(file.read_bytes())


def test_no_call_that_was_kept_makes_the_packet_path_raise() -> None:
    kept = sorted((FUZZ / "calls").iterdir())
    assert len(kept) > 50
    for file in kept:
        whole_call(file.read_bytes())
