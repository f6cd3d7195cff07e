"""The doctor at the network: UDP ports, the addresses a browser is offered, TLS."""

import asyncio
import ipaddress
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from ekyc.domain.turn import Credentials
from ekyc.media import network
from ekyc.media.turn import NoRelay, relayed
from ekyc.settings import Ice, Server
from ekyc.storage import secret
from ekyc.web.check import Check, ill, well
from ekyc.web.turn import Turn

CALL_PORTS: Final = 2
"""UDP ports one conversation takes: one for each party."""

ENDS_SOON: Final = timedelta(14)
TURN_S: Final = 5.0
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


def udp(ice: Ice) -> Check:
    """A few ports of the range; a running server holds some of them."""
    count = ice.port_max - ice.port_min + 1
    host = next((host for host in ice.hosts if can_bind(host, 0)), "0.0.0.0")  # noqa: S104 - tried, let go
    sample = {ice.port_min + step * (count - 1) // 7 for step in range(8)}
    free = sum(can_bind(host, port) for port in sample)
    detail = f"{ice.port_min} to {ice.port_max}: room for {count // CALL_PORTS} conversations"
    if free < len(sample) / 2:
        fix = "free the ports, or choose others: ice.port_min, ice.port_max"
        return ill("udp", f"{len(sample) - free} of {len(sample)} ports tried are taken", fix)
    if count < CALL_PORTS:
        return ill("udp", detail, "a conversation takes two: widen ice.port_min, ice.port_max")
    return well("udp", detail)


def can_bind(host: str, port: int) -> bool:
    """Whether a UDP socket can be bound there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as tried:
        try:
            tried.bind((host, port))
        except OSError:
            return False
    return True


def addresses(ice: Ice) -> Check:
    """What a browser will be offered to send picture and sound to."""
    if ice.hosts:
        return _named(ice)
    found = network.adapters()
    offered = [f"{ip} ({name})" for name, ip in found if not network.INSIDE.match(name)]
    inside = [f"{ip} ({name})" for name, ip in found if network.INSIDE.match(name)]
    aside = f"; not offered, inside this machine: {', '.join(inside)}" if inside else ""
    if not offered:
        detail = f"none but loopback{aside}"
        return ill("addresses", detail, "join a network, or name one in ice.hosts")
    return well("addresses", f"{', '.join(offered)}; outwards {outward() or 'none'}{aside}")


async def relay(ice: Ice, now: datetime) -> list[Check]:
    """The TURN server, by every way browsers are told of: it is asked for an address."""
    if not ice.turn_urls:
        return [well("turn", "none: browsers reach the UDP ports straight, or not at all")]
    try:
        name = (await asyncio.to_thread(Turn, ice)).name("doctor", now)
    except (secret.BadKey, OSError) as error:
        return [ill("turn", str(error), "ice.turn_secret_file: coturn's static-auth-secret")]
    return [await _tried(url, name) for url in ice.turn_urls]


async def _tried(url: str, name: Credentials) -> Check:
    try:
        host, _ = await relayed(url, name, within_s=TURN_S)
    except NoRelay as refused:
        fix = "start it, open its port, or give both the same secret: docs/operate/network.md"
        return ill("turn", f"{url}: {refused}", fix)
    return well("turn", f"{url} lends addresses on {host}")


def _named(ice: Ice) -> Check:
    strangers = [host for host in ice.hosts if not can_bind(host, 0)]
    # A public address may be one a router maps to this machine; any other stranger is a slip.
    slips = [host for host in strangers if not _is_public(host)]
    if slips:
        detail = f"not an address of this machine: {', '.join(slips)}"
        fix = "correct ice.hosts, or have the UDP range mapped here; empty offers all there are"
        return ill("addresses", detail, fix)
    mapped = f"; not on this machine, so a router must map the UDP range: {', '.join(strangers)}"
    return well("addresses", ", ".join(ice.hosts) + (mapped if strangers else ""))


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def outward() -> str:
    """The address a packet to the world would leave from; none is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))  # RFC 5737: nobody's
        except OSError:
            return ""
        return str(asked.getsockname()[0])


def tls(server: Server, now: datetime) -> Check:
    """Browsers give camera and microphone to https only, and to this machine itself."""
    if server.tls_certificate:
        return _certificate(server, now)
    if server.public_url.startswith("https://"):
        return well("tls", f"a proxy serves {server.public_url}")
    if server.host in LOOPBACK:
        return well("tls", "none: this machine only; for others a proxy, or server.tls_certificate")
    fix = "put a TLS proxy in front and name server.public_url, or set server.tls_certificate"
    return ill("tls", f"http on {server.host}: browsers give no camera there", fix)


def _certificate(server: Server, now: datetime) -> Check:
    path, key_path = Path(server.tls_certificate), Path(server.tls_key)
    try:
        chain = x509.load_pem_x509_certificates(path.read_bytes())
        key = serialization.load_pem_private_key(key_path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        said = f"{type(error).__name__}: {getattr(error, 'filename', None) or path}"
        return ill("tls", said, "server.tls_certificate, server.tls_key: two PEM files, no phrase")
    leaf = chain[0]
    if _public(leaf.public_key()) != _public(key.public_key()):
        return ill("tls", "key and certificate do not belong together", f"the key of {path}")
    if key_path.stat().st_mode & 0o077:
        return ill("tls", f"{key_path} can be read by others", f"chmod 600 {key_path}")
    return _dates(leaf, now) or _names(server, leaf)


def _public(key: PublicKeyTypes) -> bytes:
    """A public key, comparable."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.DER, form)


def _dates(leaf: x509.Certificate, now: datetime) -> Check | None:
    ends, fix = leaf.not_valid_after_utc, "renew the certificate, then start the server again"
    if now < leaf.not_valid_before_utc:
        return ill("tls", f"not valid before {leaf.not_valid_before_utc:%Y-%m-%d}", "see the clock")
    if now > ends:
        return ill("tls", f"ended on {ends:%Y-%m-%d}", fix)
    if now > ends - ENDS_SOON:
        return ill("tls", f"ends on {ends:%Y-%m-%d}", fix)
    return None


def _names(server: Server, leaf: x509.Certificate) -> Check:
    try:
        stated = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ill("tls", "names nobody (no SAN)", "a certificate browsers take names its hosts")
    names = [str(general.value) for general in stated]
    wanted = urlsplit(server.public_url).hostname or ""
    if wanted and not any(_covers(name, wanted) for name in names):
        fix = "another certificate, or correct server.public_url"
        return ill("tls", f"for {', '.join(names)}; not for {wanted}", fix)
    return well("tls", f"for {', '.join(names)} until {leaf.not_valid_after_utc:%Y-%m-%d}")


def _covers(name: str, wanted: str) -> bool:
    """RFC 6125: a star stands for one label, the first."""
    if name.startswith("*."):
        return wanted.partition(".")[2] == name[2:].lower()
    return name.lower() == wanted
