"""`serve --demo --lan`: who can reach what, by which certificate, and how a phone comes in."""

import contextlib
import hashlib
import http.client
import json
import plistlib
import re
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from cryptography import x509

from ekyc.demo import lan
from ekyc.demo.authority import Authority, now
from tests.integration.test_serve import House, Server, free_port

HOST = "127.0.0.2"
"""Stands for an address of the house: loopback, but not the one the plain server listens on."""


class Network:
    """A demo that serves its network, and the phones in it."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder)
        self.https, self.trust = free_port(), free_port()
        self.authority = folder / "var" / "lan" / "ca.pem"
        self.house.environment |= {
            "EKYC_LAN__HOSTS": f'["{HOST}"]',
            "EKYC_LAN__HTTPS_PORT": str(self.https),
            "EKYC_LAN__TRUST_PORT": str(self.trust),
        }

    @contextmanager
    def open(self) -> Iterator[tuple[Server, str]]:
        """The server and its start block."""
        with self.house.serving("--demo", "--lan") as server:
            server.healthy()
            yield server, server.greets_whole()

    def phone(self) -> http.client.HTTPSConnection:
        """One that trusts the authority, as strictly as OpenSSL can be."""
        context = ssl.create_default_context(cafile=self.authority)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return http.client.HTTPSConnection(HOST, self.https, timeout=10, context=context)

    def ask(self, path: str, method: str = "GET", body: Any = None) -> tuple[int, Any]:
        """What a phone is answered by HTTPS."""
        headers = {"X-Ekyc": "1", "Content-Type": "application/json"}
        with contextlib.closing(self.phone()) as line:
            line.request(method, path, json.dumps(body) if body else None, headers)
            answer = line.getresponse()
            said = answer.read()
        return answer.status, json.loads(said) if b"{" in said[:1] else said

    def plain(self, path: str) -> tuple[int, str, bytes]:
        """Status, kind and body at the trust page's door."""
        with contextlib.closing(http.client.HTTPConnection(HOST, self.trust, timeout=10)) as line:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.headers.get_content_type(), answer.read()


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return Network(tmp_path)


def _modules(block: str) -> "np.typing.NDArray[np.uint8]":
    """The half blocks of the terminal as a picture; on a dark terminal a full block is light."""
    rows = [line for line in block.splitlines() if re.fullmatch(r"[█▀▄ ]{20,}", line)]
    upper = [[mark in "█▀" for mark in row] for row in rows]
    lower = [[mark in "█▄" for mark in row] for row in rows]
    both = np.array([row for pair in zip(upper, lower, strict=True) for row in pair])
    return np.asarray(np.kron(both, np.ones((8, 8))) * 255, np.uint8)


@pytest.mark.slow
def test_a_phone_scans_trusts_and_comes_in(network: Network) -> None:
    with network.open() as (server, block):
        (scanned,) = zxingcpp.read_barcodes(_modules(block))
        assert re.fullmatch(rf"http://{HOST}:{network.trust}/#[\w-]{{43}}", scanned.text)
        assert scanned.text in block
        assert HOST in re.sub(r"\s+", " ", block).split("can open this demo now")[0]

        facts = json.loads(network.plain("/api/trust")[2])
        assert facts["fingerprint"].replace(":", "") in re.sub(r"[\s:]", "", block)
        status, kind, certificate = network.plain("/ekyc-demo-ca.crt")
        assert (status, kind) == (200, "application/x-x509-ca-cert")
        assert hashlib.sha256(certificate).hexdigest().upper() == facts["fingerprint"].replace(
            ":", ""
        )
        status, kind, profile = network.plain("/ekyc-demo-ca.mobileconfig")
        assert (status, kind) == (200, "application/x-apple-aspen-config")
        (payload,) = plistlib.loads(profile)["PayloadContent"]
        assert payload["PayloadType"] == "com.apple.security.root"
        assert payload["PayloadContent"] == certificate

        token = scanned.text.partition("#")[2]
        status, view = network.ask("/api/customer/session", "POST", {"token": token})
        assert (status, view["page"]) == (200, "start")
        assert server.stop(signal.SIGTERM) == 0


@pytest.mark.slow
def test_the_network_sees_no_password_no_code_and_no_page_without_tls(network: Network) -> None:
    with network.open() as (server, _):
        assert network.ask("/api/config")[1]["demo"] is True
        for path in ("/api/demo/staff", "/api/demo/inbox"):
            assert network.ask(path)[1]["code"] == "not-allowed"
            assert server.get(path)
        for path in ("/c/", "/staff/desk", "/demo/", "/api/demo/staff", "/api/customer/session"):
            assert network.plain(path)[0] in {404, 405}
        for host, port in ((HOST, server._port), ("127.0.0.3", network.https)):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((host, port), timeout=2)


@pytest.mark.slow
def test_each_start_has_a_password_of_its_own_and_the_same_authority(network: Network) -> None:
    passwords, prints = [], set()
    for _ in range(2):
        with network.open() as (server, _):
            passwords.append(server.get("/api/demo/staff")["password"])
            prints.add(json.loads(network.plain("/api/trust")[2])["fingerprint"])
            for password in passwords:
                body = {"login": "minhanh", "password": password}
                status, _ = network.ask("/api/staff/sign-in", "POST", body)
                assert status == (200 if password == passwords[-1] else 401)
            assert server.stop(signal.SIGINT) == 0
    assert len(set(passwords)) == 2
    assert len(prints) == 1


def test_a_network_nobody_is_in_is_said_with_the_way_out(network: Network) -> None:
    wide = network.house.run("serve", "--demo", "--lan", EKYC_LAN__HOSTS='["203.0.113.7"]')
    assert (wide.returncode, "not a private" in wide.stderr) == (2, True)
    bank = network.house.run("serve", "--lan")
    assert (bank.returncode, "belongs to --demo" in bank.stderr) == (2, True)
    assert not (network.house.folder / "var").exists()


def test_a_port_of_the_network_that_is_taken_is_named(network: Network) -> None:
    with socket.create_server((HOST, network.https)):
        ended = network.house.run("serve", "--demo", "--lan", "--port", str(free_port()))
    assert ended.returncode == 2
    assert f"cannot listen on port {network.https}" in ended.stderr


def test_only_addresses_of_a_private_network_are_taken() -> None:
    assert lan.addresses(["192.168.1.5", "10.0.0.7"]) == ("192.168.1.5", "10.0.0.7")
    for host in ("8.8.8.8", "0.0.0.0", "::", "phone.local"):  # noqa: S104 - refused
        with pytest.raises(lan.NoNetwork):
            lan.addresses([host])


def _shakes(server: ssl.SSLContext, authority: Path, host: str) -> dict[str, Any]:
    """A handshake in memory as a phone makes it; `ssl.SSLError` when it does not believe."""
    context = ssl.create_default_context(cafile=authority)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_phone = ssl.MemoryBIO(), ssl.MemoryBIO()
    phone = context.wrap_bio(to_phone, to_server, server_hostname=host)
    other = server.wrap_bio(to_server, to_phone, server_side=True)
    for _ in range(4):
        for end in (phone, other):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    certificate = phone.getpeercert()
    assert certificate
    return certificate


def test_the_certificate_names_every_address_and_lasts_no_longer_than_phones_take(
    tmp_path: Path,
) -> None:
    authority = Authority(tmp_path, now())
    context = authority.tls(["192.168.1.5", "10.0.0.7"], "sen")
    for host in ("192.168.1.5", "10.0.0.7", "sen.local"):
        assert _shakes(context, tmp_path / "ca.pem", host)
    leaf = x509.load_pem_x509_certificate((tmp_path / "server.pem").read_bytes())
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(397)
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("*.key")} == {
        "ca.key": 0o600,
        "server.key": 0o600,
    }


@pytest.mark.parametrize("host", ["203.0.113.7", "8.8.8.8"])
def test_what_the_authority_would_sign_beyond_the_house_is_not_believed(
    tmp_path: Path, host: str
) -> None:
    context = Authority(tmp_path, now()).tls([host], "")
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        _shakes(context, tmp_path / "ca.pem", host)


def test_the_certificate_is_renewed_when_it_must_and_only_then(tmp_path: Path) -> None:
    def made(days: int, *hosts: str) -> bytes:
        Authority(tmp_path, now() + timedelta(days)).tls(hosts, "sen")
        return (tmp_path / "server.pem").read_bytes()

    first, authority = made(0, "192.168.1.5"), (tmp_path / "ca.pem").read_bytes()
    assert made(300, "192.168.1.5") == first
    second = made(0, "192.168.1.6")
    assert second != first
    third = made(370, "192.168.1.6")
    assert third != second
    assert (tmp_path / "ca.pem").read_bytes() == authority
    (tmp_path / "server.key").write_text("torn")
    assert made(370, "192.168.1.6") != third
