"""Strangers reach nothing but the connection check, and nobody more than their budget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ekyc.media.guard import Address, Budget, Gate, Sort

PARTY: Address = ("192.0.2.7", 50_000)
STRANGER: Address = ("198.51.100.9", 4242)
BUDGET = Budget(packets=100, octets=50_000, stranger_checks=5)

CHECK = b"\x00\x01" + bytes(18) + b"us:them"
HANDSHAKE = b"\x16\xfe\xfd" + bytes(20)
MEDIA = b"\x80\x61" + bytes(30)
REPORT = b"\x80\xc8" + bytes(30)


def knows_us(data: bytes) -> bool:
    """By the name it calls us."""
    return b"us:" in data


def a_gate() -> Gate:
    """The party has proved its address."""
    gate = Gate(
        BUDGET, validated=lambda address: address == PARTY, expected=lambda data: b"us:" in data
    )
    gate.remote = PARTY
    return gate


@pytest.mark.parametrize(
    ("data", "sort"),
    [
        (CHECK, Sort.CHECK),
        (HANDSHAKE, Sort.HANDSHAKE),
        (MEDIA, Sort.MEDIA),
        (REPORT, Sort.REPORT),
    ],
)
def test_the_party_is_let_in_with_whatever_it_sends(data: bytes, sort: Sort) -> None:
    assert a_gate().admit(data, PARTY, 1.0) is sort


@pytest.mark.parametrize("data", [HANDSHAKE, MEDIA, REPORT])
def test_a_stranger_reaches_neither_the_handshake_nor_the_media(data: bytes) -> None:
    gate = a_gate()
    assert gate.admit(data, STRANGER, 1.0) is None
    assert gate.refused.strangers == 1


def test_a_stranger_may_prove_to_be_the_party_but_not_all_day() -> None:
    gate = a_gate()
    admitted = [gate.admit(CHECK, STRANGER, 1.0) for _ in range(8)]
    assert admitted == [Sort.CHECK] * 5 + [None] * 3
    assert gate.admit(CHECK, STRANGER, 2.5) is Sort.CHECK


def test_who_does_not_know_the_call_costs_the_party_nothing_of_its_checks() -> None:
    gate = a_gate()
    for data in (CHECK.replace(b"us:", b"no:"), HANDSHAKE, MEDIA) * 100:
        assert gate.admit(data, STRANGER, 1.0) is None
    assert gate.refused.strangers == 300
    assert gate.admit(CHECK, STRANGER, 1.0) is Sort.CHECK


def test_before_the_first_address_is_chosen_a_validated_one_is_enough() -> None:
    gate = Gate(
        BUDGET, validated=lambda address: address == PARTY, expected=lambda data: b"us:" in data
    )
    assert gate.admit(HANDSHAKE, PARTY, 1.0) is Sort.HANDSHAKE
    assert gate.admit(HANDSHAKE, STRANGER, 1.0) is None


def test_a_flood_from_the_party_itself_is_cut_to_its_budget() -> None:
    gate = a_gate()
    admitted = sum(gate.admit(MEDIA, PARTY, 1.0) is not None for _ in range(1000))
    assert admitted == BUDGET.packets
    assert gate.refused.over_budget == 900
    assert gate.admit(MEDIA, PARTY, 2.1) is Sort.MEDIA


def test_large_packets_are_counted_by_their_size() -> None:
    gate = a_gate()
    admitted = sum(gate.admit(MEDIA + bytes(1400), PARTY, 1.0) is not None for _ in range(100))
    assert admitted == BUDGET.octets // (len(MEDIA) + 1400)


@given(st.binary(max_size=1600))
def test_no_datagram_makes_the_gate_raise(data: bytes) -> None:
    gate = a_gate()
    gate.admit(data, PARTY, 1.0)
    gate.admit(data, STRANGER, 1.0)
