"""`--lan`: the demo for the phones of this network, by HTTPS on its addresses and on no other."""

import io
import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import ifaddr
import segno

from ekyc.demo import trust
from ekyc.demo.authority import ON_THIS_MACHINE, PRIVATE, Authority, now
from ekyc.media.network import INSIDE
from ekyc.settings import Settings
from ekyc.web.serve import Door

FOLDER: Final = "lan"


class NoNetwork(Exception):
    """Nothing to listen on, said as the operator should read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lan:
    """What the phones are offered: addresses, doors, and what to compare."""

    hosts: tuple[str, ...]
    doors: tuple[Door, ...]
    fingerprint: str
    https: str
    trust: str


def addresses(wanted: Sequence[str]) -> tuple[str, ...]:
    """Private IPv4 addresses of this machine, or those named; `NoNetwork`. Asks nobody outside."""
    strangers = [host for host in wanted if not _is_at_home(host)]
    if strangers:
        raise NoNetwork(f"lan.hosts: not a private IPv4 address: {', '.join(strangers)}")
    found = tuple(wanted) or tuple(
        str(ip.ip)
        for adapter in ifaddr.get_adapters()
        if not INSIDE.match(str(adapter.nice_name))
        for ip in adapter.ips
        if isinstance(ip.ip, str) and _is_among(ip.ip, PRIVATE)
    )
    if not found:
        raise NoNetwork(
            "this machine has no private address (10.…, 172.16.…, 192.168.…): join a Wi-Fi or a "
            "cable, or name an address in lan.hosts"
        )
    return found


def _is_at_home(host: str) -> bool:
    return _is_among(host, (*PRIVATE, ON_THIS_MACHINE))


def _is_among(host: str, nets: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in net for net in nets)


def _name() -> str:
    """This machine's name in its network (mDNS); empty when it is none."""
    name = socket.gethostname().partition(".")[0].lower()
    return name if re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", name) else ""


def open_lan(settings: Settings) -> Lan:
    """Certificates and doors for these settings; `NoNetwork`. Touches files: not on the loop."""
    rules = settings.lan
    hosts = addresses(rules.hosts)
    authority = Authority(settings.secret_file.with_name(FOLDER), now())
    tls = authority.tls(hosts, _name())
    page = trust.trust_app(settings, authority.identity)
    return Lan(
        hosts=hosts,
        doors=(
            *(Door(host=host, port=rules.https_port, tls=tls) for host in hosts),
            *(Door(host=host, port=rules.trust_port, app=page) for host in hosts),
        ),
        fingerprint=authority.identity.fingerprint,
        https=f"https://{hosts[0]}:{rules.https_port}",
        trust=f"http://{hosts[0]}:{rules.trust_port}",
    )


def qr(link: str) -> str:
    """A QR code of half blocks, for a dark or a light terminal."""
    drawn = io.StringIO()
    segno.make(link, error="l", micro=False).terminal(drawn, border=2, compact=True)
    return drawn.getvalue().rstrip("\n")


def welcome(lan: Lan, link: str, address: str) -> str:
    """The second part of the start block: who can reach this now, and how a phone begins."""
    reach = ", ".join(lan.hosts)
    return f"""
  On the network   Whoever can reach {reach} can open this demo now: its customers'
                   pages and its sign-in. Accounts and inbox, with every code, are shown
                   at {address} only. The password above is new at each start.
  Phone            Scan this. The first time, the page helps the phone trust this demo.
{qr(link)}
                   {link}
  Compare          SHA-256 of the demo's certificate, as the phone shows it:
                   {lan.fingerprint[:47]}
                   {lan.fingerprint[48:]}
  Customer         {lan.https}/demo/   (once trusted)
"""
