"""A browser is offered the addresses that reach this machine, and none inside it."""

import aioice.ice
import ifaddr
import pytest

from ekyc.media.network import offer_addresses


def an_adapter(name: str, address: str) -> ifaddr.Adapter:
    return ifaddr.Adapter(name, name, [ifaddr.IP(address, 24, name)])


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aioice.ice, "get_host_addresses", None)  # put back afterwards
    cards = {"lo": "127.0.0.1", "eth0": "192.168.1.7", "docker0": "172.17.0.1"}
    found = [an_adapter(name, address) for name, address in cards.items()]
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: found)


def test_a_container_bridge_and_loopback_are_not_offered() -> None:
    offer_addresses([])
    assert aioice.ice.get_host_addresses(True, True) == ["192.168.1.7"]


def test_addresses_the_operator_names_are_offered_and_no_others() -> None:
    offer_addresses(["203.0.113.20"])
    assert aioice.ice.get_host_addresses(True, True) == ["203.0.113.20"]
