"""Addresses and the networks they belong to."""

import pytest

from ekyc.web.address import parsed, prefix, within


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2ff::9", "2001:db8:1:200::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("nobody", ""),
        ("", ""),
    ],
)
def test_neighbours_count_as_one_network(text: str, network: str) -> None:
    assert prefix(parsed(text), v4_bits=24, v6_bits=56) == network


def test_an_address_is_in_a_network_of_its_own_kind_only() -> None:
    address = parsed("203.0.113.7")
    assert address is not None
    assert within(address, ["2001:db8::/32", "203.0.113.0/29"])
    assert not within(address, ["::/0", "203.0.113.8/29"])
    assert not within(address, [])
