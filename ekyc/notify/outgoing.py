"""Requests to addresses an operator names: outwards only, unless the operator says otherwise."""

import ipaddress
import socket
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver

LARGEST_ANSWER = 65536
"""Bytes of an answer that are read."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are IPv4
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")  # RFC 8215


def is_public(address: str) -> bool:
    """Whether an IP address leads out of the house, whatever it is wrapped in."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.sixtofour or parsed.teredo or parsed in _LOCAL_NAT64:
            return False  # tunnels nobody needs: they would carry us anywhere
        if parsed in _NAT64:
            parsed = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        elif parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved)


def _guarded(address_info: tuple[Any, ...]) -> socket.socket:
    """The last word on where a connection goes: it sees the address after every resolution."""
    family, kind, protocol, _, address = address_info
    if not is_public(address[0]):
        raise OSError("address is not public")
    return socket.socket(family, kind, protocol)


def connector(*, private: bool, resolver: AbstractResolver | None = None) -> aiohttp.TCPConnector:
    """A connector that reaches public addresses only, unless `private` ones are allowed."""
    guard = None if private else _guarded
    return aiohttp.TCPConnector(socket_factory=guard, resolver=resolver)
