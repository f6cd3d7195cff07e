"""Where media sockets are bound and which addresses are offered: what aioice has no setting for."""

import asyncio
import contextlib
import errno
import ipaddress
import random
import re
import socket
from collections.abc import Callable, Sequence
from typing import Any

import aioice.ice
import ifaddr

from ekyc.media.intake import Intake

INSIDE = re.compile(r"docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|podman")
"""Networks within this machine, by the names of their adapters: who is offered an address of one
loses seconds on it, and reaches nobody."""

_ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - for an address a router maps to this machine


def offer_addresses(hosts: Sequence[str]) -> None:
    """Let this process offer these addresses; none: those that reach beyond this machine."""
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: list(hosts) or _found()


def _found() -> list[str]:
    return [ip for name, ip in adapters() if not INSIDE.match(name)]


def adapters() -> list[tuple[str, str]]:
    """Adapter and address, for every address that reaches beyond this machine and its own link."""
    found = [
        (str(adapter.nice_name), ip.ip if isinstance(ip.ip, str) else ip.ip[0])
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
    ]
    return [(name, ip) for name, ip in found if _reaches(ip)]


def _reaches(ip: str) -> bool:
    address = ipaddress.ip_address(ip.partition("%")[0])
    return not (address.is_loopback or address.is_link_local)


def use_network(
    hosts: Sequence[str], first_port: int, last_port: int, *, gather_s: float
) -> Intake:
    """Offer these addresses (none: all but bridges) and bind sockets within a port range.

    aioice knows neither setting. The addresses hold for the process, the ports for the running
    loop. An address this machine does not have is one a router maps to it: it is offered, and the
    socket listens on every address. The sockets are read by the `Intake` that is given back, which
    gathers for `gather_s`.
    """
    offer_addresses(hosts)
    loop: Any = asyncio.get_running_loop()
    intake = Intake(gather_s)
    loop.create_datagram_endpoint = _within(
        list(range(first_port, last_port + 1)), loop.create_datagram_endpoint, intake
    )
    return intake


def _within(ports: list[int], plain: Callable[..., Any], intake: Intake) -> Callable[..., Any]:
    at = random.randrange(len(ports))  # workers start apart, so that they seldom meet

    async def create(factory: Any, local_addr: tuple[str, int] | None = None, **more: Any) -> Any:
        nonlocal at
        if local_addr is None or local_addr[1]:
            return await plain(factory, local_addr=local_addr, **more)
        host = local_addr[0] if _is_ours(local_addr[0]) else _ANYWHERE[":" in local_addr[0]]
        for _ in ports:
            at = (at + 1) % len(ports)
            with contextlib.suppress(OSError):
                protocol = factory()
                transport = intake.open(_bound(host, ports[at]), protocol)
                protocol.advertised = local_addr[0]
                return transport, protocol
        raise OSError(errno.EADDRINUSE, f"no free UDP port between {ports[0]} and {ports[-1]}")

    return create


def _bound(host: str, port: int) -> socket.socket:
    own = socket.socket(_family(host), socket.SOCK_DGRAM)
    try:
        own.setblocking(False)
        if own.family == socket.AF_INET6:  # each family has its own socket, on the same port
            own.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        own.bind((host, port))
    except OSError:
        own.close()
        raise
    return own


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _is_ours(host: str) -> bool:
    """Whether this machine has the address, so that a socket can be bound to it."""
    with socket.socket(_family(host), socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            return False
    return True
