"""Where a request comes from, as far as the network says."""

import ipaddress
from collections.abc import Collection, Iterable

from aiohttp import web

from ekyc.domain.api_key import Address


def asker(request: web.Request, proxies: Collection[str]) -> Address | None:
    """Who asks: the peer, or whom a proxy of these networks says it asks for.

    Only the last entry that is none of ours counts: what stands before it, anybody could have
    written.
    """
    peer = parsed(request.remote or "")
    if peer is None or not within(peer, proxies):
        return peer
    passed_on = ",".join(request.headers.getall("X-Forwarded-For", []))
    for text in reversed(passed_on.split(",") if passed_on else []):
        given = parsed(text.strip())
        if given is None or not within(given, proxies):
            return given
    return peer


def prefix(address: Address | None, *, v4_bits: int, v6_bits: int) -> str:
    """The network an address belongs to; empty for nobody's and for this very machine's."""
    if address is None or address.is_loopback:
        return ""
    bits = v4_bits if address.version == 4 else v6_bits
    return str(ipaddress.ip_network((address, bits), strict=False))


def parsed(text: str) -> Address | None:
    """An address, IPv4 as IPv4 however it is written; None when it is none."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def within(address: Address, networks: Iterable[str]) -> bool:
    """Whether one of these networks holds it."""
    return any(address in ipaddress.ip_network(network) for network in networks)
